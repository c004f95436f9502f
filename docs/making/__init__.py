"""What makes pages of docs/ from the code, so that they say what is so."""
