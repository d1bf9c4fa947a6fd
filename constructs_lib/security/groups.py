"""Groups of people, and those that the cluster itself puts everybody into."""

from __future__ import annotations


def is_of_the_cluster(group: str) -> bool:
    """Tell whether a group is none of the platform's own, as that of all who are logged in."""
    return not group or group.startswith("system:")
