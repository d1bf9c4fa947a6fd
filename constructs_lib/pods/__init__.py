"""Containers, pods and their controllers. No other room writes a PodSpec."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
