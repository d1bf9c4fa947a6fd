"""The data sources of Grafana: Prometheus, the Alertmanagers and Elasticsearch."""

from __future__ import annotations

from collections.abc import Sequence

from cdk8s import Yaml

from constructs_lib.errors import reject
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.observability.grafana.own_sources import DataSource
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.rules import check_text
from constructs_lib.values import Value

LOG_STORE_FILES = "/etc/grafana/elasticsearch"
PROVISIONING = "/etc/grafana/provisioning"
# Fixed, since dashboards and alert rules name them.
PROMETHEUS, ALERTMANAGER, ELASTICSEARCH = "prometheus", "alertmanager", "elasticsearch"


class LogStore(Value):
    """The Elasticsearch that stores the logs.

    Args:
        endpoint: its HTTP API, over TLS.
        secret: the Secret with the keys ``username``, ``password`` and ``ca.crt``:
            a read-only user, and the authority of the certificate.
        indices: the index pattern of the logs.

    Raises:
        ConfigurationError: a key is missing, or no indices.
    """

    endpoint: HttpEndpoint
    secret: SecretRef
    indices: str = "logs-*"

    def __post_init__(self) -> None:
        check_keys("LogStore.secret", self.secret, "username", "password", "ca.crt")
        check_text("LogStore.indices", self.indices)
        if not self.indices:
            reject("LogStore.indices", "", "write a pattern such as 'logs-*'")

    @property
    def url(self) -> str:
        """The URL, over TLS."""
        return f"https://{self.endpoint.host}:{self.endpoint.port}"

    @property
    def files(self) -> SecretFiles:
        """The mounted Secret."""
        return SecretFiles(secret=self.secret, mount_path=LOG_STORE_FILES)


def data_sources(
    prometheus: HttpEndpoint,
    alertmanager: HttpEndpoint,
    logs: LogStore,
    *,
    scrape_seconds: int,
    own: Sequence[DataSource],
    traces: DataSource | None,
) -> ConfigFiles:
    """Return the provisioning file of the data sources, which cannot be edited in Grafana.

    Args:
        prometheus: the address that panels query.
        alertmanager: the address for silences.
        logs: the log store.
        own: further ones, of a program.
        traces: the one of them that shows a trace by its id.
        scrape_seconds: between two samples, the least interval of a query.
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
        _elasticsearch(logs, traces),
        *(source.provisioned() for source in own),
    ]
    return ConfigFiles(
        name="data-sources",
        files={"data-sources.yaml": Yaml.stringify({"apiVersion": 1, "datasources": sources})},
        mount_path=f"{PROVISIONING}/datasources",
    )


def _elasticsearch(logs: LogStore, traces: DataSource | None) -> dict[str, object]:
    # Provisioning would read a single dollar as a variable.
    link = {"field": "trace.id", "url": "$${__value.raw}", "urlDisplayLabel": "Trace"}
    return {
        "name": "Elasticsearch",
        "uid": ELASTICSEARCH,
        "type": "elasticsearch",
        "access": "proxy",
        "url": logs.url,
        "editable": False,
        "basicAuth": True,
        "basicAuthUser": f"$__file{{{LOG_STORE_FILES}/username}}",
        "jsonData": {
            "index": logs.indices,
            "timeField": "@timestamp",
            "logMessageField": "message",
            "logLevelField": "log.level",
            "tlsAuthWithCACert": True,
            **({"dataLinks": [link | {"datasourceUid": traces.name}]} if traces else {}),
        },
        "secureJsonData": {
            "basicAuthPassword": f"$__file{{{LOG_STORE_FILES}/password}}",
            "tlsCACert": f"$__file{{{LOG_STORE_FILES}/ca.crt}}",
        },
    }
