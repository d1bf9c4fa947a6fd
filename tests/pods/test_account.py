"""Pods have an account of their own, or one that is there already."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import (
    ConfigurationError,
    Container,
    Schedule,
    ScheduledJob,
    WorkerTier,
    Workload,
)
from constructs_lib.facts import KubernetesPermissions, Outside, PolicyRule, Port, Verb
from constructs_lib.pods import ExistingAccount
from constructs_lib.testing import find, find_all
from constructs_lib.tiers import PodSettings

CONTAINER = Container(image="registry.example.com/shop/reports:1.4.0")
THERE = ExistingAccount(name="reports-at-cloud")


def test_an_account_that_is_there_is_named_and_not_made(chart: Chart) -> None:
    WorkerTier(chart, "reports", container=CONTAINER, workload=Workload(account=THERE))
    ScheduledJob(
        chart,
        "nightly",
        container=CONTAINER,
        schedule=Schedule(cron="0 3 * * *"),
        settings=PodSettings(account=THERE),
    )
    assert find_all(chart, "ServiceAccount") == []
    worker = find(chart, "Deployment", "reports")["spec"]["template"]["spec"]
    job = find(chart, "CronJob", "nightly")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    for pod in (worker, job):
        assert pod["serviceAccountName"] == "reports-at-cloud"
        assert pod["automountServiceAccountToken"] is False


PERMISSIONS = KubernetesPermissions(
    rules=(PolicyRule(resources=("pods",), verbs=(Verb.LIST,)),),
    api_server=Outside(
        name="api-server", cidrs=("10.0.0.0/28",), ports=(Port(name="https", number=443),)
    ),
)


@pytest.mark.parametrize(
    "said",
    [{"kubernetes_permissions": PERMISSIONS}, {"account_annotations": {"example.com/role": "r"}}],
)
def test_fails_to_change_an_account_that_is_there(chart: Chart, said: dict[str, Any]) -> None:
    workload = Workload(account=THERE, **said)
    with pytest.raises(ConfigurationError, match=r"Pod\.account: got 'reports-at-cloud'; say perm"):
        WorkerTier(chart, "reports", container=CONTAINER, workload=workload)


def test_fails_on_no_name() -> None:
    with pytest.raises(ConfigurationError, match=r"ExistingAccount\.name"):
        ExistingAccount(name="Reports at cloud")
