"""What people write into the fields of the library, by class and field."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from hypothesis import strategies as st

from constructs_lib.cluster import DNS_SERVERS
from constructs_lib.facts import SecretRef, Verb
from constructs_lib.pods import AllKeys
from constructs_lib.rollouts import SameScaling
from constructs_lib.runtimes import WorkersPerCore
from constructs_lib.security import RegionOfNode
from constructs_lib.traffic import RetryOn
from tests.properties.strategies_types import Strategy

NAMES = st.sampled_from(("a", "b", "web", "api", "web-a", "a-web")) | st.from_regex(
    r"[a-z][a-z0-9]{2,7}", fullmatch=True
)
VARIABLES = st.from_regex(r"[A-Z]{3,4}_[A-Z]{3,4}", fullmatch=True)
NUMBERS = st.integers(1024, 65_535)
SECONDS = st.integers(1, 60)
NAMESPACES = st.sampled_from(("app", "data"))
CIDRS = st.sampled_from(
    ("10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24", "198.51.100.7/32", "2001:db8::/32", "0.0.0.0/0")
)
PATHS = st.sampled_from(("/", "/a", "/a/b", "/ab", "/api", "/ws", "/v1.2/x_y"))
PERCENT = st.integers(1, 100)

_WORDS = st.from_regex(r"[a-z]{3,6}", fullmatch=True)
_SIZES = st.sampled_from(("1Mi", "64Mi", "1.5Gi", "10000k"))
_METRICS = st.from_regex(r"[a-z]{2,5}_[a-z]{2,5}", fullmatch=True)
_SENTENCES = st.sampled_from(("up == 0", "More than a minute behind.", "päivää, 世界"))
_BYTES = st.integers(1, 2**40).map(Decimal)
_CORES = st.integers(1, 64_000).map(lambda thousandths: Decimal(thousandths) / 1000)
_LABELS = st.dictionaries(
    st.sampled_from(("app", "app.kubernetes.io/name", "tier")),
    st.sampled_from(("a", "b", "")),
    min_size=1,
    max_size=2,
)
_DIGEST = f"sha256:{'0123456789abcdef' * 4}"
_IMAGES = st.sampled_from(
    (
        "web:1.4.2",
        "web:20261125",
        "web:3f2a9bc",
        f"web@{_DIGEST}",
        f"registry.example.com:5000/shop/web:v1.4.2-rc.1@{_DIGEST}",
    )
)


def _tuples(items: Strategy, *, least: int = 0) -> Strategy:
    return st.lists(items, min_size=least, max_size=2, unique=True).map(tuple)


def _directories(root: str) -> Strategy:
    """Draw directories of one purpose, which do not often meet those of another."""
    return st.from_regex(rf"{root}/[a-z]{{2,4}}", fullmatch=True)


def _mappings(keys: Strategy, values: Strategy, *, least: int = 0) -> Strategy:
    mappings = st.dictionaries(keys, values, min_size=least, max_size=2)
    return mappings | mappings.map(MappingProxyType)


PLAIN: dict[str, Strategy] = {
    # Facts.
    "PolicyRule.api_group": st.sampled_from(("", "apps", "batch")),
    "PolicyRule.names": st.just(()),
    "PolicyRule.resources": _tuples(st.sampled_from(("configmaps", "pods/log")), least=1),
    "PolicyRule.verbs": _tuples(st.sampled_from(Verb), least=1),
    "AlertRule.expression": st.sampled_from(("up == 0", "vector(1)")),
    "AlertRule.for_seconds": SECONDS,
    "AlertRule.name": _METRICS,
    "AlertRule.runbook": NAMES,
    "AlertRule.summary": _SENTENCES,
    "Amounts.cpu": _CORES,
    "Amounts.cpu_limit": st.none() | st.just(Decimal(64)),
    "Amounts.ephemeral_storage": _BYTES,
    "Amounts.memory": _BYTES,
    "Backend.host": st.none() | st.just("next.example.com"),
    "Backend.name": NAMES,
    "Backend.namespace": NAMESPACES,
    "Backend.service": NAMES,
    "Backend.weight": st.integers(0, 100),
    "BrokerEndpoint.host": st.just("redis.example.com"),
    "BrokerEndpoint.port": NUMBERS,
    "BrokerEndpoint.target_port": st.just("main"),
    "CacheEndpoint.host": st.just("cache.example.com"),
    "CacheEndpoint.port": NUMBERS,
    "CacheEndpoint.target_port": st.just("main"),
    "Call.port": st.just("main"),
    "VolumeClaim.count": st.integers(1, 5),
    "VolumeClaim.size": _BYTES,
    "VolumeClaim.storage_class": NAMES,
    "Cluster.domain": st.sampled_from(("cluster.local", "k8s.example.net")),
    "CookieMatch.name": NAMES,
    "CookieMatch.value": NAMES,
    "DatabaseEndpoint.capacity": st.sampled_from((None, 10_000)),
    "DatabaseEndpoint.connections": st.integers(300, 3000),
    "DatabaseEndpoint.database": st.just("shop"),
    "DatabaseEndpoint.statement_seconds": st.integers(1, 20),
    "DatabaseEndpoint.wait_seconds": st.integers(0, 20),
    "DatabaseEndpoint.host": st.just("postgres.example.com"),
    "DatabaseEndpoint.port": NUMBERS,
    "DatabaseEndpoint.target_port": st.just("main"),
    "Dns.options": _mappings(st.sampled_from(("ndots", "timeout")), st.integers(1, 5)),
    "Dns.servers": st.just(DNS_SERVERS),
    "Facts.foreign_metrics": _tuples(_METRICS),
    "Facts.images": _tuples(_IMAGES),
    "Footprint.namespace": NAMESPACES,
    "Footprint.objects": _mappings(
        st.sampled_from(("services", "services.loadbalancers", "count/jobs.batch")),
        st.integers(0, 20),
    ),
    "Footprint.pods": st.integers(0, 100),
    "HeaderMatch.name": NAMES,
    "HeaderMatch.value": NAMES,
    "HttpEndpoint.host": st.just("api.app.svc.cluster.local"),
    "HttpEndpoint.port": st.integers(1, 65_535),
    "HttpEndpoint.target_port": st.just("main"),
    "Identity.component": NAMES,
    "Identity.name": NAMES,
    "Identity.namespace": NAMESPACES,
    "Indicator.failed": st.just('code="500"'),
    "Indicator.histogram": st.none() | _METRICS,
    "Indicator.total": _METRICS,
    "MetricsEndpoint.names": _tuples(_METRICS),
    "MetricsEndpoint.path": PATHS,
    "MetricsEndpoint.port": st.just("main"),
    "Neighbour.name": NAMES,
    "Neighbour.namespace": st.sampled_from(("ingress", "kube-system")),
    "Neighbour.selector": _LABELS | _LABELS.map(MappingProxyType),
    "Outside.cidrs": st.sampled_from((("10.0.0.0/8",), ("0.0.0.0/0",), ("0.0.0.0/0", "::/0"))),
    "Outside.excluded": st.sampled_from(((), ("10.1.0.0/16",), ("10.1.0.0/16", "10.2.3.4/32"))),
    "Outside.name": NAMES,
    "Peer.name": NAMES,
    "Peer.namespace": NAMESPACES,
    "Peer.selector": _LABELS | _LABELS.map(MappingProxyType),
    "PartyCertificate.authority": st.none() | NAMES,
    "PartyCertificate.common_name": NAMES,
    "PartyCertificate.dns_names": st.sampled_from(((), ("localhost", "*.members.example.com"))),
    "PartyCertificate.namespace": NAMESPACES,
    "PodMetric.average": st.integers(1, 10_000),
    "PodMetric.name": _METRICS,
    "PodMetric.series": _METRICS,
    "Port.name": NAMES,
    "Port.number": NUMBERS,
    "SecretRef.keys": st.sampled_from(
        (("username", "password", "key"), ("ca.crt", "password", "username", "key"))
    ),
    "SecretRef.name": _WORDS,
    "SecretRef.revision": st.just("2"),
    "CsiSecretRef.keys": st.just(("username", "password")),
    "CsiSecretRef.name": _WORDS,
    "CsiSecretRef.revision": st.just("2"),
    "SecretUse.namespace": NAMESPACES,
    "SecretUse.reader": NAMES,
    "ServiceLevel.availability_percent": st.floats(0.001, 99.999),
    "ServiceLevel.latency_percent": st.floats(0.001, 99.999),
    "ServiceLevel.latency_seconds": st.none() | st.floats(0.001, 3600),
    # Places.
    "Headroom.objects": st.integers(0, 100),
    "Headroom.percent": st.integers(0, 200),
    "Namespace.name": NAMESPACES,
    "SecurityBaseline.calls": st.just(()),
    "SecurityBaseline.constructs": st.just(()),
    "ExistingStorageClass.name": NAMES,
    "SnapshotClass.name": NAMES,
    "StorageClass.name": NAMES,
    "StorageClass.parameters": _mappings(
        st.sampled_from(("type", "csi.storage.k8s.io/fstype")), st.just("gp3")
    ),
    "StorageClass.provisioner": st.sampled_from(
        ("ebs.csi.aws.com", "kubernetes.io/no-provisioner")
    ),
    "VolumeSnapshots.claims": _LABELS | _LABELS.map(MappingProxyType),
    "VolumeSnapshots.image": _IMAGES,
    "VolumeSnapshots.keep": st.integers(1, 1000),
    # Workloads.
    "Autoscaling.cpu_percent": PERCENT,
    "Autoscaling.max_replicas": st.integers(5, 20),
    "Autoscaling.memory_percent": st.none() | PERCENT,
    "Autoscaling.min_replicas": st.integers(2, 5),
    "BlueGreen.green": _IMAGES,
    "BlueGreen.idle_replicas": st.just(SameScaling()) | st.integers(0, 5),
    "BlueGreen.preview_host": st.none() | st.just("next.example.com"),
    "Burst.times": st.integers(1, 10),
    "Canary.image": _IMAGES,
    "Canary.step": st.integers(0, 2),
    "Canary.steps": st.sampled_from(((10, 100), (1, 2, 3))),
    "Canary.slower_percent": PERCENT,
    "Canary.worse_percent": st.integers(1, 20),
    "ConfigFiles.executable": st.booleans(),
    "ConfigFiles.files": _mappings(
        st.sampled_from(("a.conf", "b.yaml")), st.text("aä: \n", max_size=50), least=1
    ),
    "ConfigFiles.mount_path": _directories("/etc"),
    "ConfigFiles.name": _WORDS,
    "Container.env": _mappings(VARIABLES, st.text("aä: \n", max_size=10)),
    "Container.image": _IMAGES,
    "Http.port": NUMBERS,
    "DisruptionBudget.max_unavailable": st.just(1),
    "Container.args": st.lists(st.sampled_from(("--quiet", "a b")), max_size=2),
    "Container.command": st.lists(st.sampled_from(("true", "-c", "a b")), max_size=3),
    "Container.name": _WORDS,
    "Container.pod_env": _mappings(VARIABLES, st.just("metadata.name")),
    "Container.pre_stop": st.lists(st.sampled_from(("sleep", "5")), max_size=2),
    "Container.version_variable": st.none() | VARIABLES,
    "ExecCheck.command": st.lists(st.sampled_from(("true", "-c", "a b")), min_size=1, max_size=3),
    "AnyServer.args": st.lists(st.sampled_from(["--port={port}", "-v"]), max_size=2),
    "AnyServer.env": _mappings(VARIABLES, st.sampled_from(["{listen}", "a"])),
    "AnyServer.processes_per_pod": st.integers(1, 8),
    "AnyServer.threads": st.integers(1, 64),
    "AnyServer.timeout_seconds": st.none() | st.integers(21, 59),
    "ServedRoute.suffix": st.just("") | NAMES,
    "Sleep.seconds": st.integers(1, 20),
    "NextJs.threads": st.integers(1, 64),
    "NodeServer.threads": st.integers(1, 64),
    "Signals.metrics": st.lists(st.sampled_from(("jobs_total", "in_flight")), max_size=2),
    "PauseCommand.command": st.just(("sleep", "{seconds}")),
    "Gunicorn.max_requests": st.integers(10, 100_000),
    "Gunicorn.threads": st.integers(1, 64),
    "Gunicorn.timeout_seconds": st.integers(21, 59),
    "Gunicorn.workers": st.just(WorkersPerCore()) | st.integers(1, 8),
    "WorkersPerCore.count": st.integers(1, 4),
    "WorkersPerCore.more": st.integers(0, 4),
    "GrpcCheck.service": st.none() | NAMES,
    "Hardening.run_as_group": NUMBERS,
    "Hardening.run_as_user": NUMBERS,
    "HttpCheck.path": PATHS,
    "HttpsCheck.path": PATHS,
    "Lifecycle.drain_seconds": SECONDS,
    "Shutdown.drain_seconds": SECONDS,
    "Shutdown.pause_seconds": SECONDS,
    "Shutdown.pre_stop": st.just(("sleep", "5")),
    "Lifecycle.endpoint_removal_seconds": SECONDS,
    "Metrics.names": _tuples(_METRICS),
    "Metrics.path": PATHS,
    "Metrics.port": NUMBERS,
    "Placement.min_nodes": st.sampled_from((None, None, None, 2)),
    "Placement.min_zones": st.sampled_from((None, None, None, 2)),
    "Placement.node_selector": _mappings(
        st.sampled_from(("kubernetes.io/arch", "disk")), st.just("a")
    ),
    "Placement.priority_class": st.none() | NAMES,
    "Amounts.extended": st.sampled_from(((), (("nvidia.com/gpu", 1),))),
    "ConfigFile.name": _WORDS,
    "ConfigFile.text": _SENTENCES,
    "ConfigFile.mount_path": _directories("/etc/app"),
    "ConfigVariables.config_map": NAMES,
    "ConfigVariables.keys": st.just(("REGION",)),
    "ConfigVariables.revision": NAMES,
    "ConfigVariables.prefix": st.sampled_from(("", "A_", "B_")),
    "ExternalMetric.average": st.integers(1, 1000),
    "ExternalMetric.name": _METRICS,
    "ExternalMetric.query": _METRICS,
    "Keda.prometheus": st.just("http://prometheus.example.com:9090"),
    "Keda.polling_seconds": SECONDS,
    "Keda.cooldown_seconds": SECONDS,
    "ExistingClaim.claim": NAMES,
    "ExistingClaim.mount_path": _directories("/media"),
    "Placement.affinity": st.none(),
    **dict.fromkeys(("PodSettings.host_aliases", "Workload.host_aliases"), st.just({})),
    "Resources.extended": st.sampled_from(({}, {}, {"nvidia.com/gpu": 1})),
    "SecretFile.key": st.just("key"),
    "SecretFile.mode": st.just(0o640),
    "SecretFile.mount_path": _directories("/opt/secret"),
    "SecretVariables.prefix": st.sampled_from(("C_", "D_")),
    "SecretVariables.secret": st.just(SecretRef(name="variables", keys=("USER",))),
    "SharedClaim.mount_path": _directories("/shared"),
    "SharedClaim.name": _WORDS,
    "SharedClaim.size": _SIZES,
    "Workspace.mount_path": _directories("/work"),
    "Workspace.name": _WORDS,
    "Workspace.size": _SIZES,
    "Probes.failure_threshold": st.integers(1, 10),
    "Probes.period_seconds": st.integers(5, 20),
    "Probes.startup_budget_seconds": st.sampled_from((30, 60, 300)),
    "Probes.timeout_seconds": st.integers(1, 5),
    "Replicas.count": st.integers(1, 10),
    "Resources.cpu": st.sampled_from(("50m", "250m", "1", "1.5")),
    "Resources.ephemeral_storage": st.sampled_from(("8Gi", "10000M")),
    "FixedUser.group": st.integers(1, 2**31 - 1),
    "FixedUser.user": st.integers(1, 2**31 - 1),
    "HttpProxy.direct": _tuples(st.just(".example.com")),
    "HttpProxy.url": st.just("http://proxy.example.com:3128"),
    "PodDefaults.pull_secrets": st.just(()),
    "PriorityClasses.application": NAMES,
    "PriorityClasses.database": NAMES,
    "PriorityClasses.job": NAMES,
    "PriorityClasses.observability": NAMES,
    **{
        f"{kind}.{name}": _mappings(_WORDS, _WORDS)
        for kind in ("PodDefaults", "PodSettings", "Workload")
        for name in (
            "account_annotations",
            "account_labels",
            "node_selector",
            "pod_annotations",
            "pod_labels",
            "service_annotations",
            "service_labels",
        )
    },
    "Probe.failure_threshold": st.integers(1, 10),
    "Probe.period_seconds": st.integers(5, 60),
    "Probe.port": st.none() | NUMBERS,
    "Probe.timeout_seconds": st.integers(1, 5),
    "Resources.memory": _SIZES,
    "Scratch.mount_path": _directories("/var/cache"),
    "Scratch.size": _SIZES,
    "RollingUpdate.max_surge_percent": PERCENT,
    "RollingUpdate.max_unavailable": st.integers(0, 3),
    "RollingUpdate.min_ready_seconds": SECONDS,
    "RollingUpdate.progress_deadline_seconds": st.integers(400, 3600),
    "RollingUpdate.revision_history_limit": st.integers(1, 10),
    "Recreate.progress_deadline_seconds": st.integers(400, 3600),
    "Recreate.revision_history_limit": st.integers(1, 10),
    "Wait.check": st.just(("bin/check",)),
    "Wait.name": NAMES,
    "Wait.repeat": st.just(()),
    "Wait.seconds": SECONDS,
    "ScalingPace.percent": st.none() | PERCENT,
    "ScalingPace.period_seconds": SECONDS,
    "ScalingPace.pods": st.integers(1, 10),
    "ScalingPace.stabilization_seconds": SECONDS,
    "SecretEnv.key": st.just("key"),
    "SecretEnv.name": VARIABLES,
    "SecretFiles.keys": st.just(("key",)) | st.just(AllKeys()),
    "SecretFiles.mode": st.sampled_from((0o644, 0o400, 0o440)),
    "SecretFiles.mount_path": _directories("/srv"),
    "Toleration.effect": st.none() | st.sampled_from(("NoSchedule", "NoExecute")),
    "Toleration.key": st.sampled_from((None, "dedicated", "example.com/gpu")),
    "Toleration.value": st.none() | NAMES,
    # Tiers and their traffic.
    "WorkerTier.longest_task_seconds": SECONDS,
    **{
        f"{kind}.{name}": strategy
        for kind in ("Migration", "OneOffJob")
        for name, strategy in {
            "check": st.just(("bin/check",)),
            "deadline_seconds": SECONDS,
            "kept": st.integers(1, 100),
            "repeat": st.just(()),
            "tries": st.integers(1, 10),
        }.items()
    },
    "WorkerTier.processes": st.integers(1, 4),
    "WorkerTier.threads": st.integers(1, 20),
    "AwsCertificate.arn": st.just("arn:aws:acm:eu-central-1:123456789012:certificate/5b0e7d3c"),
    "AwsCertificate.policy": st.just("ELBSecurityPolicy-TLS13-1-2-2021-06"),
    "CircuitBreaker.failures": st.integers(1, 10),
    "CircuitBreaker.window_seconds": SECONDS,
    "ClientAffinity.timeout_seconds": SECONDS,
    "ErrorPage.body": _SENTENCES,
    "ErrorPage.codes": _tuples(st.integers(400, 599), least=1),
    "ErrorPage.content_type": st.just("text/plain"),
    "ErrorPage.status": st.integers(400, 599),
    "ErrorRedirect.codes": _tuples(st.integers(400, 599), least=1),
    "ErrorRedirect.url": st.just("https://shop.example.com/unavailable"),
    "GatewayApi.gateway_class": NAMES,
    "GatewayApi.namespace": st.just("app"),
    "Host.name": st.sampled_from(("shop.example.com", "*.example.com")),
    "ExistingGateway.http_listener": st.none() | st.just("http"),
    "ExistingGateway.https_listener": st.just("https"),
    "ExistingGateway.name": NAMES,
    "ExistingGateway.namespace": NAMES,
    "TlsInFront.hsts_seconds": st.none() | SECONDS,
    "Host.annotations": st.dictionaries(st.just("example.com/note"), NAMES, max_size=1),
    "Host.labels": st.dictionaries(st.just("team"), NAMES, max_size=1),
    "Host.redirects_from": _tuples(st.sampled_from(("www.example.com", "*.example.org"))),
    "Issuer.name": NAMES,
    "Issuer.group": st.sampled_from(("cert-manager.io", "awspca.cert-manager.io")),
    "Issuer.kind": st.sampled_from(("ClusterIssuer", "Issuer", "AWSPCAIssuer")),
    "Debugger.groups": _tuples(NAMES),
    "Debugger.namespaces": _tuples(NAMES, least=1),
    "Developer.groups": _tuples(NAMES),
    "Developer.namespaces": _tuples(NAMES, least=1),
    "Operator.groups": _tuples(NAMES),
    "Operator.namespaces": _tuples(NAMES, least=1),
    "Viewer.groups": _tuples(NAMES),
    "Viewer.namespaces": _tuples(NAMES, least=1),
    "Debugger.canaries": _tuples(NAMES),
    "Debugger.exec_pods": _tuples(NAMES),
    "Developer.secrets": _tuples(NAMES),
    "Developer.forward_pods": _tuples(NAMES),
    "Operator.secrets": _tuples(NAMES),
    "SecurityBaseline.personas": st.just(()),
    "Registries.allowed": _tuples(
        st.sampled_from(("registry.example.com", "localhost:5000/shop")), least=1
    ),
    "DebugTargets.groups": _tuples(NAMES, least=1),
    "EncryptionConfiguration.resources": _tuples(NAMES, least=1),
    "Kms.endpoint": st.just("unix:///run/kms.sock"),
    "Kms.name": NAMES,
    "Kms.timeout_seconds": st.integers(1, 60),
    "Secretbox.keys": _tuples(NAMES, least=1),
    "AwsSecretsManagerFiles.path": st.just("shop/"),
    "AwsSecretsManagerFiles.region": st.just(RegionOfNode()) | st.just("eu-central-1"),
    "CsiSecretFiles.mount_path": _directories("/mnt"),
    "ExternalSecrets.path": st.just("shop/"),
    "ExternalSecrets.refresh_hours": st.integers(1, 8760),
    "ExternalSecrets.store": NAMES,
    "SealedSecrets.ciphertext": _mappings(
        NAMES, st.dictionaries(NAMES, st.just("A" * 400), max_size=2)
    ),
    "VaultFiles.address": st.just("https://vault.example.com:8200"),
    "VaultFiles.path": st.just("secret/data/shop/"),
    "VaultFiles.role": NAMES,
    "Linkerd.namespace": st.just("linkerd"),
    "LoadBalancer.annotations": st.dictionaries(st.just("example.com/note"), NAMES, max_size=1),
    "LoadBalancer.labels": st.dictionaries(st.just("team"), NAMES, max_size=1),
    "MetalLb.address_pool": st.none() | NAMES,
    "PodTargets.health_ranges": _tuples(CIDRS, least=1),
    "LoadBalancer.load_balancer_class": st.none() | st.just("service.k8s.aws/nlb"),
    "LoadBalancer.ports": _tuples(st.integers(1, 65_535), least=1),
    "LoadBalancer.source_ranges": _tuples(CIDRS, least=1),
    "NextJs.app_directory": _directories("/app"),
    "NextJs.cache_size": _SIZES,
    "NginxIngress.ingress_class": NAMES,
    "RateLimit.burst": PERCENT,
    "RateLimit.requests_per_second": PERCENT,
    "TrafficPolicy.allowed_ranges": st.none()
    | _tuples(st.sampled_from(("10.0.0.0/8", "203.0.113.0/24", "2001:db8::/32")), least=1),
    "TrafficPolicy.body_limit": st.none() | _SIZES | st.just("unlimited"),
    "TrafficPolicy.response_header_limit": st.none() | _SIZES,
    "TrafficPolicy.response_headers": st.none()
    | st.dictionaries(st.sampled_from(("X-A", "X-B")), NAMES, min_size=1, max_size=2),
    "TrafficPolicy.keep_alive_connections": st.none() | st.integers(1, 100),
    "TrafficPolicy.request_timeout_seconds": st.none() | SECONDS,
    "ResponseCache.seconds": SECONDS,
    "ResponseCache.size": st.just("64Mi"),
    "Retry.attempts": st.integers(2, 5),
    "Retry.on": _tuples(st.sampled_from(RetryOn), least=1),
    "Retry.timeout_seconds": SECONDS,
    "Route.name": st.just("") | NAMES,
    "Route.paths": _tuples(PATHS, least=1),
    "Route.rewrite": st.none() | PATHS,
    "SessionCookie.expires_seconds": SECONDS,
    "SessionCookie.name": NAMES,
    "Timeouts.connect_seconds": SECONDS,
    "Timeouts.read_seconds": SECONDS,
    "Timeouts.send_seconds": SECONDS,
    "Tls.hsts_seconds": st.none() | SECONDS,
    "Tls.secret_name": NAMES,
    "VirtualServer.ingress_class": NAMES,
}
