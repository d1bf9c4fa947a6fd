"""The pod of a job, with what it connects to."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.published import Facts
from constructs_lib.labels import Identity
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Shutdown
from constructs_lib.pods.pod import Pod
from constructs_lib.runtimes.signals import Signals
from constructs_lib.tiers.connections import (
    Brokers,
    Caches,
    Databases,
    connect_all,
    endpoints,
    uses,
)
from constructs_lib.tiers.pod_settings import PodSettings


def job_pod(
    scope: Construct,
    id: str,
    container: Container,
    *,
    database: Databases | None,
    broker: Brokers | None,
    cache: Caches | None,
    upstreams: Mapping[str, HttpEndpoint],
    at_once: int,
    settings: PodSettings,
    log_format: LogFormat,
) -> tuple[Pod, Facts]:
    """Return the pod of a job, and its calls and connections.

    Args:
        scope: the parent construct.
        id: the name of the job.
        container: its image and what it runs.
        database: none, one or several.
        broker: likewise.
        cache: likewise.
        upstreams: by the variable with the URL.
        at_once: the most pods that share the connections of the database.
        settings: placement, hardening, sidecars and the like.
        log_format: how its lines are read.
    """
    pod = settings.pod(
        Identity.of(scope, id, component="job"),
        connect_all(
            container,
            database=database,
            broker=broker,
            cache=cache,
            upstreams=upstreams,
            pods=at_once,
        ),
        shutdown=Shutdown(drain_seconds=25),
        signals=Signals(log_format=log_format),
    )
    used = endpoints(upstreams, database=database, broker=broker, cache=cache)
    return pod, uses(pod.peer, used)
