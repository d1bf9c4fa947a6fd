"""The exporter of metrics of Elasticsearch."""

from __future__ import annotations

from constructs import Construct

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.network import Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.elk.elasticsearch import Elasticsearch
from constructs_lib.observability.elk.exporter_dashboard import dashboard
from constructs_lib.observability.elk.parsing import REFUSED
from constructs_lib.observability.elk.settings import Logs
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.secrets import SecretEnv

_METRICS = Port(name="metrics", number=9114)
# It may not read aliases; where it asks for them and gets none, it tells of no index at all.
OPTIONS = ("--es.all", "--es.indices", "--no-es.aliases")
SNAPSHOTS_OPTION = "--collector.slm"
SNAPSHOTS_FAILED = "elasticsearch_slm_stats_total_snapshots_failed_total"
NAMES = (
    "elasticsearch_cluster_health_number_of_nodes",
    "elasticsearch_cluster_health_status",
    "elasticsearch_cluster_health_unassigned_shards",
    "elasticsearch_filesystem_data_available_bytes",
    "elasticsearch_filesystem_data_size_bytes",
    "elasticsearch_index_stats_indexing_index_total",
    "elasticsearch_indices_docs_primary",
    "elasticsearch_indices_indexing_index_total",
    "elasticsearch_indices_search_query_total",
    "elasticsearch_jvm_memory_max_bytes",
    "elasticsearch_jvm_memory_used_bytes",
    "elasticsearch_thread_pool_rejected_count",
)

_RED = AlertRule(
    name="ElasticsearchClusterStatusRed",
    expression='max(elasticsearch_cluster_health_status{color="red"}) == 1',
    for_seconds=300,
    severity=Severity.PAGE,
    summary="Some lines of log can be neither written nor found.",
    runbook="elasticsearch",
)
_YELLOW = AlertRule(
    name="ElasticsearchClusterStatusYellow",
    expression='max(elasticsearch_cluster_health_status{color="yellow"}) == 1',
    for_seconds=3600,
    severity=Severity.TICKET,
    summary="Some lines of log are on one server only.",
    runbook="elasticsearch",
)
_DISK = AlertRule(
    name="ElasticsearchNodeDiskWatermarkReached",
    expression="elasticsearch_filesystem_data_available_bytes / "
    "elasticsearch_filesystem_data_size_bytes < 0.15",
    for_seconds=900,
    severity=Severity.TICKET,
    summary="A volume of Elasticsearch is nearly full; below a twentieth it takes no lines.",
    runbook="elasticsearch",
)
_SILENCE = AlertRule(
    name="ElasticsearchNoNewDocuments",
    # Kibana and Elasticsearch write to indices of their own all the time. Where no line
    # ever arrived there is no index to count in.
    expression="(sum(increase(elasticsearch_index_stats_indexing_index_total"
    r'{index=~"\\.ds-logs-app-.*"}[15m])) '
    "or 0 * max(elasticsearch_cluster_health_number_of_nodes)) == 0",
    for_seconds=300,
    severity=Severity.TICKET,
    summary="No line of log has arrived for a quarter of an hour.",
    runbook="elasticsearch",
)
_SNAPSHOTS = AlertRule(
    name="ElasticsearchSnapshotFailure",
    expression=f"max(increase({SNAPSHOTS_FAILED}[1d])) > 0",
    for_seconds=0,
    severity=Severity.TICKET,
    summary="The logs of a day were not copied to the bucket.",
    runbook="elasticsearch",
)
_LINES = rf'elasticsearch_indices_docs_primary{{index=~"\\.ds-logs-{REFUSED}-.*"}}'
# A password that changes keeps a standby out for two minutes, in which it tries every five seconds.
_MANY = 30
_REFUSED = AlertRule(
    name="SignInsAreRefused",
    # Counted by what there is: servers that start anew count from nothing.
    expression=f"sum({_LINES} - min_over_time({_LINES}[10m])) > {_MANY}",
    for_seconds=0,
    severity=Severity.TICKET,
    summary=f"More than {_MANY} times in ten minutes, somebody was not let in.",
    runbook="sign-ins",
)


class ElasticsearchExporter(Part):
    """The exporter of metrics of Elasticsearch.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        logs: the Secrets of the log store.
        elasticsearch: the cluster that it queries.
    """

    def __init__(
        self,
        scope: Construct,
        context: StackContext,
        *,
        logs: Logs,
        elasticsearch: Elasticsearch,
    ) -> None:
        super().__init__(scope, identity_of("elasticsearch-exporter", context.logging))
        snapshots = logs.snapshots is not None
        process = Container(
            name="exporter",
            image=context.images.elasticsearch_exporter,
            resources=context.sizes.elasticsearch_exporter,
            args=[
                f"--es.uri={elasticsearch.url}",
                "--es.ca=/run/secrets/elasticsearch/ca.crt",
                *OPTIONS,
                *([SNAPSHOTS_OPTION] if snapshots else []),
                f"--web.listen-address=:{_METRICS.number}",
                "--log.format=json",
            ],
            ports=[_METRICS],
            env={"ES_USERNAME": "exporter"},
            secret_env=[SecretEnv(name="ES_PASSWORD", secret=logs.secrets.users, key="exporter")],
            volumes=[logs.secrets.elasticsearch_authority],
            readiness=Probe(check=HttpCheck(path="/healthz"), port=_METRICS.number),
            liveness=Probe(check=HttpCheck(path="/healthz"), port=_METRICS.number),
        )
        pod = Pod(
            identity=self.identity,
            importance=Importance.OBSERVABILITY,
            containers=[process],
        )
        pod = extended(pod, context.extra_containers)
        made = deployment(self, pod, replicas=1)
        names = (*NAMES, *([SNAPSHOTS_FAILED] if snapshots else []))
        told = Facts(
            calls=(elasticsearch.endpoint.called_by(pod.peer),),
            metrics=(
                MetricsEndpoint(peer=pod.peer, port=_METRICS.name, path="/metrics", names=names),
            ),
            alerts=_alerts(logs),
            dashboards=(dashboard(servers=logs.servers),),
        )
        self.facts = made.joined(told)


def _alerts(logs: Logs) -> tuple[AlertRule, ...]:
    return (
        _RED,
        *((_YELLOW, _lacks(logs.servers)) if logs.servers > 1 else ()),
        _DISK,
        _SILENCE,
        _REFUSED,
        *([_SNAPSHOTS] if logs.snapshots else []),
    )


def _lacks(servers: int) -> AlertRule:
    return AlertRule(
        name="ElasticsearchTooFewNodesRunning",
        expression=f"min(elasticsearch_cluster_health_number_of_nodes) < {servers}",
        for_seconds=900,
        severity=Severity.TICKET,
        summary="A server of Elasticsearch is missing.",
        runbook="elasticsearch",
    )
