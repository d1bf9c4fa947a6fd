"""One dashboard a file, made of what the watched constructs expose."""
