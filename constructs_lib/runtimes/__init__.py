"""What the server inside a container is told, and what it does."""
