"""One changed setting changes just the objects, and just the lines, that it is about."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

from constructs_lib import ServiceLevel
from constructs_lib.postgres import PostgresImages
from constructs_lib.traffic import AwsCertificate
from environments import BULK, FAST, SCRATCH, Images, Settings
from tests.platform.differences import changed
from tests.platform.shop import Shop, build, setting

WHOLE = ("kind: ",)
IMAGE = ("change-cause: ", ".image: ")
PODS = (
    *("hard.pods: ", "requests.cpu: ", "requests.memory: ", "requests.ephemeral-storage: "),
    *("limits.cpu: ", "limits.memory: ", "limits.ephemeral-storage: "),
)
MEMORY = ("requests.memory: ", "limits.memory: ")
API_SERVER = (
    *("app/postgres-to-api-server", "monitoring/configuration-backup-to-api-server"),
    *("monitoring/kube-state-metrics-to-api-server", "monitoring/prometheus-to-api-server"),
    *("monitoring/prometheus-adapter-to-api-server", "node-agents/filebeat-to-api-server"),
    *("monitoring/prometheus-adapter-from-api-server", "monitoring/cluster-events-to-api-server"),
)

# What is changed, and the objects that follow (* for any name), each with pieces of the lines of
# it that do.
CHANGES: dict[str, tuple[Settings, dict[str, tuple[str, ...]]]] = {
    "the digest of an image": (
        setting("images.web", Images().web.replace("sha256:2f", "sha256:3f")),
        {"Deployment app/web": IMAGE},
    ),
    "the tag of an image": (
        setting("images.api", Images().api.replace("2.0.3", "2.0.4")),
        {
            "Deployment app/api": (*IMAGE, "app.kubernetes.io/version: 2.0.4"),
            "Job app/api-migration-*": WHOLE,
            "ConfigMap monitoring/prometheus-rules-app-api-migration": ("job_name=",),
        },
    ),
    "the image of somebody else": (
        setting("images.postgres", PostgresImages(haproxy="docker.io/library/haproxy:3.2.26")),
        {f"Deployment app/postgres-{pooler}": ("haproxy:3.2.26",) for pooler in ("ro", "rw")},
    ),
    "the revision of a secret": (
        setting("server_actions_key.revision", "2"),
        {
            "Deployment app/web": ("revision/web-server-actions: 2",),
            "ExternalSecret app/web-server-actions": ("revision: 2",),
        },
    ),
    "a key of a secret": (
        setting("sign_on.keys", ("client-secret", "spare")),
        {
            "StatefulSet monitoring/grafana": ("key: spare", "path: spare"),
            "ExternalSecret monitoring/grafana-sign-on": ("secretKey: spare", "data[1].remoteRef"),
        },
    ),
    "the most replicas": (
        setting("api_scaling.max_replicas", 9),
        {
            "HorizontalPodAutoscaler app/api": ("maxReplicas: 9",),
            "ResourceQuota app/quota": PODS,
        },
    ),
    # They share the connections of the database, so each process gets fewer.
    "more replicas than the pools allow": (
        setting("api_scaling.max_replicas", 30),
        {
            "HorizontalPodAutoscaler app/api": ("maxReplicas: 30",),
            "ResourceQuota app/quota": PODS,
            "Deployment app/api": ("value: 2",),
        },
    ),
    "the fewest replicas": (
        setting("api_scaling.min_replicas", 4),
        {"HorizontalPodAutoscaler app/api": ("minReplicas: 4",)},
    ),
    "the size of a container": (
        setting("api_resources.memory", "1Gi"),
        {"Deployment app/api": MEMORY, "ResourceQuota app/quota": MEMORY},
    ),
    "the domain": (
        setting("domain", "store.example.com"),
        {
            **{
                f"Ingress {name}": ("store.example.com",)
                for name in ("app/api", "app/socket", "app/web", "monitoring/grafana")
            },
            **{
                f"Ingress {name}-example-com": WHOLE
                for name in ("app/shop", "app/store", "monitoring/grafana-shop")
            },
            "Ingress monitoring/grafana-store-example-com": WHOLE,
            "Certificate app/shop-tls": ("store.example.com",),
            "Certificate monitoring/grafana-tls": ("grafana.store.example.com",),
            "ConfigMap monitoring/prometheus-configuration": ("- https://store.example.com",),
            "ConfigMap monitoring/prometheus-rules-*": ("https://grafana.store.example.com/d/",),
            "StatefulSet monitoring/grafana": ("https://grafana.store.example.com",),
        },
    ),
    "the ranges of a managed service": (
        setting("broker.target.cidrs", ("10.30.0.0/16",)),
        {"NetworkPolicy app/socket-to-redis": ("cidr: 10.30.0.0/16",)},
    ),
    "the address of the API server": (
        setting("api_server.cidrs", ("10.1.0.0/24",)),
        {f"NetworkPolicy {name}": ("cidr: 10.1.0.0/24",) for name in API_SERVER},
    ),
    "an end that is called": (
        setting("api_calls", ()),
        {"NetworkPolicy app/api-to-payments": WHOLE},
    ),
    "the partners": (
        setting("load_balancer.source_ranges", ("198.51.100.0/24",)),
        {
            "Service app/web-public": ("loadBalancerSourceRanges[0]: 198.51.100.0/24",),
            "NetworkPolicy app/web-from-web-clients": ("cidr: 198.51.100.0/24",),
        },
    ),
    "the certificate of the load balancer": (
        setting(
            "load_balancer.cloud.certificate",
            AwsCertificate(arn="arn:aws:acm:eu-central-1:123456789012:certificate/another"),
        ),
        {"Service app/web-public": ("certificate/another",)},
    ),
    "a storage tier": (
        setting("storage", (setting("parameters", {"iops": "9000"}, of=FAST), BULK, SCRATCH)),
        {"StorageClass fast": ("iops: 9000", "- parameters.throughput", "- parameters.type: gp3")},
    ),
    "the size of a volume": (
        setting("database.data_size", "200Gi"),
        {
            "ConfigMap app/postgres-patroni": ("temp_file_limit: 20480MB",),
            "StatefulSet app/postgres": ("checksum/patroni", "storage: 200Gi"),
            "CronJob app/postgres-restore-drill": ("storage: 200Gi",),
            "ResourceQuota app/quota": ("requests.storage: ",),
        },
    ),
    "how many backups are kept": (
        setting("database_backups.full_retention", 6),
        {
            "ConfigMap app/postgres-pgbackrest": ("repo1-retention-full=6",),
            "ConfigMap app/postgres-backups-pgbackrest": ("repo1-retention-full=6",),
            "StatefulSet app/postgres": ("checksum/pgbackrest: ",),
            "CronJob app/postgres-*": ("checksum/pgbackrest: ",),
        },
    ),
    "somebody who may look": (
        setting("groups.viewers", "shop-auditors"),
        {
            "RoleBinding */viewer": ("name: shop-auditors",),
            "StatefulSet monitoring/grafana": ("shop-auditors",),
        },
    ),
    "what the web promises": (
        setting("web_promise", ServiceLevel(latency_percent=98)),
        {
            "ConfigMap monitoring/grafana-dashboard-overview": ("98 % within 1 s", "0.98"),
            "ConfigMap monitoring/prometheus-rules-app-web": tuple(
                f'app="web",objective="latency"}} > {burned} * 0.02' for burned in (14.4, 6, 3, 1)
            ),
        },
    ),
    "how often metrics are read": (
        setting("metrics.scrape_seconds", 60),
        {
            "ConfigMap monitoring/prometheus-configuration": (
                *("scrape_interval: 60s", "scrape_timeout: 20s", "evaluation_interval: 60s"),
            ),
            "ConfigMap monitoring/grafana-data-sources": ("timeInterval: 60s",),
            "StatefulSet monitoring/grafana": ("checksum/data-sources: ",),
        },
    ),
    "how long metrics are kept": (
        setting("metrics.retention_days", 10),
        {"StatefulSet monitoring/prometheus": ("--storage.tsdb.retention.time=10d",)},
    ),
    "how many series are expected": (
        setting("metrics.series", 90_000),
        {"ConfigMap monitoring/prometheus-rules-monitoring-prometheus": ("head_series > 90000",)},
    ),
    "the disks of the logs": (
        setting("logs.size", "120Gi"),
        {
            "StatefulSet logging/elasticsearch": ("storage: 120Gi",),
            "ResourceQuota logging/quota": (
                *("hard.bulk.storageclass.storage.k8s.io/requests.storage: ",),
                *("hard.requests.storage: ",),
            ),
        },
    ),
    "the memory of the logs": (
        setting("logs.resources.memory", "6Gi"),
        {
            "StatefulSet logging/elasticsearch": (*MEMORY, "-Xms3072m -Xmx3072m"),
            "ResourceQuota logging/quota": MEMORY,
            "LimitRange logging/limits": ("max.memory: ",),
        },
    ),
    "where the team reads its tickets": (
        setting("alerting.ticket.channel", "#bugs"),
        {
            "ConfigMap monitoring/alertmanager-configuration": ('channel: "#bugs"',),
            "StatefulSet monitoring/alertmanager": ("checksum/configuration: ",),
        },
    ),
    "where the runbooks are": (
        setting("alerting.runbooks", "https://wiki.example.com"),
        {"ConfigMap monitoring/prometheus-rules-*": ("url: https://wiki.example.com/",)},
    ),
}


# Which lines of the specification a change is an example of (the others of B120).
SHOWS = {
    "the digest of an image": ("B118", "B121"),
    "the tag of an image": ("B118", "B121"),
    "the image of somebody else": ("B118", "B121"),
    "the most replicas": ("B6", "B114"),
    "the fewest replicas": ("B6", "B114"),
    "the size of a container": ("B12", "B116"),
    "the memory of the logs": ("B116",),
    "the size of a volume": ("B116",),
}


@pytest.mark.mission("B92")
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(change, marks=pytest.mark.mission(*SHOWS.get(change, ("B120",))))
        for change in CHANGES
    ],
)
def test_changing(shop: Shop, tmp_path: Path, change: str) -> None:
    settings, expected = CHANGES[change]
    objects = changed(shop, build(tmp_path, settings))
    assert [each for each in expected if not fnmatch.filter(objects, each)] == [], "unchanged"
    for name, lines in objects.items():
        matching = [of for each, of in expected.items() if fnmatch.fnmatchcase(name, each)]
        assert matching, f"{name} changes too: {lines}"
        (pieces,) = matching
        if pieces != WHOLE:
            assert [line for line in lines if not any(map(line.__contains__, pieces))] == [], name
        assert [piece for piece in pieces if piece not in "\n".join(lines)] == [], name
