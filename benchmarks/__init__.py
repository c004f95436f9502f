"""How long things take, and what they survive; run by hand, with the figures in docs/decisions/."""
