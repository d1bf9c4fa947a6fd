"""Asks public addresses, as a visitor does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cdk8s import Yaml
from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.network import Call, End, Port, check_has_port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.names import Identity, NamedConstruct
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.probes import HttpCheck
from constructs_lib.pods.process import Probe, Process
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.server_pod import ServerPod
from constructs_lib.pods.service import cluster_ip_service

_SMALL = Resources(cpu="50m", memory="64Mi", ephemeral_storage="64Mi")
_BLACKBOX_METRICS = (
    "probe_duration_seconds",
    "probe_http_status_code",
    "probe_ssl_earliest_cert_expiry",
    "probe_success",
)


class Blackbox(NamedConstruct):
    """Asks the public addresses, as a visitor does.

    Args:
        scope: an observability stack.
        identity: of the server.
        image: what it runs.
        internet: where the addresses lead.
        hosts: the addresses.

    Raises:
        ConfigurationError: nobody to ask, or no port to ask at.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        identity: Identity,
        image: str,
        internet: End,
        hosts: Sequence[str],
    ) -> None:
        check_has_port("ObservabilityStack.internet", internet)
        if not hosts:
            raise ConfigurationError(
                "ObservabilityStack.internet",
                internet.name,
                "leave it out: nothing that is watched has a public address",
            )
        super().__init__(scope, identity.name)
        http = Port(name="http", number=9115)
        site = {
            "prober": "http",
            "timeout": "10s",
            "http": {"fail_if_not_ssl": True, "preferred_ip_protocol": "ip4"},
        }
        process = Process(
            name="blackbox",
            image=image,
            resources=_SMALL,
            args=["--config.file=/etc/blackbox/blackbox.yml"],
            ports=[http],
            volumes=[
                ConfigFiles(
                    name="configuration",
                    files={"blackbox.yml": Yaml.stringify({"modules": {"site": site}})},
                    mount_path="/etc/blackbox",
                )
            ],
            readiness=Probe(check=HttpCheck(path="/-/healthy"), port=http.number),
            liveness=Probe(check=HttpCheck(path="/-/healthy"), port=http.number),
        )
        pod = ServerPod(identity=identity, processes=[process])
        facts = deployment(self, pod, replicas=1)
        cluster_ip_service(self, pod.peer, ports={http.name: http.number})
        self._facts = replace(
            facts,
            metrics=(
                MetricsEndpoint(
                    peer=pod.peer,
                    port=http.name,
                    path="/metrics",
                    names=_BLACKBOX_METRICS,
                ),
            ),
            calls=tuple(
                Call(source=pod.peer, target=internet, port=port.name) for port in internet.ports
            ),
        )
        self.endpoint = HttpEndpoint(
            host=identity.dns_name, port=http.number, target=pod.peer, target_port=http.name
        )

    @property
    def facts(self) -> Facts:
        """What the others need to know."""
        return self._facts
