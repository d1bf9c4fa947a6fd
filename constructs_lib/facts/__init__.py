"""What constructs tell each other; nothing reaches into another's insides."""
