"""Ingress traffic: hosts, routes, traffic policies, load balancers, and their renderers."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
