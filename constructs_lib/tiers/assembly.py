"""What all tiers are made of, once their container is configured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.access import KubernetesAccess
from constructs_lib.facts.endpoints import (
    BrokerEndpoint,
    CacheEndpoint,
    DatabaseEndpoint,
    HttpEndpoint,
)
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.network import Call, End
from constructs_lib.facts.published import Facts
from constructs_lib.facts.secrets import SecretKind, SecretUse
from constructs_lib.facts.signals import Indicator, LogFormat, MetricsEndpoint, ServiceLevel
from constructs_lib.pods.pod import Pod
from constructs_lib.rollouts.disruption import DisruptionBudget
from constructs_lib.rollouts.rollout import Live, Rollout
from constructs_lib.rollouts.run import run
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.load_balancer import LoadBalancer
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.service import AppProtocol, cluster_ip
from constructs_lib.traffic.shares import check_without_host

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
    rollout: Rollout,
    scaling: Scaling,
    disruption_budget: DisruptionBudget | None,
    kubernetes_access: KubernetesAccess | None,
    host: Host | None,
    routes: Sequence[Route],
    load_balancer: LoadBalancer | None,
    protocol: AppProtocol,
    endpoints: Iterable[Endpoint | None],
    calls: Sequence[End],
    metric_names: Sequence[str],
    service_level: ServiceLevel | None,
    log_format: LogFormat,
) -> Assembly:
    """Make the workload and its doors, and gather what the others need to know.

    Args:
        scope: the tier.
        pod: its pod, all configured.
        rollout: see the tier; likewise what is not named here.
        scaling: see the tier.
        disruption_budget: see the tier.
        kubernetes_access: see the tier.
        host: see the tier.
        routes: see the tier.
        load_balancer: see the tier.
        protocol: what is spoken on its Services.
        endpoints: what its arguments say that it calls; None for one that is not given.
        calls: what it calls besides.
        metric_names: what a tier of its kind exposes.
        service_level: see the tier.
        log_format: how its lines are read.
    """
    for end in calls:
        if not end.ports:
            raise ConfigurationError("calls", end.name, "give it the ports that are called")
    live = run(
        scope,
        pod,
        rollout=rollout,
        scaling=scaling,
        disruption_budget=disruption_budget,
        access=kubernetes_access,
    )
    services = [cluster_ip(scope, pod.identity, track, protocol) for track in live.tracks]
    callers: list[End] = []
    served: tuple[ServedRoute, ...] = ()
    if host is None:
        check_without_host(live.tracks)
    else:
        backends = [track.backend for track in live.tracks]
        served = host.attach_routes(scope, pod.identity, routes=routes, tracks=backends)
        callers.append(host.renderer.controller)
    if load_balancer is not None:
        services.append(load_balancer.attach(scope, pod.identity, live.tracks[0]))
        callers.append(load_balancer.clients(pod.identity.name))
    pod_metrics = dict.fromkeys(
        metric for track in live.tracks for metric in track.scaling.pod_metrics
    )
    if pod_metrics and pod.container.metrics is None:
        raise ConfigurationError(
            "Container.metrics",
            None,
            f"say where {', '.join(each.name for each in pod_metrics)} is read: the autoscaler "
            "follows it",
        )
    series = (metric.series or metric.name for metric in pod_metrics)
    peer = pod.peer
    return Assembly(
        deployments=tuple(track.deployment for track in live.tracks),
        services=tuple(services),
        replicas=sum(track.scaling.maximum for track in live.tracks),
        facts=Facts(
            peers=(peer,),
            images=tuple(track.image for track in live.tracks),
            calls=(
                *(Call(source=caller, target=peer, port="http") for caller in callers),
                *(endpoint.called_by(peer) for endpoint in endpoints if endpoint),
                *(
                    Call(source=peer, target=target, port=port.name)
                    for target in (*calls, *(pod.mesh.control_plane if pod.mesh else ()))
                    for port in target.ports
                ),
                *(kubernetes_access.calls_by(peer) if kubernetes_access else ()),
            ),
            footprints=(_with_objects(rollout.footprint(pod, scaling), pod, live, load_balancer),),
            secrets=tuple(
                SecretUse(namespace=peer.namespace, secret=secret, reader=peer.name, kind=kind)
                for kind in SecretKind
                for secret in pod.container.secrets_of(kind)
            ),
            metrics=_metrics(pod, (pod.indicator.total, *metric_names, *series)),
            pod_metrics=tuple(pod_metrics),
            service_level=service_level,
            indicator=pod.indicator,
            alerts=live.alerts,
            log_format=log_format,
            routes=served,
        ),
    )


def _with_objects(
    footprint: Footprint, pod: Pod, live: Live, load_balancer: LoadBalancer | None
) -> Footprint:
    objects = {
        "services": len(live.tracks) + (load_balancer is not None),
        "services.loadbalancers": int(load_balancer is not None),
        "services.nodeports": len(load_balancer.ports) if load_balancer else 0,
        "configmaps": len(pod.container.config_files),
        "secrets": len(pod.container.secrets),
    }
    return replace(footprint, objects={**footprint.objects, **objects})


def _metrics(pod: Pod, names: Sequence[str]) -> tuple[MetricsEndpoint, ...]:
    metrics, port = pod.container.metrics, pod.container.metrics_port
    if metrics is None or port is None:
        return ()
    promised = tuple(dict.fromkeys((*names, *metrics.names)))
    return (MetricsEndpoint(peer=pod.peer, port=port, path=metrics.path, names=promised),)
