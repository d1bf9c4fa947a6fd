"""The copies of configuration hold all that somebody wrote, and what is secret is not in them."""

from __future__ import annotations

import re

import pytest

from constructs_lib.testing import find, find_all
from tests.platform.shop import Shop


def plural(kind: str) -> str:
    """Return the resource of a kind."""
    return re.sub(r"ys$", "ies", re.sub(r"sss$", "sses", f"{kind.lower()}s"))


@pytest.mark.mission("B83")
def test_every_kind_in_the_namespaces_is_copied(shop: Shop) -> None:
    pod = find(shop.core, "CronJob", "configuration-backup")["spec"]["jobTemplate"]["spec"]
    (container,) = pod["template"]["spec"]["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    namespaces = {each["metadata"]["name"] for each in find_all(shop.core, "Namespace")}
    assert namespaces == set(told["NAMESPACES"].split())
    applied = {
        plural(each["kind"])
        for each in shop.core
        # A job that runs once has run.
        if each["metadata"].get("namespace") in namespaces and each["kind"] != "Job"
    }
    assert applied == set(told["RESOURCES"].split(","))
