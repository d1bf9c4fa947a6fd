"""Logs: collected on each node, parsed, kept for a while and searched."""
