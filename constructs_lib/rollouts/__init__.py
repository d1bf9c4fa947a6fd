"""How a new version of a workload replaces the old one, and how many replicas it has."""
