"""The worker tier: processes that take work from a queue, or do theirs by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.arguments import takes
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.dashboards import Dashboard, DashboardFolder, Section, TimeSeries
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Peer, Port
from constructs_lib.facts.pod_sections import pods_section, process_section
from constructs_lib.facts.promql import pods_of
from constructs_lib.facts.signals import ExternalMetric, ServiceLevel
from constructs_lib.labels import Identity
from constructs_lib.names import short_name
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Shutdown
from constructs_lib.pods.metrics import Metrics
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.rules import check_range
from constructs_lib.runtimes.signals import Signals
from constructs_lib.tiers.connections import Connected
from constructs_lib.tiers.tier import Tier
from constructs_lib.tiers.workload import Workload

# Two, so that work goes on while one is lost. A worker seldom gives memory back, so that
# memory would scale up and never down.
WORKER_SCALING = Autoscaling(min_replicas=2, memory_percent=None)
WORKER_SIGNALS = Signals(log_format=LogFormat.PLAIN)


class WorkerArguments(Connected):
    """The arguments of `WorkerTier`.

    Args:
        container: its image, command, resources and environment. It has the probes that it
            names itself, such as
            ``liveness=Probe(check=ExecCheck(…), period_seconds=60, timeout_seconds=30)``, and
            none by default: a command in a busy container is slow, and costs CPU each time.
        metrics: the port and path of its metrics; None for no metrics.
        processes: of a pod that have a pool of database connections of their own, such as
            those of Celery's ``--concurrency``.
        threads: of each process, each with a connection.
        longest_task_seconds: from SIGTERM to SIGKILL, so that a pod ends its task; five seconds
            are added to spare. A task that takes longer is killed at a rollout, and is to be
            taken up again by another worker.
        scaling: `Autoscaling`, or `Replicas` for a number.
        workload: rollout, placement, hardening, sidecars and the like of its pods.
        signals: what it counts, such as its tasks and those that failed, and how its lines are
            read: as they are by default.
        service_level: its objectives for these; None for no objective.
    """

    metrics: Metrics | None = None
    processes: int = 1
    threads: int = 1
    longest_task_seconds: int = 300
    scaling: Scaling = WORKER_SCALING
    workload: Workload = Workload()
    signals: Signals = WORKER_SIGNALS
    service_level: ServiceLevel | None = None


class WorkerTier(Tier):
    """Replicas of a process that nobody calls, such as a Celery or Sidekiq worker.

    Creates a ServiceAccount, and a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget; no Service. Nothing pauses before SIGTERM, which tells a worker to
    take no new task.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.

    Attributes:
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: too few connections of the database for all processes, or values
            that contradict each other.
    """

    @takes(WorkerArguments)
    def __init__(self, scope: Construct, id: str, given: WorkerArguments) -> None:
        check_range("WorkerTier.processes", given.processes, 1, 1000)
        check_range("WorkerTier.threads", given.threads, 1, 1000)
        identity = Identity.of(scope, id, component="worker")
        shutdown = Shutdown(drain_seconds=given.longest_task_seconds)
        workload, scaling, signals = given.workload, given.scaling, given.signals
        unconnected = workload.pod(identity, given.container, shutdown=shutdown, signals=signals)
        connected = given.connect(
            _measured(given.container, given.metrics),
            pods=workload.rollout.footprint(unconnected, scaling).pods,
            processes=given.processes,
            threads=given.threads,
        )
        pod = workload.pod(identity, connected, shutdown=shutdown, signals=signals)
        super().__init__(
            scope,
            id,
            pod,
            workload=workload,
            scaling=scaling,
            signals=signals,
            metrics=given.metrics,
            used=given.used_by(pod.peer),
            service_level=given.service_level,
            dashboards=[]
            if signals.indicator
            else [_dashboard(pod.peer, scaling.external_metrics)],
        )
        if self.most_replicas > scaling.maximum:
            raise ConfigurationError(
                "Workload.rollout",
                workload.rollout,
                "use RollingUpdate(…): both versions would take tasks, since no route says who",
            )


def _measured(container: Container, metrics: Metrics | None) -> Container:
    if metrics is None:
        return container
    container.check_left_to("metrics", ["METRICS_PORT"])
    told = container.with_defaults(env={"METRICS_PORT": str(metrics.port)})
    if any(port.number == metrics.port for port in container.ports):
        return told
    return replace(told, ports=[*told.ports, Port(name="metrics", number=metrics.port)])


def _dashboard(peer: Peer, queues: Sequence[ExternalMetric]) -> Dashboard:
    waiting = tuple(TimeSeries(each.name, "short", {each.name: each.query}) for each in queues)
    return Dashboard(
        uid=short_name(peer.namespace, peer.name),
        title=f"{peer.name} (worker)",
        folder=DashboardFolder.SERVICES,
        description=f"What {peer.name} takes for its work.",
        sections=(
            *([Section(title="Queues", panels=waiting)] if waiting else []),
            process_section(pods_of(peer)),
            pods_section(peer),
        ),
        alerts=pods_of(peer),
    )
