"""What keeps the parts of a platform from harming each other."""
