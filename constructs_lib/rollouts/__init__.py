"""How a new version of a workload replaces the old one, and how many replicas it has."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
