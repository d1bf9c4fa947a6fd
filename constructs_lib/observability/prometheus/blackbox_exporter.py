"""The blackbox exporter, which probes public addresses as a visitor does."""

from __future__ import annotations

from cdk8s import Yaml
from constructs import Construct

from constructs_lib.cluster import AddressFamily
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.network import Call, End, Port, check_has_port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.pods.service import cluster_ip_service

_HTTP = Port(name="http", number=9115)
_AUTHORITY = "/run/secrets/authority"
# Of the addresses that it is asked about, not of itself.
PROBE_METRICS = (
    "probe_duration_seconds",
    "probe_http_status_code",
    "probe_ssl_earliest_cert_expiry",
    "probe_success",
)


_ALERTS = (
    AlertRule(
        name="BlackboxSslCertificateWillExpireSoon",
        expression="probe_ssl_earliest_cert_expiry - time() < 1209600",
        for_seconds=3600,
        severity=Severity.TICKET,
        summary="The certificate of {{ $labels.instance }} ends within two weeks.",
        runbook="certificates",
    ),
    AlertRule(
        name="BlackboxProbeFailed",
        expression="probe_success == 0",
        for_seconds=180,
        severity=Severity.PAGE,
        summary="{{ $labels.instance }} does not answer from outside.",
        runbook="site",
    ),
)


class BlackboxExporter(Part):
    """The blackbox exporter, which probes the public hosts over HTTPS.

    Of those without a front page that answers everybody, such as of an API, of gRPC or of clients
    with certificates, it asks whether they speak TLS with a certificate that it trusts.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        internet: the addresses of the public hosts.
        authority: of their certificates, in ``ca.crt``; None for one that is known to all.

    Raises:
        ConfigurationError: no public host, no port, or no ``ca.crt``.
    """

    def __init__(
        self,
        scope: Construct,
        context: StackContext,
        *,
        internet: End,
        authority: SecretRef | None,
    ) -> None:
        check_has_port("ObservabilityStack.internet", internet)
        if not (context.sites or context.doors):
            raise ConfigurationError(
                "ObservabilityStack.internet",
                internet.name,
                "leave it out: nothing that is watched has a public address",
            )
        super().__init__(scope, identity_of("blackbox", context.monitoring))
        pod = Pod(
            identity=self.identity,
            importance=Importance.OBSERVABILITY,
            containers=[_container(context, authority)],
        )
        pod = extended(pod, context.extra_containers)
        made = deployment(self, pod, replicas=1)
        service = cluster_ip_service(self, pod.peer, ports={_HTTP.name: _HTTP.number})
        told = Facts(
            metrics=(MetricsEndpoint(peer=pod.peer, port=_HTTP.name, path="/metrics", names=()),),
            foreign_metrics=PROBE_METRICS,
            alerts=_ALERTS,
            calls=tuple(
                Call(source=pod.peer, target=internet, port=port.name) for port in internet.ports
            ),
        )
        self.facts = made.joined(service, told)
        # What is asked, by the module that asks.
        self.targets = {
            "site": [f"https://{host}" for host in context.sites],
            "door": [f"{host}:443" for host in context.doors],
        }
        self.endpoint = HttpEndpoint(
            host=context.dns_name(self.identity),
            port=_HTTP.number,
            target=pod.peer,
            target_port=_HTTP.name,
        )


def probes_of_hosts(
    scope: Construct, context: StackContext, *, internet: End | None, authority: SecretRef | None
) -> BlackboxExporter | None:
    """Make the exporter where hosts are probed.

    Raises:
        ConfigurationError: an authority of hosts that nobody probes.
    """
    if internet is not None:
        return BlackboxExporter(scope, context, internet=internet, authority=authority)
    if authority is not None:
        raise ConfigurationError(
            "ObservabilityStack.host_authority",
            authority.name,
            "say with `internet` where the public hosts are, or leave it out",
        )
    return None


def _container(context: StackContext, authority: SecretRef | None) -> Container:
    protocol = "ip6" if context.cluster.addresses is AddressFamily.IPV6 else "ip4"
    family, tls = {"preferred_ip_protocol": protocol}, {}
    trusted = []
    if authority is not None:
        check_keys("ObservabilityStack.host_authority", authority, "ca.crt")
        tls = {"tls_config": {"ca_file": f"{_AUTHORITY}/ca.crt"}}
        trusted.append(SecretFiles(secret=authority, mount_path=_AUTHORITY))
    modules: dict[str, object] = {
        "site": {
            "prober": "http",
            "timeout": "10s",
            "http": {"fail_if_not_ssl": True, **family, **tls},
        }
    }
    if context.doors:
        modules["door"] = {"prober": "tcp", "timeout": "10s", "tcp": {"tls": True, **family, **tls}}
    return Container(
        name="blackbox",
        image=context.images.blackbox_exporter,
        resources=context.sizes.blackbox_exporter,
        args=["--config.file=/etc/blackbox/blackbox.yml", "--log.format=json"],
        ports=[_HTTP],
        volumes=[
            ConfigFiles(
                name="configuration",
                files={"blackbox.yml": Yaml.stringify({"modules": modules})},
                mount_path="/etc/blackbox",
            ),
            *trusted,
        ],
        readiness=Probe(check=HttpCheck(path="/-/healthy"), port=_HTTP.number),
        liveness=Probe(check=HttpCheck(path="/-/healthy"), port=_HTTP.number),
    )
