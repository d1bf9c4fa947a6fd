"""Network facts: pods, addresses and ports, and the calls between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network

from constructs_lib.errors import reject
from constructs_lib.rules import (
    check_cidr,
    check_distinct,
    check_label_key,
    check_label_value,
    check_name,
    check_namespace,
    check_range,
)
from constructs_lib.values import Value


class TransportProtocol(StrEnum):
    """The transport protocol of a port."""

    TCP = "TCP"
    UDP = "UDP"

    @property
    def written(self) -> str | None:
        """What an object says of it; None for TCP, which Kubernetes takes where nothing is said."""
        return None if self is TransportProtocol.TCP else self.value


class Port(Value):
    """A port of pods or of an address.

    Args:
        name: for calls, at most 15 characters.
        number: the port of the pod itself, behind any Service.
        protocol: TCP by default.

    Raises:
        ConfigurationError: a name that is no DNS label or too long, or a number that is no port.
    """

    name: str
    number: int
    protocol: TransportProtocol = TransportProtocol.TCP

    def __post_init__(self) -> None:
        check_name("Port.name", self.name)
        if len(self.name) > 15:
            reject("Port.name", self.name, "use at most 15 characters")
        check_range("Port.number", self.number, 1, 65_535)


class _Pods(Value):
    name: str
    namespace: str
    selector: Mapping[str, str]
    ports: tuple[Port, ...] = ()

    def __post_init__(self) -> None:
        kind = type(self).__name__
        check_name(f"{kind}.name", self.name)
        check_namespace(f"{kind}.namespace", self.namespace)
        if not self.selector:
            reject(f"{kind}.selector", {}, "name at least one label; none would mean all pods")
        for key, value in self.selector.items():
            check_label_key(f"{kind}.selector", key)
            check_label_value(f"{kind}.selector[{key!r}]", value)
        check_distinct(f"{kind}.ports", [port.name for port in self.ports])


class Peer(_Pods):
    """Pods of the app, such as those of a tier: NetworkPolicies allow calls from and to them.

    Args:
        name: the name of the workload, which NetworkPolicies are named after.
        namespace: where the pods run.
        selector: the labels that select them.
        ports: the ports that they listen on; empty for one that only calls.

    Raises:
        ConfigurationError: a name or namespace that is no DNS label, no selector or one that is no
            label, or two ports of one name.
    """


class Neighbour(_Pods):
    """Pods in the cluster that are not of the app, such as the ingress controller's.

    A class of its own, since no NetworkPolicy is created for them: their namespace is that of
    somebody else, who opens this end of a call.

    Args:
        name: the name of the workload, which NetworkPolicies of the app call it by.
        namespace: where the pods run.
        selector: the labels that select them.
        ports: the ports that they listen on; empty for one that only calls.

    Raises:
        ConfigurationError: a name or namespace that is no DNS label, no selector or one that is no
            label, or two ports of one name.
    """


class Outside(Value):
    """Addresses that are no pods, an ipBlock of NetworkPolicies: the API server, the internet.

    Args:
        name: in the names of NetworkPolicies.
        cidrs: their ranges, such as ``("203.0.113.0/24",)``.
        excluded: ranges in those that are not allowed, such as the metadata service
            of a cloud.
        ports: that they listen on; empty for one that only calls.

    Raises:
        ConfigurationError: a name that is no DNS label, no range or one that is not in its usual
            form, an excluded range that is not inside of an open one or is opened
            again, or two ports of one name.
    """

    name: str
    cidrs: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()

    def __post_init__(self) -> None:
        check_name("Outside.name", self.name)
        if not self.cidrs:
            reject("Outside.cidrs", self.cidrs, "name at least one range")
        for cidr in self.cidrs:
            check_cidr("Outside.cidrs", cidr)
        for cidr in self.excluded:
            check_cidr("Outside.excluded", cidr)
            if not any(within(cidr, range_) for range_ in self.cidrs):
                reject("Outside.excluded", cidr, f"name a range inside of {', '.join(self.cidrs)}")
            opened = [range_ for range_ in self.cidrs if range_ == cidr or within(range_, cidr)]
            if opened:
                reject("Outside.excluded", cidr, f"leave {', '.join(opened)} out of cidrs")
        check_distinct("Outside.ports", [port.name for port in self.ports])


End = Peer | Neighbour | Outside


def check_offered(field: str, port: str, end: End) -> None:
    """Refuse the name of a port that an end does not have."""
    names = [port.name for port in end.ports]
    if port not in names:
        offer = f"one of {', '.join(names)}" if names else "none: give the target ports"
        reject(field, port, f"{end.name} has {offer}")


def check_has_port(field: str, end: End) -> None:
    """Refuse an end that is called and has no port for it."""
    if not end.ports:
        reject(field, end.name, "give it the port that is called")


def within(cidr: str, other: str) -> bool:
    """Tell whether a range lies inside of another and is smaller."""
    inner, outer = ip_network(cidr), ip_network(other)
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner != outer and inner.subnet_of(outer)
    if isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network):
        return inner != outer and inner.subnet_of(outer)
    return False


class Call(Value):
    """Connections from one end to a port of another, which network policies allow.

    Args:
        source: the end that connects.
        target: the end that listens.
        port: the name of the port, one of the target's.

    Raises:
        ConfigurationError: the target has no such port, or neither end is of the app.
    """

    source: End
    target: End
    port: str

    def __post_init__(self) -> None:
        if not isinstance(self.source, Peer) and not isinstance(self.target, Peer):
            reject("Call.source", self.source.name, "one end of a call must be a Peer of the app")
        check_offered("Call.port", self.port, self.target)

    @property
    def target_port(self) -> Port:
        """The port that is called."""
        return next(port for port in self.target.ports if port.name == self.port)
