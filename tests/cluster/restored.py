"""The database of the platform as it was at a moment: restored in a namespace of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import yaml
from cdk8s import App, Chart

from certificates import party_certificate
from constructs_lib import Namespace, PostgresCluster, S3Repository, SecurityBaseline
from constructs_lib.postgres import AtTime, Database, RestoredDatabase
from constructs_lib.testing import manifests
from environments import Settings
from tests.cluster.kubectl import kubectl, objects, rolled_out
from tests.cluster.mark import mark
from tests.cluster.platform import BUILD, apply, prepare

NAMESPACE = "restored"
_FOLDER = BUILD.with_name("restored")


@contextmanager
def restored(settings: Settings, moment: str) -> Iterator[None]:
    """Let it run until the end of the block."""
    app = _program(settings, moment)
    mark([NAMESPACE])
    kubectl("create", "namespace", NAMESPACE)
    try:
        _copy("postgres-repository")
        prepare(_FOLDER, manifests(app))
        apply(_FOLDER)
        rolled_out("statefulset/postgres", namespace=NAMESPACE)
        yield
    finally:
        kubectl("delete", "-f", str(_FOLDER), "--ignore-not-found", patience=300)


def _program(settings: Settings, moment: str) -> App:
    """Build it as the page on restores does, with one member: it is looked at, and goes."""
    app, below = App(outdir=str(_FOLDER)), App(outdir=str(_FOLDER / "add-ons"))
    settings.cluster.attach(app)
    repository = settings.database_backups.repository
    assert isinstance(repository, S3Repository)
    postgres = PostgresCluster(
        Chart(app, "10-postgres", namespace=NAMESPACE),
        "postgres",
        databases=[Database(name="shop")],
        storage=settings.database,
        members=1,
        failover=settings.database_failover,
        sizes=settings.database_sizes,
        pooler=replace(settings.poolers, replicas=1),
        backup=replace(settings.database_backups, repository=replace(repository, path="/restored")),
        api_server=settings.api_server,
        images=settings.images.postgres,
        bootstrap=RestoredDatabase(repository=repository, target=AtTime(time=moment)),
    )
    SecurityBaseline(
        Chart(app, "00-cluster"),
        "restored",
        namespaces=[Namespace(name=NAMESPACE)],
        storage=settings.storage,
        constructs=[postgres],
        registries=settings.registries,
    )
    add_ons = Chart(below, "add-ons", namespace=NAMESPACE)
    for party in postgres.facts.certificates:
        party_certificate(add_ons, party, settings.internal_issuer)
    app.synth()
    below.synth()
    return app


def _copy(secret: str) -> None:
    """Give it a Secret of the platform: who has no passphrase restores nothing."""
    (found,) = objects(f"secret/{secret}", "-n", "app")
    found["metadata"] = {"name": secret, "namespace": NAMESPACE}
    kubectl("apply", "--server-side", "-f", "-", given=yaml.safe_dump(found))
