"""Groups of Kubernetes itself, which no persona may be bound to."""

from __future__ import annotations


def is_system_group(group: str) -> bool:
    """Tell whether a group has no name, or is one of the `system:` groups of Kubernetes."""
    return not group or group.startswith("system:")
