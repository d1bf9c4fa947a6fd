"""The reference platform: a shop with a web, an API and a websocket tier on a database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cdk8s import App, Chart

from certificates import host_certificate, party_certificate
from constructs_lib import (
    AdmissionPolicies,
    ApiTier,
    ConfigurationBackup,
    Container,
    Dashboards,
    Database,
    Debugger,
    Developer,
    ExternalSecrets,
    Host,
    Migration,
    Namespace,
    NextJs,
    ObservabilityStack,
    Operator,
    PodSecurity,
    PostgresCluster,
    PublicHost,
    Resources,
    SecretSources,
    SecurityBaseline,
    SocketTier,
    Tls,
    ValkeyBroker,
    Value,
    Viewer,
    WebTier,
    Workload,
    write_origins,
)
from constructs_lib.facts import Publisher
from constructs_lib.operations import ClusterEvents
from constructs_lib.runtimes import TagOfImage
from constructs_lib.security import (
    AuditPolicy,
    DebugTargets,
    EncryptionConfiguration,
    FixedImages,
    HandmadeSecrets,
    KnownAgents,
    SnapshotClasses,
    UnprivilegedPods,
)
from environments import API_RUNTIME, PRODUCTION, OwnBroker, Settings, chosen, output

PART_OF = {"app.kubernetes.io/part-of": "shop"}
APP = Namespace(name="app")
MONITORING = Namespace(name="monitoring")
LOGGING = Namespace(name="logging")
AGENTS = Namespace(name="node-agents", pod_security=PodSecurity.PRIVILEGED)
MIGRATION_RESOURCES = Resources(cpu="100m", memory="128Mi")
NAMESPACES = (APP, MONITORING, LOGGING, AGENTS)


class Platform(Value):
    """What the platform is made of."""

    host: Host
    monitoring_host: Host
    postgres: PostgresCluster
    broker: ValkeyBroker | None
    api: ApiTier
    socket: SocketTier
    web: WebTier
    observability: ObservabilityStack
    constructs: Sequence[Publisher]


def platform(app: App, settings: Settings = PRODUCTION) -> Platform:
    """Build the platform: what runs first, then who watches it, and last the ground it needs."""

    def chart(id: str, namespace: Namespace | None = APP) -> Chart:
        return Chart(app, id, namespace=namespace.name if namespace else None, labels=PART_OF)

    settings.cluster.attach(app)
    images, groups = settings.images, settings.groups
    host = Host(name=settings.domain, tls=Tls(secret_name="shop-tls"), renderer=settings.renderer)
    monitoring_host = Host(
        name=f"grafana.{settings.domain}",
        tls=Tls(secret_name="grafana-tls"),
        renderer=settings.monitoring_renderer,
    )
    postgres = PostgresCluster(
        chart("10-postgres"),
        "postgres",
        databases=[Database(name="shop")],
        storage=settings.database,
        members=settings.database_members,
        failover=settings.database_failover,
        sizes=settings.database_sizes,
        pooler=settings.poolers,
        backup=settings.database_backups,
        api_server=settings.api_server,
        secrets=settings.database_secrets,
        images=images.postgres,
    )
    api_chart = chart("20-api")
    migration = Migration(
        api_chart,
        "api-migration",
        container=Container(
            image=images.api, resources=MIGRATION_RESOURCES, command=["python", "tables.py"]
        ),
        check=["python", "tables.py", "--check"],
        # Two: that of a later version may begin before the one before has ended.
        database=postgres.session(connections=2),
    )
    api = ApiTier(
        api_chart,
        "api",
        container=Container(image=images.api, resources=settings.api_resources),
        host=host,
        database=postgres.read_write(connections=settings.api_connections),
        runtime=API_RUNTIME,
        scaling=settings.api_scaling,
        workload=Workload(calls=settings.api_calls, waits_for=[migration.wait], mesh=settings.mesh),
    )
    broker, told = None, settings.broker
    if isinstance(told, OwnBroker):
        broker = ValkeyBroker(
            chart("25-broker"),
            "broker",
            storage=told.storage,
            size=told.size,
            resources=told.resources,
        )
        told = broker.endpoint
    socket = SocketTier(
        chart("30-socket"),
        "socket",
        container=Container(image=images.socket, resources=settings.socket_resources),
        host=host,
        broker=told,
        scaling=settings.socket_scaling,
        workload=Workload(mesh=settings.mesh),
    )
    web = WebTier(
        chart("40-web"),
        "web",
        container=Container(image=images.web, resources=settings.web_resources),
        host=host,
        load_balancer=settings.load_balancer,
        upstreams={"API_URL": api.endpoint},
        scaling=settings.web_scaling,
        runtime=NextJs(server_actions_key=settings.server_actions_key, deployment_id=TagOfImage()),
        service_level=settings.web_promise,
        workload=Workload(rollout=settings.web_rollout, mesh=settings.mesh),
    )
    # Its account reads every namespace, so it is where no developer starts pods.
    configuration_backup = ConfigurationBackup(
        chart("80-configuration-backup", MONITORING),
        "configuration-backup",
        namespaces=NAMESPACES,
        bucket=settings.configuration_bucket,
        api_server=settings.api_server,
        image=images.configuration_backup,
    )
    events = ClusterEvents(
        chart("85-cluster-events", None),
        "cluster-events",
        namespace=MONITORING,
        api_server=settings.api_server,
        image=images.configuration_backup,
    )
    watched: list[Publisher] = [postgres, migration, api, socket, web, configuration_backup, events]
    watched += [] if broker is None else [broker]
    observability = ObservabilityStack(
        chart("60-observability", None),
        "observability",
        watches=watched,
        monitoring=MONITORING,
        logging=LOGGING,
        agents=AGENTS,
        metrics=settings.metrics,
        alerting=settings.alerting,
        dashboards=Dashboards(
            admin=settings.grafana,
            storage=settings.grafana_storage,
            host=monitoring_host,
            sign_on=settings.single_sign_on,
        ),
        logs=settings.logs,
        api_server=settings.api_server,
        nodes=settings.nodes,
        most_nodes=settings.most_nodes,
        internet=settings.internet,
        host_authority=settings.host_authority,
        images=images.observability,
        sizes=settings.observability_sizes,
    )
    constructs = [*watched, observability]
    in_front, of_monitoring = chart("50-host"), chart("70-monitoring-host", MONITORING)
    constructs += [
        PublicHost(in_front, "host", host=host, constructs=constructs),
        PublicHost(of_monitoring, "host", host=monitoring_host, constructs=constructs),
    ]
    everywhere = tuple(namespace.name for namespace in NAMESPACES)
    SecurityBaseline(
        chart("00-cluster", None),
        "baseline",
        namespaces=NAMESPACES,
        storage=settings.storage,
        constructs=constructs,
        registries=settings.registries,
        personas=[
            Viewer(groups=(groups.viewers, groups.operators), namespaces=everywhere),
            Developer(groups=(groups.developers,), namespaces=(APP.name,)),
            # Where agents run, whoever runs pods is root on all nodes.
            Operator(
                groups=(groups.operators,),
                namespaces=(APP.name, MONITORING.name, LOGGING.name),
                exec_pods=postgres.member_pods,
            ),
            Debugger(groups=(groups.on_call,), namespaces=(APP.name,), canaries=(web.peer.name,)),
        ],
    )
    return Platform(
        host=host,
        monitoring_host=monitoring_host,
        postgres=postgres,
        broker=broker,
        api=api,
        socket=socket,
        web=web,
        observability=observability,
        constructs=constructs,
    )


def add_ons(app: App, made: Platform, settings: Settings = PRODUCTION) -> None:
    """Build what needs CRDs of add-ons, or a newer Kubernetes than the platform does."""
    chart = Chart(app, "add-ons", namespace=APP.name, labels=PART_OF)
    host_certificate(chart, APP, made.host, settings.certificate_issuer)
    host_certificate(chart, MONITORING, made.monitoring_host, settings.certificate_issuer)
    parties = [party for each in made.constructs for party in each.facts.certificates]
    for party in parties:
        party_certificate(chart, party, settings.internal_issuer)
    SecretSources(
        chart,
        "secrets",
        constructs=made.constructs,
        source=ExternalSecrets(store=settings.secret_store, path="shop/"),
        exceptions={party.secret.name: HandmadeSecrets() for party in parties},
    )
    cluster = Chart(app, "cluster", labels=PART_OF)
    SnapshotClasses(cluster, "snapshots", storage=settings.snapshots)
    AdmissionPolicies(
        cluster,
        "shop",
        namespaces=NAMESPACES,
        policies=[
            FixedImages(),
            settings.registries,
            DebugTargets(
                groups=(settings.groups.on_call,),
                workloads=(made.api.peer, made.socket.peer, made.web.peer),
            ),
        ],
    )
    AdmissionPolicies(
        cluster,
        "shop-pods",
        namespaces=[each for each in NAMESPACES if each.pod_security != PodSecurity.PRIVILEGED],
        policies=[UnprivilegedPods()],
    )
    agents = [made.observability.parts[name] for name in ("filebeat", "node-exporter")]
    known = KnownAgents(daemon_sets=[each.objects["DaemonSet"] for each in agents])
    AdmissionPolicies(cluster, "shop-node", namespaces=[AGENTS], policies=[known])


def main() -> None:
    """Write an environment; below it, where `kubectl apply` does not look, the rest."""
    settings = chosen()
    app = App(outdir=output(settings))
    below = App(outdir=f"{app.outdir}/add-ons")
    add_ons(below, platform(app, settings), settings)
    for each in (app, below):
        each.synth()
        write_origins(each)
    administrator = Path(app.outdir, "cluster-administrator")
    administrator.mkdir(exist_ok=True)
    (administrator / "encryption.yaml").write_text(EncryptionConfiguration().to_yaml())
    (administrator / "audit-policy.yaml").write_text(AuditPolicy().to_yaml())


if __name__ == "__main__":
    main()
