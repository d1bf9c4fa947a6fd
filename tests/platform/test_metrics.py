"""What Prometheus reads, keeps and raises an alarm for, over the whole platform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from ipaddress import ip_address
from typing import Any

import pytest
import yaml

from constructs_lib.facts.promql import metrics_asked
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest
from constructs_lib.quantities import parse_bytes
from constructs_lib.testing import can_reach, find, find_all
from tests.platform.shop import ROOT, Shop

PROMETHEUS = "monitoring/prometheus"
A_NODE = ip_address("10.0.1.2")
RULE_TESTS = ROOT / "tests" / "configuration" / "rules"


def configuration(shop: Shop) -> Any:  # noqa: ANN401
    return yaml.safe_load(
        find(shop.core, "ConfigMap", "prometheus-configuration")["data"]["prometheus.yml"]
    )


def alerts(shop: Shop) -> Iterator[dict[str, Any]]:
    for config in find_all(shop.core, "ConfigMap"):
        if config["metadata"]["name"].startswith("prometheus-rules-"):
            (text,) = config["data"].values()
            for group in yaml.safe_load(text)["groups"]:
                yield from (rule for rule in group["rules"] if "alert" in rule)


def read_by(shop: Shop, job: dict[str, Any]) -> list[WorkloadManifest]:
    """Return the workloads whose pods a job of scraping finds."""
    (discovery,) = job["kubernetes_sd_configs"]
    (selector,) = discovery["selectors"]
    labels = dict(term.split("=") for term in selector["label"].split(","))
    return [
        workload
        for workload in Platform(shop.core).workloads
        if [workload.namespace] == discovery["namespaces"]["names"]
        and labels.items() <= workload.labels.items()
    ]


@pytest.mark.mission("B66")
@pytest.mark.mission("B67")
def test_each_job_reads_a_port_that_pods_have_and_policies_open(shop: Shop) -> None:
    jobs = {job["job_name"]: job for job in configuration(shop)["scrape_configs"]}
    for name in ("kubelet", "cadvisor"):
        assert jobs.pop(name)["kubernetes_sd_configs"] == [{"role": "node"}]
        assert can_reach(shop.core, PROMETHEUS, A_NODE, 10250)
    sites = jobs.pop("sites")
    (probe,) = (rule for rule in sites["relabel_configs"] if "replacement" in rule)
    assert probe["replacement"] == "blackbox.monitoring.svc.cluster.local:9115"
    assert can_reach(shop.core, PROMETHEUS, "monitoring/blackbox", 9115)
    assert len(jobs) > 10
    for name, job in jobs.items():
        port = int(job["relabel_configs"][0]["regex"])
        workloads = read_by(shop, job)
        assert workloads, name
        for workload in workloads:
            assert port in [declared.number for declared in workload.ports], name
            pods = A_NODE if workload.pod.get("hostNetwork") else workload.path
            assert can_reach(shop.core, PROMETHEUS, pods, port), name


@pytest.mark.mission("B67")
def test_what_is_found_is_what_is_promised(shop: Shop) -> None:
    """Each endpoint of the facts has its job, and the other way round."""
    found = {
        (job["job_name"], job["metrics_path"])
        for job in configuration(shop)["scrape_configs"]
        if "selectors" in job.get("kubernetes_sd_configs", [{}])[0]
    }
    told = {
        (f"{each.peer.namespace}/{each.peer.name}/{each.port}", each.path)
        for construct in shop.made.constructs
        for each in construct.facts.metrics
    }
    assert found == told


@pytest.mark.mission("B67")
def test_what_pods_did_not_promise_is_dropped(shop: Shop) -> None:
    """An alert believes the pods that it is about, and those whose work is to tell of others."""
    kept = {
        job["job_name"]: re.compile(job["metric_relabel_configs"][-1]["regex"])
        for job in configuration(shop)["scrape_configs"]
        if job["metric_relabel_configs"][-1] | {"regex": ""}
        == {"source_labels": ["__name__"], "action": "keep", "regex": ""}
    }
    assert len(kept) == len(configuration(shop)["scrape_configs"])
    of_others = {"kubelet", "cadvisor", "sites"}
    of_others |= {
        f"{each.peer.namespace}/{each.peer.name}/{each.port}"
        for construct in shop.made.constructs
        for each in construct.facts.metrics
        if each.about_others
    }
    asked = [
        (alert["alert"], metric, alert["expr"])
        for alert in alerts(shop)
        for metric in metrics_asked(alert["expr"])
    ]
    assert len(asked) > 60
    for alert, metric, expression in asked:
        believed = {name for name, pattern in kept.items() if pattern.fullmatch(metric)}
        if not believed <= of_others and "app=" not in expression:
            assert len({name.rpartition("/")[0] for name in believed}) == 1, (alert, believed)
        assert not believed & of_others or believed <= of_others, (alert, metric, believed)


@pytest.mark.mission("B69")
def test_retention_fits_the_volume(shop: Shop) -> None:
    server = find(shop.core, "StatefulSet", "prometheus")["spec"]
    (container,) = server["template"]["spec"]["containers"]
    (limit,) = (
        Decimal(match[1])
        for argument in container["args"]
        if (match := re.fullmatch(r"--storage\.tsdb\.retention\.size=(\d+)B", argument))
    )
    (claim,) = server["volumeClaimTemplates"]
    volume = parse_bytes(claim["spec"]["resources"]["requests"]["storage"], "storage")
    # https://prometheus.io/docs/prometheus/latest/storage/#right-sizing-retention-size
    assert Decimal("0.5") < limit / volume <= Decimal("0.85")


@pytest.mark.mission("B68")
@pytest.mark.mission("B128")
def test_each_alert_has_its_page(shop: Shop) -> None:
    found = list(alerts(shop))
    assert len(found) > 50
    for alert in found:
        if alert["alert"] != "Watchdog":
            address = alert["annotations"]["runbook_url"]
            place = address.removeprefix("https://git.example.com/shop/")
            assert f"`{alert['alert']}`" in (ROOT / place).read_text()


@pytest.mark.mission("B128")
def test_each_alert_is_seen_to_fire_and_to_stay_silent(shop: Shop) -> None:
    """The tests themselves are run by promtool, in tests/configuration."""
    seen: dict[str, set[bool]] = {}
    for path in RULE_TESTS.glob("*.yaml"):
        for test in yaml.safe_load(path.read_text())["tests"]:
            for moment in test.get("alert_rule_test", ()):
                seen.setdefault(moment["alertname"], set()).add(bool(moment["exp_alerts"]))
    assert seen.pop("Watchdog") == {True}
    assert seen == {
        alert["alert"]: {True, False} for alert in alerts(shop) if alert["alert"] != "Watchdog"
    }
