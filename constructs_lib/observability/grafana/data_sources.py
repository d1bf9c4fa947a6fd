"""What Grafana asks: Prometheus, the Alertmanagers and Elasticsearch."""

from __future__ import annotations

from cdk8s import Yaml

from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.observability.grafana.log_store import LOG_STORE_FILES, LogStore
from constructs_lib.pods.configuration import ConfigFiles

PROVISIONING = "/etc/grafana/provisioning"
# Fixed, since dashboards and alert rules name them.
PROMETHEUS, ALERTMANAGER, ELASTICSEARCH = "prometheus", "alertmanager", "elasticsearch"


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
        "basicAuthUser": f"$__file{{{LOG_STORE_FILES}/username}}",
        "jsonData": {
            "index": logs.indices,
            "timeField": "@timestamp",
            "logMessageField": "message",
            "logLevelField": "log.level",
            "tlsAuthWithCACert": True,
        },
        "secureJsonData": {
            "basicAuthPassword": f"$__file{{{LOG_STORE_FILES}/password}}",
            "tlsCACert": f"$__file{{{LOG_STORE_FILES}/ca.crt}}",
        },
    }
