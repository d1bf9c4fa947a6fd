"""Typed constructs for a platform on Kubernetes."""

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.access import Access, KubernetesAccess, Verb
from constructs_lib.facts.buckets import S3Bucket
from constructs_lib.facts.endpoints import (
    BrokerEndpoint,
    CacheEndpoint,
    DatabaseEndpoint,
    HttpEndpoint,
)
from constructs_lib.facts.footprint import Amounts, Claim, Footprint
from constructs_lib.facts.network import Call, Neighbour, Outside, Peer, Port, Protocol
from constructs_lib.facts.published import Facts, Publisher
from constructs_lib.facts.secrets import CsiSecretRef, SecretKind, SecretRef, SecretUse
from constructs_lib.facts.signals import (
    AlertRule,
    Indicator,
    LogFormat,
    MetricsEndpoint,
    PodMetric,
    Scheme,
    ServiceLevel,
    Severity,
)
from constructs_lib.namespaces import Namespace, PodSecurity
from constructs_lib.observability.elk.settings import Logs, LogSecrets, LogSnapshots
from constructs_lib.observability.grafana.database import GrafanaDatabase
from constructs_lib.observability.grafana.folders import DashboardFolder
from constructs_lib.observability.grafana.settings import Dashboards
from constructs_lib.observability.grafana.sign_on import SingleSignOn
from constructs_lib.observability.grafana.storage import GrafanaStorage, GrafanaVolume
from constructs_lib.observability.grafana.teams import DashboardTeam
from constructs_lib.observability.images import ObservabilityImages
from constructs_lib.observability.prometheus.alerting import Alerting
from constructs_lib.observability.prometheus.receivers import (
    Email,
    Opsgenie,
    PagerDuty,
    Receiver,
    Slack,
    Webhook,
)
from constructs_lib.observability.prometheus.settings import MetricsStore
from constructs_lib.observability.stack import ObservabilityStack
from constructs_lib.operations.configuration_backup import ConfigurationBackup
from constructs_lib.operations.volume_snapshots import VolumeSnapshots
from constructs_lib.override import override
from constructs_lib.pods.configuration import ConfigFiles, ReloadedFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.csi_secrets import CsiSecretFiles
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.lifecycle import Lifecycle, Runtime
from constructs_lib.pods.mesh import Istio, Linkerd, Mesh
from constructs_lib.pods.metrics import Metrics
from constructs_lib.pods.placement import FailureDomain, Placement, Spread, Toleration
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.probes import (
    Check,
    ExecCheck,
    GrpcCheck,
    HttpCheck,
    HttpsCheck,
    Probes,
    TcpCheck,
)
from constructs_lib.pods.resources import Burst, Resources
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.secrets import SecretEnv, SecretFiles, SecretMount
from constructs_lib.postgres.backup import BackupPlan
from constructs_lib.postgres.cluster import PostgresCluster
from constructs_lib.postgres.failover import Durability, Failover
from constructs_lib.postgres.images import PostgresImage, PostgresImages
from constructs_lib.postgres.maintenance import Maintenance
from constructs_lib.postgres.pooler import Pooler
from constructs_lib.postgres.recovery import Bootstrap, EmptyDatabase, RestoredDatabase
from constructs_lib.postgres.repository import AzureRepository, Repository, S3Repository
from constructs_lib.postgres.secrets import PostgresSecrets
from constructs_lib.postgres.sizes import PostgresSizes
from constructs_lib.postgres.storage import PostgresStorage
from constructs_lib.rollouts.blue_green import BlueGreen, Color
from constructs_lib.rollouts.canary import Canary
from constructs_lib.rollouts.disruption import DisruptionBudget
from constructs_lib.rollouts.match import CookieMatch, HeaderMatch, Match
from constructs_lib.rollouts.rollout import Live, RollingUpdate, Rollout
from constructs_lib.rollouts.scaling import Autoscaling, Replicas, ScalingPace
from constructs_lib.rollouts.tracks import Backend, Scaling, Track
from constructs_lib.runtimes.gunicorn import Gunicorn
from constructs_lib.runtimes.nextjs import NextJs
from constructs_lib.security.admission import AdmissionPolicies, AdmissionPolicy
from constructs_lib.security.baseline import SecurityBaseline
from constructs_lib.security.debug_targets import DebugTargets
from constructs_lib.security.encryption import (
    EncryptionConfiguration,
    EncryptionProvider,
    Kms,
    Secretbox,
)
from constructs_lib.security.external_secrets import ExternalSecrets, StoreKind
from constructs_lib.security.image_policies import FixedImages
from constructs_lib.security.personas import Debugger, Developer, Operator, Persona, Viewer
from constructs_lib.security.powers import Power
from constructs_lib.security.privileges import UnprivilegedPods
from constructs_lib.security.quotas import Headroom
from constructs_lib.security.registries import Registries
from constructs_lib.security.sealed_secrets import SealedSecrets
from constructs_lib.security.secret_provider_classes import AwsSecretsManagerFiles, VaultFiles
from constructs_lib.security.secret_sources import HandmadeSecrets, SecretSource, SecretSources
from constructs_lib.security.snapshot_classes import SnapshotClasses
from constructs_lib.storage import (
    ExistingStorageClass,
    ReclaimPolicy,
    SnapshotClass,
    StorageClass,
    StorageTier,
)
from constructs_lib.tiers.api import ApiTier
from constructs_lib.tiers.fallback import FallbackPage
from constructs_lib.tiers.socket import WEBSOCKET_ROUTE, SocketTier
from constructs_lib.tiers.web import WebTier
from constructs_lib.traffic.gateway_api import GatewayApi
from constructs_lib.traffic.host import Host, Renderer, Tls
from constructs_lib.traffic.load_balancer import (
    AwsCertificate,
    Certificate,
    ClientAffinity,
    ExternalTrafficPolicy,
    LoadBalancer,
)
from constructs_lib.traffic.nginx_ingress import NginxIngress
from constructs_lib.traffic.policy import (
    PORTABLE_POLICY,
    BodyLimit,
    LoadBalancing,
    NoRetry,
    RateLimit,
    RequestTimeout,
    Retry,
    RetryOn,
    SessionCookie,
    Timeouts,
    TrafficPolicy,
)
from constructs_lib.traffic.resilience import (
    CircuitBreaker,
    ErrorPage,
    ErrorRedirect,
    KeepAlive,
    ResponseCache,
)
from constructs_lib.traffic.routes import Route, ServedRoute
from constructs_lib.traffic.virtual_server import VirtualServer

