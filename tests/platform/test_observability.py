"""What is watched, shown and told fits together over the whole platform."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from configparser import ConfigParser
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import promql_parser
import pytest
import yaml

from constructs_lib.facts.promql import WINDOW, metrics_asked
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.quota_demand import demand
from constructs_lib.quantities import parse
from constructs_lib.testing import can_reach, find, find_all
from environments import PRODUCTION
from tests.observability.documents import OWN, walk
from tests.observability.exposition import CAPTURED, captured, labels
from tests.platform.shop import Shop

GRAFANA = "monitoring/grafana"


def files(shop: Shop, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the files of the ConfigMaps whose names begin so."""
    for each in find_all(shop.core, "ConfigMap"):
        if each["metadata"]["name"].startswith(prefix):
            yield from each["data"].items()


def provisioned(shop: Shop, name: str) -> Any:  # noqa: ANN401
    ((_, text),) = files(shop, f"grafana-{name}")
    return yaml.safe_load(text)


def dashboards(shop: Shop) -> dict[str, Any]:
    return {
        name.removesuffix(".json"): json.loads(text)
        for name, text in files(shop, "grafana-dashboard-")
    }


def rules(shop: Shop) -> list[dict[str, Any]]:
    return [
        rule
        for _, text in files(shop, "prometheus-rules")
        for group in yaml.safe_load(text)["groups"]
        for rule in group["rules"]
    ]


def questions(shop: Shop) -> list[str]:
    return [
        *(rule["expr"] for rule in rules(shop)),
        *(query for each in dashboards(shop).values() for query in walk(each, "expr")),
    ]


def selectors(question: str) -> list[promql_parser.VectorSelector]:
    found: list[promql_parser.VectorSelector] = []

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(promql_parser.parse(question.replace(WINDOW, "5m")), visit)
    return found


def container(shop: Shop) -> dict[str, Any]:
    pod = find(shop.core, "StatefulSet", "grafana")["spec"]["template"]["spec"]
    return dict(pod["containers"][0])


@pytest.mark.mission("B70")
@pytest.mark.mission("B127")
def test_all_that_is_watched_has_its_dashboard(shop: Shop) -> None:
    shown = dashboards(shop)
    workloads = {
        f"{facts.peers[0].namespace}-{facts.peers[0].name}"
        for construct in shop.made.constructs
        if (facts := construct.facts).indicator or "pg_up" in facts.metric_names
    }
    assert workloads == {"app-api", "app-postgres", "app-socket", "app-web"}
    general = {
        "alertmanager",
        "logging",
        "logs",
        "nodes",
        "overview",
        "prometheus",
        "workloads",
    }
    assert shown.keys() == workloads | general
    for name, dashboard in shown.items():
        assert dashboard["uid"] == name


@pytest.mark.mission("B117")
@pytest.mark.mission("B129")
def test_a_tier_shows_what_comes_in_how_much_fails_and_how_long_it_takes(shop: Shop) -> None:
    shown = dashboards(shop)
    for tier in (shop.made.api, shop.made.socket, shop.made.web):
        indicator = tier.facts.indicator
        assert indicator
        asked = "\n".join(walk(shown[f"{tier.peer.namespace}-{tier.peer.name}"], "expr"))
        assert f"rate({indicator.total}" in asked
        assert indicator.failed in asked
        # A websocket is measured by how many there are.
        duration = "websocket_connections" if tier is shop.made.socket else indicator.histogram
        assert str(duration) in asked


@pytest.mark.mission("B66")
def test_nobody_asks_for_a_metric_that_nobody_exposes(shop: Shop) -> None:
    exposed = frozenset[str]().union(
        *(construct.facts.metric_names for construct in shop.made.constructs)
    )
    recorded = {rule["record"] for rule in rules(shop) if "record" in rule}
    asked = {metric for question in questions(shop) for metric in metrics_asked(question)}
    assert len(questions(shop)) > 100
    assert asked - recorded - exposed == set()


@pytest.mark.mission("B66")
def test_nobody_asks_for_a_label_that_a_metric_does_not_have(shop: Shop) -> None:
    """A matcher of a label that is not there finds nothing, in silence."""
    exposed = labels()
    ((_, text),) = files(shop, "prometheus-configuration")
    scraped = {"job", "instance", *re.findall(r"target_label: ([a-z]\w+)", text)}
    asked = {
        (selector.name, matcher.name)
        for question in questions(shop)
        for selector in selectors(question)
        for matcher in selector.matchers.matchers
        if selector.name in exposed
    }
    assert len(asked) > 100
    assert {
        (metric, label) for metric, label in asked if label not in exposed[metric] | scraped
    } == set()


