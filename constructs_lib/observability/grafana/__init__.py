"""Grafana: dashboards, data sources, users and teams."""
