"""What keeps a platform that runs, rather than being a part of it."""
