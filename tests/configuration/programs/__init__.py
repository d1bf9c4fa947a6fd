"""The real programs that read what the constructs write, each one a module."""
