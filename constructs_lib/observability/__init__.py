"""How the platform is watched: metrics, alerts, dashboards and logs."""
