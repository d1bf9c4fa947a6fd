"""What every pod is made of, and the controllers that make pods. No other room writes a PodSpec."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
