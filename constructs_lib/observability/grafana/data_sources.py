"""What Grafana asks: Prometheus, the Alertmanagers and Elasticsearch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdk8s import Yaml

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.secrets import SecretRef, check_reference
from constructs_lib.rules import check_text
from constructs_lib.workload.configuration import ConfigFiles
from constructs_lib.workload.secrets import SecretFiles

PROVISIONING = "/etc/grafana/provisioning"
# Fixed, since dashboards and alert rules name them.
PROMETHEUS, ALERTMANAGER, ELASTICSEARCH = "prometheus", "alertmanager", "elasticsearch"
_ELASTICSEARCH_FILES = "/etc/grafana/elasticsearch"


@dataclass(frozen=True, kw_only=True, slots=True)
class LogStore:
    """The Elasticsearch that holds the lines of log.

    Args:
        endpoint: its HTTP port, spoken to over TLS.
        secret: the Secret with the keys ``username``, ``password`` and ``ca.crt``:
            a user that may read, and who signed the certificate.
        indices: where the lines are.

    Raises:
        ConfigurationError: a key is missing, or no indices.
    """

    endpoint: HttpEndpoint
    secret: SecretRef
    indices: str = "logs-*"

    def __post_init__(self) -> None:
        check_reference("LogStore.secret", self.secret)
        missing = {"username", "password", "ca.crt"} - set(self.secret.keys)
        if missing:
            raise ConfigurationError(
                "LogStore.secret", self.secret.keys, f"include {', '.join(sorted(missing))}"
            )
        check_text("LogStore.indices", self.indices)
        if not self.indices:
            raise ConfigurationError("LogStore.indices", "", "write a pattern such as 'logs-*'")

    @property
    def url(self) -> str:
        """The address, over TLS."""
        return f"https://{self.endpoint.host}:{self.endpoint.port}"

    @property
    def files(self) -> SecretFiles:
        """Where Grafana finds the Secret."""
        return SecretFiles(secret=self.secret, mount_path=_ELASTICSEARCH_FILES)


def data_sources(
    prometheus: HttpEndpoint,
    alertmanager: HttpEndpoint,
    logs: LogStore | None,
    *,
    scrape_seconds: int,
) -> ConfigFiles:
    """Return the file that makes the data sources, which nobody can edit by hand.

    Args:
        prometheus: whom panels ask.
        alertmanager: who shows and takes silences.
        logs: who has the lines of log; None for nobody.
        scrape_seconds: between two samples, so that no window holds fewer than it needs.
    """
    sources = [
        {
            "name": "Prometheus",
            "uid": PROMETHEUS,
            "type": "prometheus",
            "access": "proxy",
            "url": prometheus.url,
            "isDefault": True,
            "editable": False,
            "jsonData": {
                "httpMethod": "POST",
                "timeInterval": f"{scrape_seconds}s",
                "prometheusType": "Prometheus",
                "manageAlerts": True,
                "alertmanagerUid": ALERTMANAGER,
            },
        },
        {
            "name": "Alertmanager",
            "uid": ALERTMANAGER,
            "type": "alertmanager",
            "access": "proxy",
            "url": alertmanager.url,
            "editable": False,
            "jsonData": {"implementation": "prometheus", "handleGrafanaManagedAlerts": False},
        },
        *([_elasticsearch(logs)] if logs else []),
    ]
    return ConfigFiles(
        name="data-sources",
        files={"data-sources.yaml": Yaml.stringify({"apiVersion": 1, "datasources": sources})},
        mount_path=f"{PROVISIONING}/datasources",
    )


def _elasticsearch(logs: LogStore) -> dict[str, object]:
    return {
        "name": "Elasticsearch",
        "uid": ELASTICSEARCH,
        "type": "elasticsearch",
        "access": "proxy",
        "url": logs.url,
        "editable": False,
        "basicAuth": True,
        "basicAuthUser": f"$__file{{{_ELASTICSEARCH_FILES}/username}}",
        "jsonData": {
            "index": logs.indices,
            "timeField": "@timestamp",
            "logMessageField": "message",
            "logLevelField": "log.level",
            "tlsAuthWithCACert": True,
        },
        "secureJsonData": {
            "basicAuthPassword": f"$__file{{{_ELASTICSEARCH_FILES}/password}}",
            "tlsCACert": f"$__file{{{_ELASTICSEARCH_FILES}/ca.crt}}",
        },
    }


def alert_path(alertmanagers: Sequence[HttpEndpoint]) -> ConfigFiles:
    """Return the file that sends what Grafana itself finds to all Alertmanagers.

    They group, silence and repeat, so Grafana passes on each alert at once. It
    says so again each minute, since an Alertmanager takes an alert for resolved
    that it has not heard of for five.
    """
    receiver = {
        "uid": "alertmanagers",
        "type": "prometheus-alertmanager",
        "settings": {"url": ",".join(each.url for each in alertmanagers)},
    }
    return ConfigFiles(
        name="alert-path",
        files={
            "alert-path.yaml": Yaml.stringify(
                {
                    "apiVersion": 1,
                    "contactPoints": [
                        {"orgId": 1, "name": "Alertmanagers", "receivers": [receiver]}
                    ],
                    "policies": [
                        {
                            "orgId": 1,
                            "receiver": "Alertmanagers",
                            "group_by": ["..."],
                            "group_wait": "0s",
                            "group_interval": "1m",
                            "repeat_interval": "1m",
                        }
                    ],
                }
            )
        },
        mount_path=f"{PROVISIONING}/alerting",
    )
