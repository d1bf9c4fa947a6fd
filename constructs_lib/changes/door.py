"""A door: a way into the cluster, and which one answers where no rule names a host and path."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

from constructs_lib.manifests.fields import Manifest

EVERYBODY = (ip_network("0.0.0.0/0"), ip_network("::/0"))
Network = IPv4Network | IPv6Network

ANY_PATH = " without another rule"
"""Stands for the paths of what answers where nothing else does."""


class Door(NamedTuple):
    """A way in.

    Args:
        at: what tells it from others, such as the host and path.
        words: the same, to be read.
        leads_to: the Service behind it.
        sources: the addresses that may use it.
        by: the object that opens it.
        encrypted: whether it speaks TLS.
        entry: whose address it is, such as the class of the controller.
        exact: whether it is one path, and none below it.
        certificate: the Secret with which it speaks TLS.
        redirects: whether it leads plain requests to TLS.
        guards: what keeps callers out besides, in words.
    """

    at: tuple[object, ...]
    words: str
    leads_to: str
    sources: tuple[Network, ...]
    by: Manifest
    encrypted: bool = False
    entry: str = ""
    exact: bool = False
    certificate: str = ""
    redirects: bool = True
    guards: frozenset[str] = frozenset()


def covering(door: Door, doors: Mapping[tuple[object, ...], list[Door]]) -> Door | None:
    """Return what answers for a host and path that no rule names: one for more, or None.

    Of the hosts, the most exact one answers, whatever paths it has; of its paths, the longest.
    """
    if door.at[0] == "listener":
        return _other_listener(door, doors)
    if door.at[0] != "route":
        return None
    _, host, path, *rest = door.at
    wildcard = f"*.{str(host).partition('.')[2]}"
    for name in dict.fromkeys((host, wildcard, "")):
        those = [
            each
            for at, (each, *_) in doors.items()
            if at[0] == "route" and at[1] == name and list(at[3:]) == rest
        ]
        if those:
            fit = [each for each in those if not each.exact and _is_below(path, each.at[2])]
            return max(fit, key=lambda each: len(str(each.at[2])), default=None)
    return None


def _other_listener(door: Door, doors: Mapping[tuple[object, ...], list[Door]]) -> Door | None:
    *port, host = door.at
    wildcard = f"*.{str(host).partition('.')[2]}"
    names = (wildcard, "") if host else ()
    return next((doors[*port, name][0] for name in names if (*port, name) in doors), None)


def _is_below(path: object, other: object) -> bool:
    return f"{path}/".startswith(f"{str(other).rstrip('/')}/") or other == ANY_PATH
