"""The strict schemas of Kubernetes refuse what an API server would refuse or drop."""

from __future__ import annotations

import importlib.resources

import pytest

from constructs_lib.errors import ConfigurationError
from constructs_lib.testing import Problem, schema_problems
from tests.manifests.platforms import change, sound

FOREIGN = ("Certificate", "ExternalSecret")


@pytest.mark.parametrize("version", ["1.27", "newest"])
def test_passes_what_is_well_formed(version: str) -> None:
    assert schema_problems(sound(), version, foreign=FOREIGN) == []


def test_sees_an_unknown_field() -> None:
    manifests = sound()
    change(manifests, "Deployment/web", "/spec/replica", 3)
    assert schema_problems(manifests, foreign=FOREIGN) == [
        Problem(
            object="Deployment app/web",
            invariant="schema_of_1.27",
            message="$.spec: Additional properties are not allowed ('replica' was unexpected)",
        )
    ]


def test_sees_a_wrong_type() -> None:
    manifests = sound()
    change(manifests, "Role/pod-reader", "/rules/0/verbs", "get")
    change(manifests, "ConfigMap/api-settings", "/data/level", 3)
    assert [str(problem) for problem in schema_problems(manifests, foreign=FOREIGN)] == [
        "ConfigMap app/api-settings: $.data.level: 3 is not of type 'string', 'null'",
        "Role app/pod-reader: $.rules[0].verbs: 'get' is not of type 'array'",
    ]


def test_sees_a_field_that_is_newer_than_the_version() -> None:
    manifests = sound()
    change(
        manifests,
        "StatefulSet/db",
        "/spec/template/spec/containers/0/lifecycle",
        {"preStop": {"sleep": {"seconds": 5}}},
    )
    assert schema_problems(manifests, "newest", foreign=FOREIGN) == []
    (problem,) = schema_problems(manifests, "1.27", foreign=FOREIGN)
    assert "'sleep' was unexpected" in problem.message


def test_unknown_kinds_are_problems_unless_foreign() -> None:
    (problem,) = schema_problems(sound(), foreign=("Certificate",))
    assert problem.object == "ExternalSecret app/api-env"
    assert "has no ExternalSecret of external-secrets.io/v1" in problem.message


def test_fails_for_an_unknown_version() -> None:
    with pytest.raises(ConfigurationError, match=r"'1\.3'; use one of 1\.25, .*1\.27, .*newest"):
        schema_problems(sound(), "1.3")


def test_fails_when_the_schemas_are_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(package: str) -> None:
        raise ModuleNotFoundError(f"No module named {package!r}")

    monkeypatch.setattr(importlib.resources, "files", missing)
    with pytest.raises(ModuleNotFoundError) as error:
        schema_problems(sound(), "1.2")
    assert error.value.__notes__ == ["schema_problems needs the package kubernetes-validate"]
