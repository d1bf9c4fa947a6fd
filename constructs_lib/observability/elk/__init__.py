"""Logs: collected on each node, parsed, stored with a retention and searched."""
