"""The base class of tiers: a stateless workload with its exposure and its facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.alerts import AlertRule
from constructs_lib.facts.dashboards import Dashboard
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import Indicator, MetricsEndpoint, PodMetric, ServiceLevel
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.metrics import Metrics
from constructs_lib.pods.pod import Pod
from constructs_lib.rollouts.rollout import Live
from constructs_lib.rollouts.stateless_workload import stateless_workload
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes.signals import Signals
from constructs_lib.tiers.exposure import Exposed, Exposure
from constructs_lib.tiers.mutual_calls import mutual_calls
from constructs_lib.tiers.workload import Workload


class Tier(NamedConstruct):
    """A stateless workload with its account, scaling, budget and exposure.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        pod: its pod, all configured.
        workload: rollout, placement and the like.
        scaling: of its replicas.
        metrics: the port and path of its metrics; None for no metrics.
        exposure: its Services and routes; optional.
        used: what its processes call and are connected to.
        signals: what its server counts, and how its lines read.
        alerts: of a tier of its kind.
        dashboards: of a tier of its kind, besides that of its indicator.
        service_level: its objectives for availability and latency; None for no objective.

    Attributes:
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.
        most_replicas: that run side by side, on all tracks, while nothing is replaced.

    Raises:
        ConfigurationError: values that contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        pod: Pod,
        *,
        workload: Workload,
        scaling: Scaling,
        metrics: Metrics | None = None,
        exposure: Exposure | None = None,
        used: Facts = Facts(),
        signals: Signals,
        alerts: Sequence[AlertRule] = (),
        dashboards: Sequence[Dashboard] = (),
        service_level: ServiceLevel | None = None,
    ) -> None:
        if service_level is not None:
            _check_counted(id, service_level, signals.indicator)
        super().__init__(scope, id)
        self.peer = pod.peer
        live = stateless_workload(
            self,
            pod,
            rollout=workload.rollout,
            scaling=scaling,
            disruption_budget=workload.disruption_budget,
        )
        self._deployments = tuple(track.workload for track in live.tracks)
        exposed = exposure.expose(self, pod, live.tracks) if exposure else Exposed()
        scalings = [track.scaling for track in live.tracks]
        scaled = dict.fromkeys(m for scaling in scalings for m in scaling.pod_metrics)
        served = (m for each in scalings if not each.metric_readers for m in each.pod_metrics)
        readers = (reader for each in scalings for reader in each.metric_readers)
        self.most_replicas = sum(track.scaling.maximum for track in live.tracks)
        own = Facts(
            images=tuple(track.image for track in live.tracks),
            calls=exposed.calls,
            footprints=(_footprint(pod, live, exposure, workload.rollout.footprint(pod, scaling)),),
            metrics=_metrics(pod, metrics, signals, scaled),
            pod_metrics=tuple(dict.fromkeys(served)),
            external_metrics=tuple(
                dict.fromkeys(metric for each in scalings for metric in each.external_metrics)
            ),
            metric_readers=tuple(readers),
            service_level=service_level,
            indicator=pod.indicator,
            alerts=(*live.alerts, *alerts),
            dashboards=tuple(dashboards),
            routes=exposed.routes,
        )
        among = mutual_calls(self, self.peer, workload.mutual_ports)
        self.facts = own.joined(used, pod.facts, among)

    @property
    def deployment(self) -> ApiObject:
        """The Deployment of the stable track or the active color."""
        return self.deployments[0]

    @property
    def deployments(self) -> tuple[ApiObject, ...]:
        """Those of the tracks, that one first; the active color changes with a switch."""
        return tuple(self.objects["Deployment", name] for name in self._deployments)

    @property
    def services(self) -> tuple[ApiObject, ...]:
        """Those of the tracks, then the load balancers', then that of `mutual_ports`."""
        return self._made("Service")

    @property
    def ingresses(self) -> tuple[ApiObject, ...]:
        """Those of its routes; none where the renderer makes objects of other kinds."""
        return self._made("Ingress")

    @property
    def autoscalers(self) -> tuple[ApiObject, ...]:
        """Those of the tracks; none with a number of `Replicas`."""
        return self._made("HorizontalPodAutoscaler")

    @property
    def disruption_budgets(self) -> tuple[ApiObject, ...]:
        """Those of the tracks; none where the workload has none."""
        return self._made("PodDisruptionBudget")

    @property
    def service_account(self) -> ApiObject:
        """The account of its pods."""
        return self.objects["ServiceAccount"]

    def _made(self, kind: str) -> tuple[ApiObject, ...]:
        return tuple(each for each in self.objects if each.kind == kind)


def _check_counted(id: str, level: ServiceLevel, indicator: Indicator | None) -> None:
    if indicator is None:
        reject(
            f"service_level of {id}",
            level,
            "name the metric that counts its requests, in Signals.indicator of its runtime, "
            "and where it is read, in Http.metrics; or say service_level=None",
        )
    elif level.latency_seconds is not None and indicator.histogram is None:
        reject(
            "ServiceLevel.latency_seconds",
            level.latency_seconds,
            f"name a histogram in the indicator of the runtime of {id}, or promise None",
        )


def _footprint(pod: Pod, live: Live, exposure: Exposure | None, footprint: Footprint) -> Footprint:
    objects = {**footprint.objects, **pod.objects}
    if exposure is not None:
        objects |= exposure.objects(len(live.tracks))
    return replace(footprint, objects=objects, claims=pod.claims(footprint.pods))


def _metrics(
    pod: Pod, metrics: Metrics | None, signals: Signals, scaled: Iterable[PodMetric]
) -> tuple[MetricsEndpoint, ...]:
    if metrics is None:
        for metric in scaled:
            raise ConfigurationError(
                "metrics",
                None,
                f"say where {metric.name} is read, since the autoscaler follows it: "
                "metrics=Metrics(…)",
            )
        return ()
    series = (metric.series or metric.name for metric in scaled)
    promised = dict.fromkeys((*signals.exposed, *series, *metrics.names))
    return (
        MetricsEndpoint(
            peer=pod.peer,
            port=next(port.name for port in pod.main.ports if port.number == metrics.port),
            path=metrics.path,
            names=tuple(promised),
            authorization=metrics.authorization,
        ),
    )
