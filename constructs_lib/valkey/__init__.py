"""Valkey: a broker that keeps what it accepted, and a cache that forgets."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
