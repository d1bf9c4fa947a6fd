"""Typed constructs for a platform on Kubernetes."""

import lazy_loader

# The public names are in __init__.pyi. A module is loaded when one of its names is asked for, so
# that who needs no constructs starts no Node.js.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
