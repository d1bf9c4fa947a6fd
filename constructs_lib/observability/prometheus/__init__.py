"""Prometheus, Alertmanager and exporters: metrics, rules and alerts."""
