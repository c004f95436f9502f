"""What the speed of parts is measured with."""
