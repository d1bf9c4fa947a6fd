"""Valkey as a message broker, which keeps what it accepted."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from constructs_lib.errors import reject
from constructs_lib.facts.servers import BrokerEndpoint
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.volume_claims import Data
from constructs_lib.quantities import parse_bytes
from constructs_lib.storage import AnyStorageClass
from constructs_lib.valkey.alerts import of_a_broker
from constructs_lib.valkey.images import ValkeyImages
from constructs_lib.valkey.secrets import AfterItsName, ValkeySecrets
from constructs_lib.valkey.server import NO_PARAMETERS, ValkeyServer
from constructs_lib.valkey.settings import Settings

# The process that writes the file anew shares its memory, but for what changes meanwhile.
_PERCENT = 50
# The file before it is written anew, twice its size by then, and the new one beside it.
_FILES = 4
_KEPT: Mapping[str, str] = {
    # A queue that drops tasks is none: who writes is told that there is no room.
    "maxmemory-policy": "noeviction",
    "dir": "/data",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": '""',
}


class ValkeyBroker(ValkeyServer):
    """One small Valkey for queues, streams and sessions, which keeps what it accepted.

    Each command is in a file on its volume before it is acknowledged, and on the disk within a
    second: a process that is killed loses nothing, a node that loses its power up to that second.
    While it restarts, is moved to another node, or waits for the zone of its volume, clients wait
    and connect again; messages of ``PUBLISH`` reach who is connected only. Where that is too much,
    use a managed one. Clients log in as the user ``default``, who may do all but administration.

    Creates a StatefulSet of one pod with its exporter, Services and a ServiceAccount.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        storage: the StorageClass of its volume.
        size: of the volume, at least four times what is kept in memory, since the file of commands
            is written anew beside the old one.
        resources: of the server. Half of the memory is for data; when that is full, it refuses
            writes.
        parameters: further lines of ``valkey.conf``, such as ``{"appendfsync": "always"}`` for
            a disk that is waited for each time.
        secrets: passwords and certificate; named after it by default.
        images: of its containers.
        placement: of its pod.
        extra_containers: sidecars and init containers.

    Attributes:
        peer: its pod.
        endpoint: for the `broker` of workloads.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: a volume that is too small, or values that contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        storage: AnyStorageClass,
        size: str = "4Gi",
        resources: Resources = Resources(cpu="100m", memory="512Mi"),
        parameters: Mapping[str, str] = NO_PARAMETERS,
        secrets: ValkeySecrets | AfterItsName = AfterItsName(),
        images: ValkeyImages = ValkeyImages(),
        placement: Placement = Placement(),
        extra_containers: ExtraContainers = ExtraContainers(),
    ) -> None:
        settings = Settings.of(resources, _PERCENT, kept=_KEPT, parameters=parameters)
        least = settings.maxmemory * _FILES
        if parse_bytes(size, "ValkeyBroker.size") < least:
            reject(
                "ValkeyBroker.size",
                size,
                f"use at least {-(-least // 2**20)}Mi, {_FILES} times what it keeps in memory",
            )
        super().__init__(
            scope,
            id,
            component="broker",
            settings=settings,
            data=[Data(name="data", mount_path="/data", storage_class=storage, size=size)],
            resources=resources,
            alerts=of_a_broker,
            secrets=secrets,
            images=images,
            placement=placement,
            extra_containers=extra_containers,
        )
        self.endpoint = self._reached_as(BrokerEndpoint)
