"""Ingress traffic: hosts, routes, traffic policies, load balancers, and their renderers."""
