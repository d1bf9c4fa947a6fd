"""Dashboards: what people see of the platform, and who may."""
