"""Settings of the platform for another family of addresses."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from ipaddress import ip_network
from typing import Any

from constructs_lib import AddressFamily, Outside
from environments import PRODUCTION, Settings
from tests.platform.shop import setting

RANGE = "2001:db8::/32"


def of_family(family: AddressFamily) -> Settings:
    """Return production where all that is outside of the cluster has addresses of this family."""
    settings: Settings = setting("cluster.addresses", family)
    if family is AddressFamily.IPV6:
        settings = _moved(PRODUCTION)
        settings = setting("cluster.addresses", family, of=settings)
    return settings


def _moved(value: Any) -> Any:  # noqa: ANN401 - any value of the settings
    if isinstance(value, Outside):
        return replace(value, cidrs=(RANGE,), excluded=())
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _moved(getattr(value, f.name)) for f in fields(value)})
    if isinstance(value, tuple):
        return tuple(map(_moved, value))
    return RANGE if isinstance(value, str) and _is_range(value) else value


def _is_range(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
