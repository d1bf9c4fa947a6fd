"""Every object is well-formed, and all of them fit together."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import yaml

from constructs_lib.testing import check, schema_problems
from tests.platform.shop import ROOT, Shop

DIST = [
    manifest
    for path in sorted((ROOT / "dist").glob("*.yaml"))
    for manifest in yaml.safe_load_all(path.read_text())
]
DEFINITIONS = {
    definition["spec"]["names"]["kind"]: definition["spec"]
    for path in sorted((ROOT / "crds").glob("*.yaml"))
    for definition in yaml.safe_load_all(path.read_text())
}
# Part of Kubernetes, but not yet of the oldest version that the platform runs on.
NEWER_KINDS = {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}


def test_invariants(shop: Shop) -> None:
    check(shop.objects)


@pytest.mark.parametrize("version", ["1.27", "newest"])
def test_schemas(version: str) -> None:
    assert DIST != []
    assert [str(problem) for problem in schema_problems(DIST, version)] == []


def test_add_ons_fit_their_definitions(shop: Shop) -> None:
    newer = [each for each in shop.add_ons if each["kind"] in NEWER_KINDS]
    foreign = [each for each in shop.add_ons if each not in newer]
    assert schema_problems(newer, "newest") == []
    assert {manifest["kind"] for manifest in foreign} == DEFINITIONS.keys()
    for manifest in foreign:
        definition = DEFINITIONS[manifest["kind"]]
        (version,) = definition["versions"]
        assert manifest["apiVersion"] == f"{definition['group']}/{version['name']}"
        schema = _closed(version["schema"]["openAPIV3Schema"])
        schema["properties"] |= {"apiVersion": {}, "kind": {}, "metadata": {}}
        jsonschema.validate(manifest, schema)


def test_add_ons_are_held_to_their_definitions(shop: Shop) -> None:
    """A field that a definition does not know is refused, at any depth."""
    secret = next(manifest for manifest in shop.add_ons if manifest["kind"] == "ExternalSecret")
    (version,) = DEFINITIONS["ExternalSecret"]["versions"]
    entry = {"secretKey": "key", "remoteRef": {"key": "shop/web", "propertyy": "key"}}
    with pytest.raises(jsonschema.ValidationError, match="propertyy"):
        jsonschema.validate(
            {"spec": {**secret["spec"], "data": [entry]}},
            _closed(version["schema"]["openAPIV3Schema"]),
        )


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that refuses what it does not name."""
    closed = dict(schema)
    if "items" in schema:
        closed["items"] = _closed(schema["items"])
    if "properties" in schema:
        closed["properties"] = {
            name: _closed(field) for name, field in schema["properties"].items()
        }
        closed["additionalProperties"] = False
    return closed
