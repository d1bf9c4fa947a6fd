"""Logs are collected of what is watched, kept for so many days, and searched."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from cdk8s import App, Chart
from lscl.parser import parse_lscl

from constructs_lib import (
    AnyServer,
    ApiTier,
    ConfigurationError,
    Container,
    Http,
    Logs,
    LogSecrets,
    Placement,
    Resources,
    SecretRef,
)
from constructs_lib.cluster import AddressFamily
from constructs_lib.facts import Facts, LogFormat, Neighbour, Peer, PodLogs
from constructs_lib.labels import NAME
from constructs_lib.observability import AuditLog, LogSnapshots, ObservabilityImages
from constructs_lib.observability.elk.elasticsearch_setup import setup_requests
from constructs_lib.observability.elk.filebeat import filebeat_yaml
from constructs_lib.pods import PauseCommand
from constructs_lib.runtimes import Signals
from constructs_lib.testing import find, find_all
from tests.observability.exposition import captured
from tests.observability.prometheus.ends import FAST, INTERNET, stack

LOGS = Logs(storage=FAST)
SNAPSHOTS = LogSnapshots(
    bucket="logs",
    endpoint="s3.example.com",
    secret=SecretRef(name="log-snapshots", keys=("access-key", "secret-key")),
    target=INTERNET,
)


def settings(chart: Chart, name: str, key: str) -> Any:  # noqa: ANN401
    return yaml.safe_load(find(chart, "ConfigMap", name)["data"][key])


@pytest.mark.mission("B3")
def test_servers(app: App) -> None:
    chart, _ = stack(app)
    replicas = {
        manifest["metadata"]["name"]: manifest["spec"].get("replicas")
        for kind in ("StatefulSet", "Deployment")
        for manifest in find_all(chart, kind)
        if manifest["metadata"]["namespace"] == "logging"
    }
    assert replicas == {
        "elasticsearch": 3,
        "logstash": 2,
        "kibana": 2,
        "elasticsearch-exporter": 1,
    }


def test_each_party_has_a_certificate_of_its_own(app: App) -> None:
    _, observability = stack(app)
    certificates = observability.facts.certificates
    assert {each.secret.name: (each.namespace, *each.dns_names) for each in certificates} == {
        "elasticsearch-tls": ("logging", "localhost", "elasticsearch.logging.svc.cluster.local"),
        "elasticsearch-members": (
            "logging",
            "*.elasticsearch-members.logging.svc.cluster.local",
        ),
        "logstash-tls": (
            "logging",
            "logstash.logging.svc.cluster.local",
            "*.logstash-members.logging.svc.cluster.local",
        ),
        "kibana-tls": ("logging", "localhost", "kibana.logging.svc.cluster.local"),
        "filebeat-tls": ("agents",),
    }
    own = [each.secret.name for each in certificates if each.authority is not None]
    assert own == ["elasticsearch-members"]
    assert [each.secret.name for each in certificates if each.is_client] == [
        "elasticsearch-members",
        "filebeat-tls",
    ]


def test_elasticsearch_settings(app: App) -> None:
    chart, _ = stack(app)
    told = settings(chart, "elasticsearch-settings", "elasticsearch.yml")
    assert told["cluster.initial_master_nodes"] == [f"elasticsearch-{n}" for n in range(3)]
    assert told["discovery.seed_hosts"] == ["elasticsearch-members"]
    assert told["xpack.security.transport.ssl.client_authentication"] == "required"
    pod = find(chart, "StatefulSet", "elasticsearch")["spec"]["template"]["spec"]
    env = {variable["name"]: variable.get("value") for variable in pod["containers"][0]["env"]}
    assert env["ES_JAVA_OPTS"].startswith("-Xms2048m -Xmx2048m -Xlog:disable ")


def test_no_node_has_to_be_tuned_for_elasticsearch(app: App) -> None:
    """With files in memory it would not start where vm.max_map_count is that of most nodes."""
    chart, _ = stack(app)
    told = settings(chart, "elasticsearch-settings", "elasticsearch.yml")
    assert told["node.store.allow_mmap"] is False
    pod = find(chart, "StatefulSet", "elasticsearch")["spec"]["template"]["spec"]
    for container in [*pod.get("initContainers", []), *pod["containers"]]:
        assert container["securityContext"]["allowPrivilegeEscalation"] is False


def test_lines_cannot_add_fields_without_end(app: App) -> None:
    chart, _ = stack(app)
    index = settings(chart, "elasticsearch-set-up-requests", "settings.json")["template"]
    assert index["settings"]["index.mapping.total_fields.limit"] == 2000
    assert index["settings"]["index.mapping.total_fields.ignore_dynamic_beyond_limit"] is True
    fields = settings(chart, "elasticsearch-set-up-requests", "mappings.json")["template"]
    # Where the other fields of lines in JSON go: one field, whatever is in it.
    assert fields["mappings"]["properties"]["app"]["type"] == "flattened"


def test_one_server_alone(app: App) -> None:
    three, watched = stack(App(outdir=app.outdir))
    one, alone = stack(app, logs=replace(LOGS, servers=1))
    assert find(one, "StatefulSet", "elasticsearch")["spec"]["replicas"] == 1
    told = settings(one, "elasticsearch-settings", "elasticsearch.yml")
    assert told["cluster.initial_master_nodes"] == ["elasticsearch-0"]
    copies = [
        json.loads(find(chart, "ConfigMap", "elasticsearch-set-up-requests")["data"][file])
        for chart, file in ((one, "settings.json"), (three, "settings.json"))
    ]
    assert [each["template"]["settings"]["index.number_of_replicas"] for each in copies] == [0, 1]
    names = [{alert.name for alert in each.facts.alerts} for each in (watched, alone)]
    assert names[0] - names[1] == {
        "ElasticsearchClusterStatusYellow",
        "ElasticsearchTooFewNodesRunning",
    }


def test_more_servers_than_nodes_are_said(app: App) -> None:
    def on_nodes(logs: Logs) -> str:
        chart, _ = stack(App(outdir=app.outdir), logs=logs)
        pod = find(chart, "StatefulSet", "elasticsearch")["spec"]["template"]["spec"]
        _, hosts = pod["topologySpreadConstraints"]
        return str(hosts["whenUnsatisfiable"])

    assert on_nodes(LOGS) == "DoNotSchedule"
    assert on_nodes(replace(LOGS, placement=Placement())) == "ScheduleAnyway"


@pytest.mark.mission("B113")
def test_lines_are_removed_after_their_days() -> None:
    path, body = setup_requests(retention_days=14, copies=2, snapshots=None)["lifecycle"]
    assert path == "/_ilm/policy/logs-ours"
    assert body["policy"]["phases"]["delete"] == {"min_age": "14d", "actions": {"delete": {}}}


def test_snapshots(app: App) -> None:
    chart, observability = stack(app, logs=replace(LOGS, snapshots=replace(SNAPSHOTS, port=9000)))
    asked = find(chart, "ConfigMap", "elasticsearch-set-up-requests")["data"]
    assert "PUT /_slm/policy/daily snapshots.json" in asked["requests.txt"].splitlines()
    repository = json.loads(asked["repository.json"])["settings"]
    assert (repository["bucket"], repository["endpoint"]) == ("logs", "https://s3.example.com:9000")
    assert repository["path_style_access"] is True
    called = {(call.source.name, call.target.name) for call in observability.facts.calls}
    assert ("elasticsearch", "internet") in called
    (exporter,) = find(chart, "Deployment", "elasticsearch-exporter")["spec"]["template"]["spec"][
        "containers"
    ]
    assert "--collector.slm" in exporter["args"]
    assert "ElasticsearchSnapshotFailure" in {alert.name for alert in observability.facts.alerts}


@pytest.mark.parametrize("further", [(), ("ca.crt",)])
def test_the_authority_of_the_store_is_trusted(app: App, further: tuple[str, ...]) -> None:
    """What the server is told to trust is written where the store has an authority of its own."""
    secret = SecretRef(name="log-snapshots", keys=("access-key", "secret-key", *further))
    chart, _ = stack(app, logs=replace(LOGS, snapshots=replace(SNAPSHOTS, secret=secret)))
    pod = find(chart, "StatefulSet", "elasticsearch")["spec"]["template"]["spec"]
    (server,), (prepare,) = pod["containers"], pod["initContainers"]
    told = {each["name"]: each.get("value", "") for each in server["env"]}
    assert ("trustStore=/config/authorities" in told["ES_JAVA_OPTS"]) == bool(further)
    mounts = {each["mountPath"]: each["name"] for each in prepare["volumeMounts"]}
    (volume,) = [
        each for each in pod["volumes"] if each["name"] == mounts["/run/secrets/snapshots"]
    ]
    assert {each["key"] for each in volume["secret"]["items"]} == {*secret.keys}


def test_no_snapshots(app: App) -> None:
    _, observability = stack(app)
    assert "ElasticsearchSnapshotFailure" not in {
        alert.name for alert in observability.facts.alerts
    }


def test_the_exporter_exposes_what_is_asked(app: App) -> None:
    _, observability = stack(app)
    names = {
        name
        for endpoint in observability.facts.metrics
        if endpoint.peer.name == "elasticsearch-exporter"
        for name in endpoint.names
    }
    assert names
    assert names <= captured("elasticsearch-exporter")


def test_a_changed_request_or_image_is_another_job(app: App) -> None:
    """None of them can be changed, which the API server would refuse."""

    def job(days: int, images: ObservabilityImages = ObservabilityImages()) -> str:
        logs = replace(LOGS, retention_days=days)
        chart, _ = stack(App(outdir=app.outdir), logs=logs, images=images)
        (name,) = (
            manifest["metadata"]["name"]
            for manifest in find_all(chart, "Job")
            if manifest["metadata"]["name"].startswith("elasticsearch")
        )
        return str(name)

    assert job(7) == job(7)
    assert job(7) != job(14)
    newer = ObservabilityImages(elasticsearch="docker.elastic.co/elasticsearch:9.5.3")
    assert job(7) != job(7, newer)


@pytest.mark.mission("B131")
def test_only_the_watched_and_the_stack_are_read(app: App, chart: Chart) -> None:
    api = ApiTier(chart, "api", container=Container(image="api:1.4.2"))
    observability, _ = stack(app, watches=[api])
    told = settings(observability, "filebeat-settings", "filebeat.yml")
    providers = {each["namespace"]: each for each in told["filebeat.autodiscover"]["providers"]}
    provider = providers["app"]
    assert provider["node"] == "${NODE_NAME}"
    assert "hints.enabled" not in provider
    (template,) = provider["templates"]
    assert template["condition"]["and"] == [
        {"equals": {"kubernetes.labels.app.kubernetes.io/component": "api"}},
        {"equals": {"kubernetes.labels.app.kubernetes.io/name": "api"}},
    ]
    (read,) = template["config"]
    (added,) = read["processors"]
    assert added["add_fields"]["fields"] == {"name": "api", "log_format": "python"}
    # What Filebeat says of a line that it cannot send would be another line.
    assert {
        name: [one["config"][0]["id"].rsplit("-$", 1)[0] for one in each["templates"]]
        for name, each in providers.items()
    } == {
        "agents": ["node-exporter", "certificates-agents"],
        "app": ["api"],
        "logging": [
            *("elasticsearch", "elasticsearch-set-up"),
            *("logstash", "kibana", "kibana-views", "elasticsearch-exporter"),
            "certificates-logging",
        ],
        "monitoring": ["alertmanager", "kube-state-metrics", "prometheus", "grafana"],
    }


@pytest.mark.mission("B126")
@pytest.mark.parametrize(
    ("written", "lines", "events"),
    [
        (
            LogFormat.PYTHON,
            [
                '10.0.0.1 - - [22/Nov/2026:22:10:00 +0000] "GET / HTTP/1.1" 500 5',
                "[2026-11-22 22:10:00 +0000] [7] [ERROR] Error handling request /",
                "Traceback (most recent call last):",
                '  File "app.py", line 7, in pay',
                "psycopg.errors.UndefinedTable: relation does not exist",
                "LINE 1: select",
                '{"message": "next"}',
                "ERROR:shop.orders:order 4711 is lost",
                "order 4712 is printed",
            ],
            5,
        ),
        (
            LogFormat.POSTGRES,
            [
                "2026-11-22 22:10:00.123 UTC [42] shop@shop api LOG:  statement: SELECT",
                "\t1",
                "2026-11-22 22:10:00,123 INFO: no action.",
            ],
            2,
        ),
        (LogFormat.NODE, ["Error: no", "    at pay (pay.js:1:2) {", "  code: 7", "}", "on"], 2),
        (LogFormat.PLAIN, ["a", " b"], 2),
        (LogFormat.JSON, ['{"msg": "a"}', '{"msg": "b"}'], 2),
    ],
)
def test_lines_that_belong_together(written: LogFormat, lines: list[str], events: int) -> None:
    peer = Peer(name="a", namespace="app", selector={NAME: "a"}, ports=())
    text = filebeat_yaml(
        [Facts(peers=(peer,), logs=(PodLogs(peer=peer, format=written),))],
        logstash=["logstash:5044"],
        addresses=AddressFamily.IPV4,
    )
    (provider,) = yaml.safe_load(text)["filebeat.autodiscover"]["providers"]
    written_by_the_runtime, *joining = provider["templates"][0]["config"][0]["parsers"]
    # Joins the parts that it splits long lines into.
    assert written_by_the_runtime == {"container": {}}
    goes_on = joining[0]["multiline"]["pattern"] if joining else "$ never"
    assert sum(re.search(goes_on, line) is None for line in lines) == events


MAILER = LogFormat(
    name="mailer",
    patterns=(r"%{WORD:[log][level]} %{NUMBER:[logged]} %{GREEDYDATA:[text]}",),
    times=("UNIX",),
    continues=(r"^\.",),
)


def test_the_audit_log_is_read_where_there_is_one(app: App) -> None:
    audited = replace(LOGS, audit_log=AuditLog(directory="/var/log/kubernetes/audit"))
    watching, _ = stack(app, logs=audited)
    told = settings(watching, "filebeat-settings", "filebeat.yml")
    (read,) = told["filebeat.inputs"]
    pod = find(watching, "DaemonSet", "filebeat")["spec"]["template"]["spec"]
    (volume,) = (each for each in pod["volumes"] if each["name"] == "audit")
    assert volume["hostPath"] == {"path": "/var/log/kubernetes/audit"}
    (mount,) = (each for each in pod["containers"][0]["volumeMounts"] if each["name"] == "audit")
    assert mount["readOnly"]
    assert read["paths"] == [f"{mount['mountPath']}/*.log"]
    # The first bytes of all its files are alike.
    assert not [name for name in read if "fingerprint" in name]
    text = find(watching, "ConfigMap", "logstash-pipelines")["data"]["main.conf"]
    assert parse_lscl(text)
    (fields,) = (each["add_fields"]["fields"] for each in read["processors"])
    _, _, after = text.partition(f'[service][log_format] == "{fields["log_format"]}"')
    assert '"[app][verb]" => "[event][action]"' in after.partition("else if")[0]
    json = text.partition("[service][log_format] in [")[2].partition("]")[0]
    assert fields["log_format"] not in json


def test_fails_with_a_directory_that_is_none() -> None:
    with pytest.raises(ConfigurationError, match=r"AuditLog\.directory"):
        AuditLog(directory="audit.log")


@pytest.mark.mission("B75")
def test_a_format_of_ones_own(app: App, chart: Chart) -> None:
    runtime = AnyServer(
        pause=PauseCommand(command=("sleep", "{seconds}")), signals=Signals(log_format=MAILER)
    )
    mail = ApiTier(
        chart,
        "mail",
        container=Container(image="mail:1.4.2"),
        http=Http(metrics=None),
        runtime=runtime,
        service_level=None,
    )
    watching, _ = stack(app, watches=[mail])
    text = find(watching, "ConfigMap", "logstash-pipelines")["data"]["main.conf"]
    assert '[service][log_format] == "mailer"' in text
    assert "_mailerfailure" in text
    assert parse_lscl(text)
    assert "UNIX\n" in text.partition("date {")[2].partition("timezone")[0]
    told = settings(watching, "filebeat-settings", "filebeat.yml")
    (provider,) = (
        each for each in told["filebeat.autodiscover"]["providers"] if each["namespace"] == "app"
    )
    (read,) = provider["templates"][0]["config"]
    assert read["parsers"][1] == {
        "multiline": {"type": "pattern", "pattern": r"^\.", "match": "after"}
    }


@pytest.mark.mission("B74")
def test_lines_of_pods_that_the_cluster_has_already(app: App) -> None:
    envoy = Neighbour(name="envoy", namespace="projectcontour", selector={"app": "envoy"})
    chart, _ = stack(app, watches=[Facts(logs=(PodLogs(peer=envoy, format=LogFormat.NGINX),))])
    (template,) = next(
        provider["templates"]
        for provider in settings(chart, "filebeat-settings", "filebeat.yml")[
            "filebeat.autodiscover"
        ]["providers"]
        if provider["namespace"] == "projectcontour"
    )
    assert template["condition"] == {"and": [{"equals": {"kubernetes.labels.app": "envoy"}}]}
    (reader,) = template["config"]
    assert reader["processors"][0]["add_fields"]["fields"] == {
        "name": "envoy",
        "log_format": "nginx",
    }
    assert find(chart, "RoleBinding", "filebeat", "projectcontour")
    assert not find_all(chart, "NetworkPolicy", namespace="projectcontour")


def test_fails_for_two_formats_of_one_name(app: App) -> None:
    def logs(name: str, written: LogFormat) -> Facts:
        peer = Peer(name=name, namespace="app", selector={NAME: name}, ports=())
        return Facts(peers=(peer,), logs=(PodLogs(peer=peer, format=written),))

    other = replace(MAILER, times=())
    with pytest.raises(ConfigurationError, match=r"LogFormat\.name: got 'mailer'; give another"):
        stack(app, watches=[logs("a", MAILER), logs("b", other)])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"name": "My Mailer"}, "LogFormat.name: got 'My Mailer'"),
        ({"patterns": ("""it's "here\"""",)}, "LogFormat.patterns or times: got"),
        ({"continues": ("(",)}, "LogFormat.continues: got '('; write a regular expression"),
        ({"continues": (r"^(?!\d)",)}, "use no lookaround and no back reference"),
        ({"refusals": ("no way)",)}, "LogFormat.refusals: got 'no way)'; write a regular"),
        ({"refusals": ("no\nway",)}, "write one line"),
    ],
)
def test_fails_for_a_format(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        replace(MAILER, **arguments)
    assert says in str(refused.value)


@pytest.mark.mission("B74")
def test_lines_are_divided_among_all_logstashes(app: App) -> None:
    chart, observability = stack(app)
    output = settings(chart, "filebeat-settings", "filebeat.yml")["output.logstash"]
    hosts = [host.partition(":")[0] for host in output["hosts"]]
    assert hosts == [
        f"logstash-{number}.logstash-members.logging.svc.cluster.local" for number in range(2)
    ]
    assert output["loadbalance"] is True
    (certificate,) = (
        each for each in observability.facts.certificates if each.secret.name == "logstash-tls"
    )
    assert {f"*.{host.partition('.')[2]}" for host in hosts} <= {*certificate.dns_names}


@pytest.mark.mission("B74")
def test_nodes_with_docker_are_read(app: App) -> None:
    chart, _ = stack(app)
    pod = find(chart, "DaemonSet", "filebeat")["spec"]["template"]["spec"]
    assert "/var/lib/docker/containers" in [
        volume["hostPath"]["path"] for volume in pod["volumes"] if "hostPath" in volume
    ]


def test_agents_have_no_powers(app: App) -> None:
    chart, _ = stack(app)
    pod = find(chart, "DaemonSet", "filebeat")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsUser"] == 0
    (container,) = pod["containers"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    writable = [m["mountPath"] for m in container["volumeMounts"] if not m.get("readOnly")]
    assert writable == ["/usr/share/filebeat/data"]


def test_kibana_speaks_tls(app: App) -> None:
    chart, _ = stack(app)
    told = settings(chart, "kibana-settings", "kibana.yml")
    assert told["server.ssl.enabled"] is True
    (pod,) = find(chart, "Deployment", "kibana")["spec"]["template"]["spec"]["containers"]
    assert pod["readinessProbe"]["httpGet"]["scheme"] == "HTTPS"
    (path,) = {m["mountPath"] for m in pod["volumeMounts"] if m["mountPath"].endswith("/tls")}
    assert told["server.ssl.key"] == f"{path}/tls.key"


@pytest.mark.mission("B62")
def test_kibana_is_told_no_secret_as_an_argument(app: App) -> None:
    """The start of its image writes each variable that is called as a setting there."""
    chart, _ = stack(app)
    (pod,) = find(chart, "Deployment", "kibana")["spec"]["template"]["spec"]["containers"]
    secrets = [each["name"] for each in pod["env"] if "secretKeyRef" in each.get("valueFrom", {})]
    told = settings(chart, "kibana-settings", "kibana.yml")
    assert len(secrets) == 4
    assert {f"${{{name}}}" for name in secrets} < set(map(str, told.values()))
    (command,) = pod["command"]
    script = find(chart, "ConfigMap", "kibana-settings")["data"][Path(command).name]
    assert script.splitlines()[-1] == "exec /usr/share/kibana/bin/kibana"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            {"retention_days": 60},
            "Logs.retention_days: got 60; use at most 23: so many days of 5Gi",
        ),
        ({"servers": 1, "retention_days": 16}, "got 16; use at most 15: so many days of 5Gi, each"),
        ({"size": "1Gi"}, "Logs.size: got '1Gi'; use at least 9Gi: a day of 5Gi and one that"),
        ({"servers": 2}, "Logs.servers: got 2; use 1, or at least 3: the loss of either of two"),
        ({"servers": 0}, "Logs.servers: got 0; use a whole number from 1"),
        ({"resources": Resources(memory="512Mi")}, "give Elasticsearch at least '1Gi'"),
        ({"resources": Resources(memory="2Gi")}, "Logs.resources: got '512Mi'; give Elasticsearch"),
    ],
)
def test_fails(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Logs(storage=FAST, **arguments)
    assert says in str(refused.value)


def test_the_size_that_a_refusal_names_is_taken() -> None:
    assert Logs(storage=FAST, size="9Gi", retention_days=1).size == "9Gi"


def test_fails_without_keys() -> None:
    with pytest.raises(ConfigurationError, match=r"LogSecrets\.users: .*include 'administrator'"):
        LogSecrets(users=SecretRef(name="users", keys=("kibana",)))
    with pytest.raises(ConfigurationError, match=r"LogSecrets\.kibana: got 'logstash-tls'"):
        LogSecrets(kibana=LogSecrets().logstash)
    # In the namespace of agents, another Secret has the same name.
    LogSecrets(filebeat=LogSecrets().logstash)
    with pytest.raises(ConfigurationError, match=r"LogSnapshots\.secret: .*secret-key"):
        replace(SNAPSHOTS, secret=SecretRef(name="a", keys=("access-key",)))
