"""Valkey as a cache, which forgets."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from constructs_lib.facts.servers import CacheEndpoint
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.resources import Resources
from constructs_lib.valkey.alerts import of_any
from constructs_lib.valkey.images import ValkeyImages
from constructs_lib.valkey.secrets import AfterItsName, ValkeySecrets
from constructs_lib.valkey.server import NO_PARAMETERS, ValkeyServer
from constructs_lib.valkey.settings import Settings

# Beside it are fragments of what was freed, and buffers of clients.
_PERCENT = 66
_KEPT: Mapping[str, str] = {
    "maxmemory-policy": "allkeys-lru",
    "appendonly": "no",
    "save": '""',
}


class ValkeyCache(ValkeyServer):
    """One small Valkey for what can be computed anew: it keeps nothing on a disk.

    When it is full, it forgets what has not been asked for the longest; when it restarts, all.
    Put no queue, session or lock there. Clients log in as the user ``default``, who may do all but
    administration.

    Creates a StatefulSet of one pod with its exporter, Services and a ServiceAccount.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        resources: of the server. Two thirds of the memory are for data.
        parameters: further lines of ``valkey.conf``, such as
            ``{"maxmemory-policy": "volatile-ttl"}``.
        secrets: passwords and certificate; named after it by default.
        images: of its containers.
        placement: of its pod.
        extra_containers: sidecars and init containers.

    Attributes:
        peer: its pod.
        endpoint: for the `cache` of workloads.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: values that contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        resources: Resources = Resources(cpu="100m", memory="256Mi"),
        parameters: Mapping[str, str] = NO_PARAMETERS,
        secrets: ValkeySecrets | AfterItsName = AfterItsName(),
        images: ValkeyImages = ValkeyImages(),
        placement: Placement = Placement(),
        extra_containers: ExtraContainers = ExtraContainers(),
    ) -> None:
        super().__init__(
            scope,
            id,
            component="cache",
            settings=Settings.of(resources, _PERCENT, kept=_KEPT, parameters=parameters),
            resources=resources,
            alerts=of_any,
            secrets=secrets,
            images=images,
            placement=placement,
            extra_containers=extra_containers,
        )
        self.endpoint = self._reached_as(CacheEndpoint)
