"""A migration runs under load while the old version serves, and takes nothing down if it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.cluster import images, inbox
from tests.cluster.images import reference
from tests.cluster.kubectl import Object, kubectl, objects, pods, rolled_out, until
from tests.cluster.load import load
from tests.cluster.platform import change
from tests.cluster.settings import highly_available
from tests.cluster.sql import psql
from tests.platform.shop import Shop

Figure = dict[str, object]
_API = "app.kubernetes.io/name=api"
_OWN = "app.kubernetes.io/name=api-migration"
_ALERT = "MigrationFailed"


def _release(image: str) -> None:
    images.build([image])
    base = highly_available()
    change(replace(base, images=replace(base.images, api=reference(image))))


@pytest.fixture
def schema(shop: Shop) -> Iterator[Shop]:
    """Give the platform, and its version and its schema back at the end."""
    before = _jobs()
    yield shop
    change(highly_available())
    rolled_out("deployment/api", namespace="app", patience=600)
    if made := _jobs() - before:
        kubectl("delete", "job", *made, "-n", "app")
    _ask_primary("ALTER TABLE orders DROP COLUMN IF EXISTS note")


def test_a_migration_under_load(schema: Shop, figure: Figure) -> None:
    with load(f"https://{schema.made.host.name}/api/orders") as asked:
        _release("api-next")
        until(lambda: _waiting() and not _changed(), "a pod that waits for the migration")
        rolled_out("deployment/api", namespace="app", patience=600)
        assert _changed()
        # The version before starts on the newer schema.
        kubectl("rollout", "undo", "deployment/api", "-n", "app")
        rolled_out("deployment/api", namespace="app", patience=600)
        old, *_ = pods(_API, namespace="app")
        kubectl("delete", "pod", old["metadata"]["name"], "-n", "app")
        rolled_out("deployment/api", namespace="app", patience=600)
    assert {_image(each) for each in pods(_API, namespace="app")} == {reference("api")}
    figure.update(what="migration, then the version before", requests=asked.sent)
    assert asked.failures == []


def test_a_migration_that_fails(schema: Shop, figure: Figure) -> None:
    inbox.clear()
    with load(f"https://{schema.made.host.name}/api/orders") as asked:
        _release("api-failing")
        inbox.told(_ALERT, patience=1500)
        assert _waiting()
        change(highly_available())
        rolled_out("deployment/api", namespace="app", patience=600)
    kubectl("delete", "job", "-n", "app", "-l", _OWN, "--field-selector", "status.successful=0")
    inbox.told(_ALERT, resolved=True)
    figure.update(what="migration that fails", requests=asked.sent)
    assert asked.failures == []


def _jobs() -> set[str]:
    return {each["metadata"]["name"] for each in objects("jobs", "-n", "app", "-l", _OWN)}


def _image(pod: Object) -> str:
    image: str = pod["spec"]["containers"][0]["image"]
    return image


def _waiting() -> bool:
    """Tell whether a new pod waits for its migration, beside old ones that serve."""
    return any(
        "running" in each["state"]
        for pod in pods(_API, namespace="app")
        for each in pod["status"].get("initContainerStatuses", [])
        if each["name"] == "wait-for-api-migration"
    )


def _changed() -> bool:
    found = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'note'"
    return _ask_primary(found).strip() == "1"


def _ask_primary(statement: str) -> str:
    (primary,) = pods("app.kubernetes.io/name=postgres,role=primary", namespace="app")
    return psql(primary["metadata"]["name"], "app", statement)
