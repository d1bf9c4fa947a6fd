"""What an admission policy makes the API server answer, by a runtime of its expressions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from cel_expr_python import cel

_VARIABLES = ("object", "oldObject", "request", "variables")


def admits(
    spec: Mapping[str, Any],
    pod: Mapping[str, Any] | None = None,
    *,
    before: Mapping[str, Any] | None = None,
    request: Mapping[str, Any] | None = None,
) -> bool:
    """Tell whether a policy lets a request pass that is of a kind it is for.

    Args:
        spec: of the policy.
        pod: as the request wants it.
        before: as it is; None for a new one.
        request: who asks for what.
    """
    seen = {"object": pod, "oldObject": before, "request": request}
    if not _hold(spec.get("matchConditions", ()), seen):
        return True
    variables = {
        each["name"]: _value(each["expression"], seen) for each in spec.get("variables", ())
    }
    return _hold(spec["validations"], {**seen, "variables": variables})


def _hold(conditions: Any, seen: Mapping[str, Any]) -> bool:  # noqa: ANN401 - YAML
    values = [_value(each["expression"], seen) for each in conditions]
    assert set(values) <= {True, False}, "what is not a boolean is an error, and refuses all"
    return all(values)


def _value(expression: str, seen: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return _compiled(expression).eval(data=seen).plain_value()


@cache
def _compiled(expression: str) -> Any:  # noqa: ANN401 - untyped
    return cel.NewEnv(variables=dict.fromkeys(_VARIABLES, cel.Type.DYN)).compile(expression)
