"""Facts: what constructs publish for each other."""