@pytest.mark.mission("B66")
def test_what_an_exporter_promises_was_captured(shop: Shop) -> None:
    """What tiers promise is for their images to keep."""
    expositions = [captured(path.stem) for path in CAPTURED.glob("*.txt")]
    promised = {
        f"{endpoint.peer.name}/{endpoint.port}": set(endpoint.names)
        for construct in shop.made.constructs
        if construct.facts.indicator is None
        for endpoint in construct.facts.metrics
    }
    assert len(promised) > 8
    for port, names in promised.items():
        assert any(names <= exposition for exposition in expositions), port
    foreign = {name for each in shop.made.constructs for name in each.facts.foreign_metrics}
    assert foreign > OWN
    assert foreign - OWN <= captured("kubelet") | captured("blackbox")


@pytest.mark.mission("B71")
def test_data_sources_are_there_and_can_be_reached(shop: Shop) -> None:
    sources = {each["uid"]: each for each in provisioned(shop, "data-sources")["datasources"]}
    used = {
        each["uid"]
        for dashboard in dashboards(shop).values()
        for each in walk(dashboard, "datasource")
    }
    assert used == {"prometheus", "elasticsearch"}
    assert used <= sources.keys()
    for source in sources.values():
        url = urlsplit(source["url"])
        *_, service, namespace = str(url.hostname).removesuffix(".svc.cluster.local").split(".")
        workload = service.removesuffix("-members")
        assert find(shop.core, "Service", service)["metadata"]["namespace"] == namespace
        assert url.port is not None
        assert can_reach(shop.core, GRAFANA, f"{namespace}/{workload}", url.port)


@pytest.mark.mission("B72")
def test_grafana_tells_whom_prometheus_tells(shop: Shop) -> None:
    ((_, text),) = files(shop, "prometheus-configuration")
    (told,) = yaml.safe_load(text)["alerting"]["alertmanagers"]
    ((receiver,),) = (
        point["receivers"] for point in provisioned(shop, "alert-path")["contactPoints"]
    )
    addresses = [urlsplit(url).netloc for url in receiver["settings"]["url"].split(",")]
    assert addresses == told["static_configs"][0]["targets"]
    assert len(addresses) == 3


@pytest.mark.mission("B73")
def test_people_come_in_by_their_groups_and_nobody_else_does(shop: Shop) -> None:
    told = {each["name"]: each.get("value") for each in container(shop)["env"]}
    path = told["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH"]
    groups = PRODUCTION.groups
    assert dict(re.findall(r"contains\(groups\[\*\], '(.+?)'\) && '(\w+)'", path)) == {
        **dict.fromkeys((groups.viewers, groups.developers), "Viewer"),
        **dict.fromkeys((groups.operators, groups.on_call), "Editor"),
    }
    assert told["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_STRICT"] == "true"
    (text,) = (text for name, text in files(shop, "grafana-") if name == "grafana.ini")
    settings = ConfigParser(interpolation=None)
    settings.read_string(text)
    assert settings["auth.anonymous"]["enabled"] == "false"


def test_each_file_of_a_secret_that_grafana_names_is_mounted(shop: Shop) -> None:
    pod = find(shop.core, "StatefulSet", "grafana")["spec"]["template"]["spec"]
    secrets = {volume["name"]: volume["secret"] for volume in pod["volumes"] if "secret" in volume}
    mounted = {
        f"{mount['mountPath']}/{item['path']}"
        for mount in container(shop)["volumeMounts"]
        if mount["name"] in secrets
        for item in secrets[mount["name"]]["items"]
    }
    texts = [text for _, text in files(shop, "grafana-")]
    named = {
        *(path for text in texts for path in re.findall(r"\$__file\{([^}]+)\}", text)),
        *(each["value"] for each in container(shop)["env"] if each["name"].endswith("__FILE")),
    }
    assert len(named) == 6
    assert named <= mounted


@pytest.mark.mission("B68")
def test_no_alert_for_a_quota_that_what_is_applied_uses_up(shop: Shop) -> None:
    """Of what is counted, which is all there from the start, only that without room on purpose."""
    (expression,) = {
        rule["expr"]
        for _, text in files(shop, "prometheus-rules")
        for group in yaml.safe_load(text)["groups"]
        for rule in group["rules"]
        if rule.get("alert") == "KubeQuotaAlmostFull"
    }
    (left_out,) = re.findall(r'resource!~"(.+?)"', expression)
    limit = Decimal(expression.rpartition(" > ")[2])
    platform = Platform(shop.core)
    full = {
        resource
        for quota in platform.of_kind("ResourceQuota")
        for resource, hard in quota["spec"]["hard"].items()
        if demand(platform, quota["metadata"]["namespace"], ())[resource] > limit * parse(hard)
    }
    assert full
    assert [resource for resource in full if not re.fullmatch(left_out, resource)] == []
