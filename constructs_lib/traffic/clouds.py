"""Load balancers of clouds: what their controllers are told of a Service.

The annotations are those of AWS Load Balancer Controller 3.5.0, ingress-gce 1.41.1,
cloud-provider-azure 1.36.5 and MetalLB 0.16.1, by their sources. None was run on a cloud.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Sequence
from typing import Protocol

from constructs_lib.rules import check_name
from constructs_lib.values import Value

# Of a balancer that is not known: as long as one that asks nodes by three checks.
DETACH_SECONDS = 40
# On which no load balancer ends TLS.
PLAIN_PORT = 80
# https://www.rfc-editor.org/rfc/rfc1918, rfc6598 and rfc4193: what no client on the internet has.
_PRIVATE_4 = tuple(
    map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
_AZURE = "service.beta.kubernetes.io/azure-load-balancer"
_AZURE_SILENCE_SECONDS = 240
_PRIVATE_6 = ipaddress.IPv6Network("fc00::/7")


def is_internal(source_ranges: Sequence[str]) -> bool:
    """Tell whether all these clients are inside, so that no address on the internet is needed."""
    return all(_is_private(ipaddress.ip_network(cidr)) for cidr in source_ranges)


def _is_private(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    if isinstance(network, ipaddress.IPv6Network):
        return network.subnet_of(_PRIVATE_6)
    return any(network.subnet_of(each) for each in _PRIVATE_4)


class Frontend(Value):
    """What the load balancer of a Service is to be like.

    Args:
        ports: of the Service.
        internal: whether all clients are inside.
        stays: whether a client stays with its pod.
        ipv6: whether the Service has addresses of IPv6.
        silent_seconds: how long a connection may be silent; None where nobody asks for it.
    """

    ports: Sequence[int]
    internal: bool
    stays: bool
    ipv6: bool = False
    silent_seconds: int | None = None


class Cloud(Protocol):
    """Who makes the load balancer of a Service."""

    @property
    def load_balancer_class(self) -> str | None:
        """The class of its controller; None where it takes Services without one."""
        ...

    @property
    def health_ranges(self) -> tuple[str, ...]:
        """Addresses that ask pods whether they are well, besides those of nodes."""
        ...

    @property
    def detach_seconds(self) -> int:
        """How long it may go on sending to a pod that terminates."""
        ...

    @property
    def ends_tls(self) -> bool:
        """Whether it ends TLS on all ports but 80."""
        ...

    @property
    def longest_silence_seconds(self) -> int | None:
        """For how long it can be told to keep a silent connection; None for any time."""
        ...

    def annotations(self, door: Frontend) -> dict[str, str]:
        """Return the annotations of the Service."""
        ...


class _Passthrough(Value):
    """What passes TCP on to nodes, and is made for Services without a class."""

    @property
    def load_balancer_class(self) -> str | None:
        """None: its controller takes Services without one."""
        return None

    @property
    def health_ranges(self) -> tuple[str, ...]:
        """None: nodes answer."""
        return ()

    @property
    def detach_seconds(self) -> int:
        """As long as for one that is not known."""
        return DETACH_SECONDS

    @property
    def ends_tls(self) -> bool:
        """No: it passes TCP on."""
        return False

    @property
    def longest_silence_seconds(self) -> int | None:
        """Any time: it keeps no connections of its own."""
        return None


class Gke(_Passthrough):
    """A passthrough network load balancer of GKE; TLS is passed on to the pods."""

    def annotations(self, door: Frontend) -> dict[str, str]:
        """Return the type: internal, or external by way of a backend service."""
        if door.internal:
            return {"networking.gke.io/load-balancer-type": "Internal"}
        return {"cloud.google.com/l4-rbs": "enabled"}


class Azure(_Passthrough):
    """A load balancer of Azure; TLS is passed on to the pods."""

    @property
    def longest_silence_seconds(self) -> int:
        """A hundred minutes, of its own accord four.

        https://learn.microsoft.com/azure/load-balancer/load-balancer-tcp-idle-timeout
        """
        return 6000

    def annotations(self, door: Frontend) -> dict[str, str]:
        """Return whether it is internal, and for how many minutes connections may be silent."""
        written = {f"{_AZURE}-internal": "true"} if door.internal else {}
        silent = door.silent_seconds
        if silent is not None and silent > _AZURE_SILENCE_SECONDS:
            written[f"{_AZURE}-tcp-idle-timeout"] = str(math.ceil(silent / 60))
        return written


class MetalLb(_Passthrough):
    """MetalLB; TLS is passed on to the pods.

    Args:
        address_pool: that the address is from; None for any that assigns by itself.

    Raises:
        ConfigurationError: what cannot be the name of a pool.
    """

    address_pool: str | None = None

    def __post_init__(self) -> None:
        if self.address_pool is not None:
            check_name("MetalLb.address_pool", self.address_pool)

    def annotations(self, door: Frontend) -> dict[str, str]:
        """Return the pool, if one is named."""
        return {} if self.address_pool is None else {"metallb.io/address-pool": self.address_pool}
