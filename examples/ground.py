"""What the applications of others stand on here: a database, who watches, and the ground."""

from collections.abc import Sequence
from dataclasses import replace

from cdk8s import App, Chart

from constructs_lib import (
    Alerting,
    AnyServer,
    BackupPlan,
    Dashboards,
    Database,
    GrafanaVolume,
    Host,
    Logs,
    MetricsStore,
    Namespace,
    NginxIngress,
    ObservabilityStack,
    Outside,
    PodSecurity,
    Port,
    PostgresCluster,
    PostgresStorage,
    PublicHost,
    ReclaimPolicy,
    S3Repository,
    SecretRef,
    SecurityBaseline,
    StorageClass,
    Tls,
)
from constructs_lib.facts import Publisher
from constructs_lib.observability import Webhook
from constructs_lib.pods import PauseCommand
from constructs_lib.runtimes import LongerThanFront

HTTPS = Port(name="https", number=443)
INTERNET = Outside(
    name="internet",
    cidrs=("0.0.0.0/0",),
    excluded=("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
    ports=(HTTPS,),
)
SMTP = Outside(name="smtp", cidrs=("203.0.113.25/32",), ports=(Port(name="smtp", number=587),))
FAST = StorageClass(name="fast", provisioner="ebs.csi.aws.com", parameters={"type": "gp3"})
_API_SERVER = Outside(name="api-server", cidrs=("10.0.0.0/28",), ports=(HTTPS,))
_SCRATCH = replace(FAST, name="scratch", reclaim_policy=ReclaimPolicy.DELETE)
_MONITORING, _LOGGING = Namespace(name="monitoring"), Namespace(name="logging")
_AGENTS = Namespace(name="node-agents", pod_security=PodSecurity.PRIVILEGED)


def puma(*command: str) -> AnyServer:
    """Return what Puma is like, which serves Rails with two processes of five threads."""
    return AnyServer(
        pause=PauseCommand(command=("sleep", "{seconds}")),
        args=command,
        env={"BIND": "{address}", "PERSISTENT_TIMEOUT": "{keep_alive_seconds}"},
        keep_alive_seconds=LongerThanFront(),
        processes_per_pod=2,
        threads=5,
    )


def host(name: str) -> Host:
    """Return a host with a certificate that cert-manager makes."""
    return Host(name=name, tls=Tls(secret_name="host-tls"), renderer=NginxIngress())


def database(app: App, namespace: str) -> PostgresCluster:
    """Build a database with the name of the namespace."""
    return PostgresCluster(
        Chart(app, "10-postgres", namespace=namespace),
        "postgres",
        databases=[Database(name=namespace)],
        storage=PostgresStorage(data=FAST),
        backup=BackupPlan(
            repository=S3Repository(
                bucket=f"{namespace}-backups",
                region="eu-central-1",
                endpoint="s3.eu-central-1.amazonaws.com",
                path="/postgres",
                secret=SecretRef(name="repository", keys=("access-key", "secret-key", "cipher")),
                target=INTERNET,
            ),
            drill_storage=_SCRATCH,
        ),
        api_server=_API_SERVER,
    )


def finish(app: App, at: Host, constructs: Sequence[Publisher], *, chart: Chart) -> None:
    """Build the host, who watches, and the baseline."""
    hook = Webhook(secret=SecretRef(name="alert-hook", keys=("url",)), target=INTERNET)
    stack = ObservabilityStack(
        Chart(app, "60-observability"),
        "observability",
        watches=constructs,
        monitoring=_MONITORING,
        logging=_LOGGING,
        agents=_AGENTS,
        metrics=MetricsStore(storage=FAST),
        alerting=Alerting(page=hook, ticket=hook, runbooks="https://git.example.com/runbooks"),
        dashboards=Dashboards(
            admin=SecretRef(name="grafana", keys=("password", "secret-key")),
            storage=GrafanaVolume(storage_class=FAST),
        ),
        logs=Logs(storage=FAST),
        api_server=_API_SERVER,
        nodes=("10.0.0.0/16",),
        internet=INTERNET,
    )
    SecurityBaseline(
        Chart(app, "00-cluster"),
        "baseline",
        namespaces=[Namespace(name=chart.namespace or ""), _MONITORING, _LOGGING, _AGENTS],
        storage=[FAST, _SCRATCH],
        constructs=[*constructs, PublicHost(chart, "host", host=at, constructs=constructs), stack],
    )
