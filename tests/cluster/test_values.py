"""What fields may hold, as `changes` knows it, is what the API server tells of itself.

`python -m tests.cluster.test_values` writes the table from the API server of KUBECONFIG.
"""

from __future__ import annotations

import json

import pytest

from tests.changes import value_table
from tests.changes.type_table import TABLE
from tests.cluster.kubectl import kubectl
from tests.configuration.programs.api_server import VERSION


def told() -> str:
    """Return the table that the API server makes."""
    types = json.loads(TABLE.read_text())
    groups = {f"apis/{kind.split()[0]}" if "/" in kind else "api/v1" for kind in types["kinds"]}
    there = json.loads(kubectl("get", "--raw", "/openapi/v3"))["paths"]
    documents = [
        json.loads(kubectl("get", "--raw", f"/openapi/v3/{group}"))
        for group in sorted(groups & there.keys())
    ]
    return value_table.written(documents, types["types"])


def test_the_values_of_fields_are_those_of_its_documents() -> None:
    served = json.loads(kubectl("version", "-o", "json"))["serverVersion"]
    if served["gitVersion"] != f"v{VERSION}":
        pytest.skip(f"the table is that of {VERSION}, and this is {served['gitVersion']}")
    assert value_table.TABLE.read_text() == told()


if __name__ == "__main__":
    value_table.TABLE.write_text(told())
