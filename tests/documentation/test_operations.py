"""Pages for operation are complete, and speak of what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from constructs_lib.manifests.expected_secrets import expected_secrets
from constructs_lib.testing import can_reach, find, find_all
from tests.documentation.cluster import documented
from tests.documentation.pages import ROOT
from tests.repository.offenders import no_offenders

HOW_TO = ROOT / "docs" / "how-to"
RECOVERY = (HOW_TO / "recover-the-platform.md").read_text()
TROUBLES = ROOT / "docs" / "troubleshooting"
NETWORK = (HOW_TO / "test-the-network.md").read_text()


class Row(NamedTuple):
    """What is seen, and the page that a reader is led to."""

    alert: str
    page: Path
    kind: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.alert or self.page.name}"


@pytest.mark.mission("B83")
def test_what_git_does_not_hold_is_listed_with_its_source() -> None:
    written = documented().objects
    listed = set(re.findall(r"^\| `(.+)` \| `(.+)` \|", RECOVERY, re.MULTILINE))
    secrets = {(secret.name, secret.namespace) for secret in expected_secrets(written)}
    volumes = {
        (each["metadata"]["name"], each["metadata"]["namespace"])
        for each in find_all(written, "StatefulSet")
        if each["spec"].get("volumeClaimTemplates")
    }
    assert listed == secrets | volumes


@pytest.mark.mission("B83")
def test_each_secret_comes_from_where_the_page_says() -> None:
    made = list(yaml.safe_load_all((ROOT / "dist" / "add-ons" / "add-ons.k8s.yaml").read_text()))
    kinds = {"the secret store": "ExternalSecret", "cert-manager": "Certificate"}
    rows = re.findall(
        r"^\| `(.+)` \| `(.+)` \| (the secret store|cert-manager)\b", RECOVERY, re.MULTILINE
    )
    assert len(rows) == len(expected_secrets(documented().objects))
    for name, namespace, source in rows:
        find(made, kinds[source], name, namespace)


@pytest.mark.mission("B134", "B135", "B136", "B137")
def test_each_kind_of_failure_begins_with_the_alerts_that_report_it() -> None:
    alerts = set(_alerts())

    def leads_to_a_page(row: Row) -> None:
        assert not row.alert or row.alert in alerts, "there is no such alert"
        assert row.page.exists(), "there is no such page"
        if row.alert and row.page.parent.name == "runbooks":
            assert f"`{row.alert}`" in row.page.read_text(), "its runbook does not name it"

    for kind in ("resources", "connections", "configuration", "dependencies"):
        rows = list(_rows(TROUBLES / f"{kind}.md"))
        assert rows
        no_offenders(rows, leads_to_a_page)


@pytest.mark.mission("B132")
@pytest.mark.mission("B135")
def test_the_call_that_is_tried_is_open_to_its_caller_alone() -> None:
    ((service, port),) = re.findall(r"`nc -vz -w 2 (\S+) (\d+)`", NETWORK)
    (backend,) = find(documented().objects, "Service", service)["spec"]["ports"]
    assert backend["port"] == int(port)
    assert can_reach(documented().objects, "app/web", f"app/{service}", 8080)
    assert not can_reach(documented().objects, "app/socket", f"app/{service}", 8080)


def _rows(page: Path) -> Iterator[Row]:
    # Below the heading of the table, and the line under that.
    for line in [line for line in page.read_text().splitlines() if line.startswith("|")][2:]:
        alert, _, link = (cell.strip() for cell in line.strip("|").split("|"))
        leads_to = (TROUBLES / link.partition("](")[2].rstrip(")")).resolve()
        yield Row(alert=alert.strip("`"), page=leads_to, kind=page.stem)


def _alerts() -> Iterator[str]:
    for config in find_all(documented().objects, "ConfigMap"):
        for text in config.get("data", {}).values():
            yield from re.findall(r"\balert: \"?(\w+)", text)
