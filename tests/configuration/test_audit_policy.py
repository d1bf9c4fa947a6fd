"""The API server writes down who asked for what, refused calls too, and never a Secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.observability.elk.audit_log import FIELDS
from constructs_lib.security import AuditPolicy
from tests.configuration.programs.audit_policy import levels, written

ROOT = Path(__file__).parents[2]
POLICY = ROOT / "dist" / "cluster-administrator" / "audit-policy.yaml"
STOLEN = {"User": "system:serviceaccount:app:api", "Groups": ["system:serviceaccounts"]}
PERSON = {"User": "ada@example.com", "Groups": ["shop-operators"]}
NODE = {"User": "system:node:a", "Groups": ["system:nodes"]}
SCHEDULER = {"User": "system:kube-scheduler"}
CONFIDENTIAL = (
    {"Resource": "secrets"},
    {"Resource": "configmaps"},
    {"Resource": "serviceaccounts", "Part": "token"},
    {"Group": "authentication.k8s.io", "Resource": "tokenreviews"},
)
RIGHTS = {"Group": "rbac.authorization.k8s.io", "Resource": "rolebindings"}


@pytest.mark.mission("B65")
@pytest.mark.parametrize(
    ("level", "call"),
    [
        ("Metadata", {**STOLEN, "Verb": "list", "Resource": "pods"}),
        ("Metadata", {**STOLEN, "Verb": "create", "Group": "apps", "Resource": "deployments"}),
        ("Metadata", {"User": "system:anonymous", "Verb": "get", "Path": "/api"}),
        ("Metadata", {**PERSON, "Verb": "create", "Resource": "pods", "Part": "exec"}),
        ("Metadata", {**PERSON, "Verb": "get", "Resource": "services", "Part": "proxy"}),
        ("RequestResponse", {**PERSON, "Verb": "patch", **RIGHTS}),
        ("Metadata", {**PERSON, "Verb": "get", **RIGHTS}),
        (
            "RequestResponse",
            {
                **STOLEN,
                "Verb": "deletecollection",
                "Group": "networking.k8s.io",
                "Resource": "networkpolicies",
            },
        ),
        ("None", {**NODE, "Verb": "watch", "Resource": "pods"}),
        ("Metadata", {**NODE, "Verb": "patch", "Resource": "nodes"}),
        ("None", {**SCHEDULER, "Verb": "list", "Resource": "pods"}),
        ("Metadata", {**SCHEDULER, "Verb": "create", "Resource": "pods", "Part": "binding"}),
        ("None", {"User": "system:anonymous", "Verb": "get", "Path": "/livez"}),
        ("None", {**STOLEN, "Verb": "create", "Resource": "events"}),
    ],
)
def test_what_is_written_down(level: str, call: dict[str, object]) -> None:
    assert levels(POLICY, [call]) == [level]


def test_a_line_has_all_that_the_log_store_reads_of_it() -> None:
    call = {**PERSON, "Verb": "create", "Resource": "pods", "Part": "exec", "Path": "/api/v1/pods"}
    line = written(POLICY, call)
    for field in FIELDS:
        app, *path = field.strip("[]").split("][")
        value: Any = json.loads(line)
        for name in path:
            value = value[int(name) if name.isdigit() else name]
        assert app == "app"
        assert value, field
    # Filebeat knows a file by its beginning, which has to have what tells two lines apart.
    assert 64 < line.index("auditID") < 200


@pytest.mark.mission("B62")
@pytest.mark.parametrize("asked", CONFIDENTIAL)
def test_who_read_a_secret_is_written_down_and_never_what(asked: dict[str, object]) -> None:
    calls = [
        {**who, "Verb": verb, **asked}
        for who in (STOLEN, PERSON, NODE, SCHEDULER)
        for verb in ("get", "list", "watch", "create", "update", "patch", "delete")
    ]
    assert set(levels(POLICY, calls)) == {"Metadata"}


def test_nobody_is_quiet_unless_named(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(AuditPolicy(quiet_users=()).to_yaml())
    assert levels(policy, [{**SCHEDULER, "Verb": "list", "Resource": "pods"}]) == ["Metadata"]


def test_a_policy_with_a_mistake_is_seen(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(AuditPolicy().to_yaml().replace("Metadata", "Metadat"))
    with pytest.raises(ValueError, match="Metadat"):
        levels(policy, [])
