"""What all tiers are once their pod is configured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import (
    BrokerEndpoint,
    CacheEndpoint,
    DatabaseEndpoint,
    DatabaseUse,
    HttpEndpoint,
)
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.network import Call
from constructs_lib.facts.published import Facts
from constructs_lib.facts.secrets import SecretKind
from constructs_lib.facts.signals import (
    Indicator,
    LogFormat,
    MetricsEndpoint,
    PodMetric,
    ServiceLevel,
)
from constructs_lib.pods.pod import Pod
from constructs_lib.rollouts.rollout import Live
from constructs_lib.rollouts.run import run
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.tiers.doors import Doors, Opened
from constructs_lib.tiers.http import Http
from constructs_lib.tiers.workload import Workload

HTTP_DURATIONS = "http_request_duration_seconds_bucket"
HTTP_INDICATOR = Indicator(
    total="http_requests_total", failed='code=~"5.."', histogram=HTTP_DURATIONS
)

Endpoint = HttpEndpoint | DatabaseEndpoint | BrokerEndpoint | CacheEndpoint


@dataclass(frozen=True, kw_only=True, slots=True)
class Assembly:
    """The parts of a tier that stay public.

    Args:
        deployments: those of the tracks.
        services: those of the tracks, then the load balancer's.
        replicas: the most that run side by side, on all tracks, while nothing is replaced.
        facts: what the others learn.
    """

    deployments: tuple[k8s.KubeDeployment, ...]
    services: tuple[k8s.KubeService, ...]
    replicas: int
    facts: Facts


def assemble(
    scope: Construct,
    pod: Pod,
    *,
    workload: Workload,
    scaling: Scaling,
    http: Http | None = None,
    doors: Doors | None = None,
    endpoints: Sequence[Endpoint | None] = (),
    metric_names: Sequence[str] = (),
    service_level: ServiceLevel | None = None,
    log_format: LogFormat = LogFormat.JSON,
) -> Assembly:
    """Make the workload and its doors, and gather what the others need to know.

    Args:
        scope: the tier.
        pod: its pod, all configured.
        workload: how it runs.
        scaling: how many replicas.
        http: what it answers; None for a process that nobody calls.
        doors: who calls it; None for nobody.
        endpoints: what its arguments say that it calls; None for one that is not given.
        metric_names: what a tier of its kind exposes.
        service_level: what it promises; None for nothing.
        log_format: how its lines are read.
    """
    peer = pod.peer
    live = run(
        scope,
        pod,
        rollout=workload.rollout,
        scaling=scaling,
        disruption_budget=workload.disruption_budget,
    )
    opened = doors.open(scope, pod, live.tracks) if doors else Opened()
    scaled = dict.fromkeys(m for track in live.tracks for m in track.scaling.pod_metrics)
    own = Facts(
        images=tuple(dict.fromkeys((*(t.image for t in live.tracks), *pod.facts.images))),
        calls=(
            *opened.calls,
            *(endpoint.called_by(peer) for endpoint in endpoints if endpoint),
            *(
                Call(source=peer, target=target, port=port.name)
                for target in workload.calls
                for port in target.ports
            ),
        ),
        footprints=(_footprint(pod, live, doors, workload.rollout.footprint(pod, scaling)),),
        databases=tuple(
            DatabaseUse(client=peer, endpoint=endpoint)
            for endpoint in endpoints
            if isinstance(endpoint, DatabaseEndpoint)
        ),
        metrics=_metrics(pod, http, metric_names, scaled),
        pod_metrics=tuple(scaled),
        service_level=service_level,
        indicator=pod.indicator,
        alerts=live.alerts,
        log_format=log_format,
        routes=opened.routes,
    )
    return Assembly(
        deployments=tuple(track.deployment for track in live.tracks),
        services=opened.services,
        replicas=sum(track.scaling.maximum for track in live.tracks),
        facts=own.joined(replace(pod.facts, images=())),
    )


def _footprint(pod: Pod, live: Live, doors: Doors | None, footprint: Footprint) -> Footprint:
    secrets = sum(use.kind is SecretKind.SECRET for use in pod.facts.secrets)
    objects = {**footprint.objects, **pod.objects, "secrets": secrets}
    if doors is not None:
        objects |= doors.objects(len(live.tracks))
    return replace(footprint, objects=objects)


def _metrics(
    pod: Pod, http: Http | None, names: Sequence[str], scaled: Iterable[PodMetric]
) -> tuple[MetricsEndpoint, ...]:
    if http is None or http.metrics is None or http.metrics_port is None:
        for metric in scaled:
            raise ConfigurationError(
                "Http.metrics", None, f"say where {metric.name} is read: the autoscaler follows it"
            )
        return ()
    counted = (pod.indicator.total,) if pod.indicator else ()
    series = (metric.series or metric.name for metric in scaled)
    promised = dict.fromkeys((*counted, *names, *series, *http.metrics.names))
    return (
        MetricsEndpoint(
            peer=pod.peer,
            port=http.metrics_port,
            path=http.metrics.path,
            names=tuple(promised),
        ),
    )
