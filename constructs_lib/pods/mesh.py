"""Service meshes: labels, annotations and sidecar proxies of their members."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import field
from typing import Protocol

from constructs_lib import quantities
from constructs_lib.facts.footprint import Amounts
from constructs_lib.facts.network import Neighbour, Port, check_has_port
from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_namespace
from constructs_lib.values import Value


class Mesh(Protocol):
    """A service mesh that injects a sidecar proxy into labelled or annotated pods.

    Membership injects, lets the proxy call its control plane, and counts what it needs. Objects of
    the mesh are not written: its own policies for mTLS and for who may call whom are those of
    whoever keeps the mesh. Network policies hold between members as between others, since
    proxies pass requests on to the same ports of the pods.
    """

    @property
    def labels(self) -> dict[str, str]:
        """The labels of pods with a proxy."""
        ...

    @property
    def proxy(self) -> Amounts:
        """The requests and limits of each proxy, which quotas count."""
        ...

    @property
    def control_plane(self) -> tuple[Neighbour, ...]:
        """The control plane that each proxy calls."""
        ...

    def annotations(self, grace_period_seconds: int, ports: Sequence[Port]) -> dict[str, str]:
        """Return the annotations for injection, for metrics and for the drain of the proxy.

        Args:
            grace_period_seconds: of the pod, from SIGTERM to SIGKILL.
            ports: of the pod.
        """
        ...


_PROXY = Resources(cpu="100m", cpu_limit="500m", memory="128Mi", ephemeral_storage="128Mi")


class Istio(Value):
    """A sidecar of Istio (https://istio.io/latest/docs/reference/config/annotations/).

    Its probes are rewritten so that the kubelet needs no certificate, metrics
    bypass the proxy, the application starts after the proxy, and the proxy serves
    until the pod has drained. Pods of the restricted level need
    Istio's CNI plugin, since its init container needs privileges.

    Args:
        resources: of each proxy.
        istiod: its control plane, as ``istioctl install`` runs it by default.

    Raises:
        ConfigurationError: a control plane without the port that proxies call.
    """

    resources: Resources = _PROXY
    istiod: Neighbour = field(
        default_factory=lambda: Neighbour(
            name="istiod",
            namespace="istio-system",
            selector={"app": "istiod"},
            ports=(Port(name="xds", number=15012),),
        )
    )

    def __post_init__(self) -> None:
        check_has_port("Istio.istiod", self.istiod)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of pods with a proxy."""
        return {"sidecar.istio.io/inject": "true"}

    @property
    def proxy(self) -> Amounts:
        """The requests and limits of each proxy, which quotas count."""
        return self.resources.amounts()

    @property
    def control_plane(self) -> tuple[Neighbour, ...]:
        """The control plane that each proxy calls."""
        return (self.istiod,)

    def annotations(self, grace_period_seconds: int, ports: Sequence[Port]) -> dict[str, str]:
        """Return the annotations for injection, for metrics and for the drain of the proxy."""
        drain = f"{_drain_seconds(grace_period_seconds)}s"
        config = {"holdApplicationUntilProxyStarts": True, "terminationDrainDuration": drain}
        said = {
            "proxy.istio.io/config": json.dumps(config),
            "sidecar.istio.io/rewriteAppHTTPProbers": "true",
            "sidecar.istio.io/proxyCPU": self.resources.cpu,
            "sidecar.istio.io/proxyMemory": self.resources.memory,
            "sidecar.istio.io/proxyMemoryLimit": self.resources.memory,
            "traffic.sidecar.istio.io/excludeInboundPorts": _metrics_port(ports),
            "sidecar.istio.io/proxyCPULimit": _cpu_limit(self.proxy),
        }
        return {key: value for key, value in said.items() if value}


class Linkerd(Value):
    """A proxy of Linkerd (https://linkerd.io/2/reference/proxy-configuration/).

    Probes work as they are, metrics bypass the proxy, and the proxy serves until the
    pod has drained. Pods of the restricted level need
    Linkerd's CNI plugin, since its init container needs privileges.

    Args:
        resources: of each proxy.
        namespace: of its control plane.

    Raises:
        ConfigurationError: the namespace is no name.
    """

    resources: Resources = _PROXY
    namespace: str = "linkerd"

    def __post_init__(self) -> None:
        check_namespace("Linkerd.namespace", self.namespace)

    @property
    def labels(self) -> dict[str, str]:
        """None: Linkerd reads an annotation."""
        return {}

    @property
    def proxy(self) -> Amounts:
        """The requests and limits of each proxy, which quotas count."""
        return self.resources.amounts()

    @property
    def control_plane(self) -> tuple[Neighbour, ...]:
        """The control plane that each proxy calls for certificates, addresses and policies."""
        ports = {
            "identity": (Port(name="identity", number=8080),),
            "destination": (
                Port(name="destination", number=8086),
                Port(name="policy", number=8090),
            ),
        }
        return tuple(
            Neighbour(
                name=f"linkerd-{component}",
                namespace=self.namespace,
                selector={"linkerd.io/control-plane-component": component},
                ports=offered,
            )
            for component, offered in ports.items()
        )

    def annotations(self, grace_period_seconds: int, ports: Sequence[Port]) -> dict[str, str]:
        """Return the annotations for injection, for metrics and for the drain of the proxy."""
        wait = _drain_seconds(grace_period_seconds)
        said = {
            "linkerd.io/inject": "enabled",
            "config.alpha.linkerd.io/proxy-wait-before-exit-seconds": str(wait),
            "config.linkerd.io/proxy-cpu-request": self.resources.cpu,
            "config.linkerd.io/proxy-cpu-limit": _cpu_limit(self.proxy),
            "config.linkerd.io/proxy-memory-request": self.resources.memory,
            "config.linkerd.io/proxy-memory-limit": self.resources.memory,
            "config.linkerd.io/skip-inbound-ports": _metrics_port(ports),
        }
        return {key: value for key, value in said.items() if value}


def _cpu_limit(proxy: Amounts) -> str | None:
    return None if proxy.cpu_limit is None else quantities.format_cpu(proxy.cpu_limit)


def _drain_seconds(grace_period_seconds: int) -> int:
    """Return how long a proxy serves its terminating pod: the grace period less five seconds."""
    return max(grace_period_seconds - 5, 1)


def _metrics_port(ports: Sequence[Port]) -> str | None:
    return next((str(port.number) for port in ports if port.name == "metrics"), None)