__all__ = [
    "PORTABLE_POLICY",
    "WEBSOCKET_ROUTE",
    "Access",
    "AdmissionPolicies",
    "AdmissionPolicy",
    "AlertRule",
    "Alerting",
    "Amounts",
    "ApiTier",
    "Autoscaling",
    "AwsCertificate",
    "AwsSecretsManagerFiles",
    "AzureRepository",
    "Backend",
    "BackupPlan",
    "BlueGreen",
    "BodyLimit",
    "Bootstrap",
    "BrokerEndpoint",
    "Burst",
    "CacheEndpoint",
    "Call",
    "Canary",
    "Certificate",
    "Check",
    "CircuitBreaker",
    "Claim",
    "ClientAffinity",
    "Color",
    "ConfigFiles",
    "ConfigurationBackup",
    "ConfigurationError",
    "Container",
    "CookieMatch",
    "CsiSecretFiles",
    "CsiSecretRef",
    "DashboardFolder",
    "DashboardTeam",
    "Dashboards",
    "DatabaseEndpoint",
    "DebugTargets",
    "Debugger",
    "Developer",
    "DisruptionBudget",
    "Durability",
    "Email",
    "EmptyDatabase",
    "EncryptionConfiguration",
    "EncryptionProvider",
    "ErrorPage",
    "ErrorRedirect",
    "ExecCheck",
    "ExistingStorageClass",
    "ExternalSecrets",
    "ExternalTrafficPolicy",
    "Facts",
    "Failover",
    "FailureDomain",
    "FallbackPage",
    "FixedImages",
    "Footprint",
    "GatewayApi",
    "GrafanaDatabase",
    "GrafanaStorage",
    "GrafanaVolume",
    "GrpcCheck",
    "Gunicorn",
    "HandmadeSecrets",
    "Hardening",
    "HeaderMatch",
    "Headroom",
    "Host",
    "HttpCheck",
    "HttpEndpoint",
    "HttpsCheck",
    "Indicator",
    "Istio",
    "KeepAlive",
    "Kms",
    "KubernetesAccess",
    "Lifecycle",
    "Linkerd",
    "Live",
    "LoadBalancer",
    "LoadBalancing",
    "LogFormat",
    "LogSecrets",
    "LogSnapshots",
    "Logs",
    "Maintenance",
    "Match",
    "Mesh",
    "Metrics",
    "MetricsEndpoint",
    "MetricsStore",
    "Namespace",
    "Neighbour",
    "NextJs",
    "NginxIngress",
    "NoRetry",
    "ObservabilityImages",
    "ObservabilityStack",
    "Operator",
    "Opsgenie",
    "Outside",
    "PagerDuty",
    "Peer",
    "Persona",
    "Placement",
    "Pod",
    "PodMetric",
    "PodSecurity",
    "Pooler",
    "Port",
    "PostgresCluster",
    "PostgresImage",
    "PostgresImages",
    "PostgresSecrets",
    "PostgresSizes",
    "PostgresStorage",
    "Power",
    "Probes",
    "Protocol",
    "Publisher",
    "RateLimit",
    "Receiver",
    "ReclaimPolicy",
    "Registries",
    "ReloadedFiles",
    "Renderer",
    "Replicas",
    "Repository",
    "RequestTimeout",
    "Resources",
    "ResponseCache",
    "RestoredDatabase",
    "Retry",
    "RetryOn",
    "RollingUpdate",
    "Rollout",
    "Route",
    "Runtime",
    "S3Bucket",
    "S3Repository",
    "Scaling",
    "ScalingPace",
    "Schedule",
    "Scheme",
    "SealedSecrets",
    "SecretEnv",
    "SecretFiles",
    "SecretKind",
    "SecretMount",
    "SecretRef",
    "SecretSource",
    "SecretSources",
    "SecretUse",
    "Secretbox",
    "SecurityBaseline",
    "ServedRoute",
    "ServiceLevel",
    "SessionCookie",
    "Severity",
    "SingleSignOn",
    "Slack",
    "SnapshotClass",
    "SnapshotClasses",
    "SocketTier",
    "Spread",
    "StorageClass",
    "StorageTier",
    "StoreKind",
    "TcpCheck",
    "Timeouts",
    "Tls",
    "Toleration",
    "Track",
    "TrafficPolicy",
    "UnprivilegedPods",
    "VaultFiles",
    "Verb",
    "Viewer",
    "VirtualServer",
    "VolumeSnapshots",
    "WebTier",
    "Webhook",
    "override",
]
