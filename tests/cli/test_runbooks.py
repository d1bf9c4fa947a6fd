"""`constructs-lib runbooks` writes what to do with the names of the platform that it is given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    Alerting,
    ApiTier,
    BackupPlan,
    Container,
    Dashboards,
    Database,
    Debugger,
    GrafanaVolume,
    Logs,
    MetricsStore,
    Namespace,
    ObservabilityStack,
    Operator,
    Outside,
    PodSecurity,
    Port,
    PostgresCluster,
    PostgresStorage,
    ReclaimPolicy,
    S3Repository,
    SecretRef,
    SecurityBaseline,
    StorageClass,
    Viewer,
)
from constructs_lib.cli.__main__ import main
from constructs_lib.facts import AlertRule, Severity
from constructs_lib.observability import Webhook
from constructs_lib.testing import manifests
from tests.documentation.cluster import Cluster
from tests.documentation.pages import Line, code
from tests.documentation.test_commands import (
    may_be_run_by_its_reader,
    names_what_there_is,
    selects_pods_that_have_the_container,
)
from tests.repository.offenders import no_offenders

HTTPS = Port(name="https", number=443)
STORE = Outside(name="store", cidrs=("198.51.100.0/24",), ports=(HTTPS,))
API_SERVER = Outside(name="api-server", cidrs=("10.0.0.0/28",), ports=(HTTPS,))
FAST = StorageClass(name="fast", provisioner="ebs.csi.aws.com")
SCRATCH = StorageClass(
    name="scratch", provisioner="ebs.csi.aws.com", reclaim_policy=ReclaimPolicy.DELETE
)
SALES, BANK, METRICS, LINES = (Namespace(name=name) for name in ("sales", "bank", "m", "l"))
AGENTS = Namespace(name="agents", pod_security=PodSecurity.PRIVILEGED)
OWN = AlertRule(
    name="OrdersWait",
    expression='up{app="backend"} < 1',
    for_seconds=60,
    severity=Severity.TICKET,
    summary="Orders wait.",
    runbook="orders",
)


def database(app: App, name: str, namespace: Namespace) -> PostgresCluster:
    repository = S3Repository(
        bucket="backups",
        region="eu-central-1",
        endpoint="s3.eu-central-1.amazonaws.com",
        path=f"/{name}",
        secret=SecretRef(name=f"{name}-store", keys=("access-key", "secret-key", "cipher")),
        target=STORE,
    )
    return PostgresCluster(
        Chart(app, f"10-{name}", namespace=namespace.name),
        name,
        databases=[Database(name=name)],
        storage=PostgresStorage(data=FAST),
        backup=BackupPlan(repository=repository, drill_storage=SCRATCH),
        api_server=API_SERVER,
    )


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """Write a platform of two databases, none of whose names is one of main.py."""
    folder = tmp_path_factory.mktemp("elsewhere")
    app = App(outdir=str(folder))
    databases = [database(app, "orders", SALES), database(app, "ledger", BANK)]
    backend = ApiTier(
        Chart(app, "20-backend", namespace=SALES.name),
        "backend",
        container=Container(image="registry.example.com/backend:1.0.0"),
    )
    hook = Webhook(secret=SecretRef(name="hook", keys=("url",)), target=STORE)
    stack = ObservabilityStack(
        Chart(app, "60-stack"),
        "stack",
        watches=[*databases, backend],
        monitoring=METRICS,
        logging=LINES,
        agents=AGENTS,
        metrics=MetricsStore(storage=FAST),
        alerting=Alerting(
            page=hook, ticket=hook, runbooks="https://git.example.com/runbooks", alerts=(OWN,)
        ),
        dashboards=Dashboards(
            admin=SecretRef(name="grafana", keys=("password", "secret-key")),
            storage=GrafanaVolume(storage_class=FAST),
        ),
        logs=Logs(storage=FAST),
        api_server=API_SERVER,
        nodes=("10.0.0.0/16",),
    )
    namespaces = (SALES, BANK, METRICS, LINES, AGENTS)
    pods = [pod for each in databases for pod in each.member_pods]
    paged = ("on-call",)
    SecurityBaseline(
        Chart(app, "00-ground"),
        "ground",
        namespaces=namespaces,
        storage=[FAST, SCRATCH],
        constructs=[*databases, backend, stack],
        personas=[
            Viewer(groups=paged, namespaces=tuple(each.name for each in namespaces)),
            Operator(
                groups=paged,
                namespaces=tuple(each.name for each in namespaces[:-1]),
                exec_pods=tuple(pods),
            ),
            Debugger(groups=paged, namespaces=("sales",)),
        ],
    )
    app.synth()
    return folder, manifests(app)


@pytest.fixture(scope="module")
def pages(elsewhere: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    written = tmp_path_factory.mktemp("runbooks")
    main(["runbooks", str(elsewhere[0]), "--output", str(written)])
    return sorted(written.glob("*.md"))


def test_whoever_is_paged_may_run_each_command_on_what_there_is(
    pages: Sequence[Path], elsewhere: tuple[Path, list[dict[str, Any]]]
) -> None:
    met = Cluster(elsewhere[1])
    lines = [
        Line(text=text, reader=block.reader, page=page.name)
        for page in pages
        for block in code(page)
        for text in block.text.splitlines()
    ]
    assert len(lines) > 100
    for check in (
        names_what_there_is,
        selects_pods_that_have_the_container,
        may_be_run_by_its_reader,
    ):
        no_offenders(lines, partial(check, met=met))


def test_each_database_has_its_lines_and_no_name_is_left_over(pages: Sequence[Path]) -> None:
    written = {page.stem: page.read_text() for page in pages}
    for place in ("bank ledger-0", "sales orders-0"):
        look = f"kubectl exec -n {place} -c postgres -- patronictl list\n"
        assert look in written["postgres-primary"]
    for text in written.values():
        assert not re.search(r"@[a-z.-]+@|<[a-z-]+>|\]\([^)]*/|-n app\b|-n monitoring", text)


def test_pages_are_those_that_alerts_lead_to(
    pages: Sequence[Path],
    elsewhere: tuple[Path, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = {page.stem for page in pages}
    assert {"postgres-primary", "pods", "service-level"} <= names
    assert not names & {"valkey", "canary", "configuration-backup", "orders"}
    main(["runbooks", str(elsewhere[0]), "--output", str(tmp_path)])
    told = capsys.readouterr()
    assert told.err == "OrdersWait: https://git.example.com/runbooks/orders.md is yours to write\n"
    assert told.out.splitlines() == [str(tmp_path / page.name) for page in pages]
