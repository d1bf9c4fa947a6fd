"""Metrics, the rules over them, and the alerts that reach somebody."""
