"""A namespace whose baseline another program makes."""

from __future__ import annotations

from constructs_lib.namespaces import ExistingNamespace


class SharedNamespace(ExistingNamespace):
    """A namespace with the baseline of another program.

    That one closes it, counts what is in it and binds personas to it, since two objects of one name
    would take turns. Here only policies of calls are made. The other one keeps room for what is
    here: ``Facts(footprints=(Footprint(…),))`` among its constructs, or more `Headroom`.

    Args:
        name: its name, the namespace of charts.
        pod_security: the Pod Security level that it enforces.

    Raises:
        ConfigurationError: see `Namespace`.
    """
