"""What third-party servers are made of, such as a database or a search engine."""
