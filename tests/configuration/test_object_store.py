"""Backups reach two stores of one's own: a port, an authority, and the bucket in the path."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from constructs_lib import AddressFamily, BackupPlan, Outside, Port, S3Repository, SecretRef
from constructs_lib.postgres.backrest import member_configurations
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import written
from tests.configuration.programs.object_store import KEYS, ObjectStore, object_store
from tests.configuration.programs.places import placed
from tests.configuration.programs.postgresql import Files, own_parameters, server
from tests.configuration.programs.process_list import process_list
from tests.postgres.ends import SCRATCH

# As variables, which are all that a pod has: its configuration is a ConfigMap.
VARIABLES = {
    f"PGBACKREST_REPO{number}_{option}": secret
    for number in (1, 2)
    for option, secret in {
        "CIPHER_PASS": f"s3cret passphrase {number}",
        "S3_KEY": KEYS["access-key"],
        "S3_KEY_SECRET": KEYS["secret-key"],
    }.items()
}


def repository(name: str, store: ObjectStore) -> S3Repository:
    return S3Repository(
        bucket="backups",
        region="eu-central-1",
        endpoint="localhost",
        path="/postgres",
        secret=SecretRef(name=name, keys=("access-key", "ca.crt", "cipher", "secret-key")),
        target=Outside(
            name=name, cidrs=("127.0.0.1/32",), ports=(Port(name="https", number=store.port),)
        ),
    )


def kept(store: ObjectStore) -> list[str]:
    """Return the backups in a store."""
    return sorted(path.parent.name for path in store.folder.glob("postgres/backup/db/*/*.manifest"))


def configuration(stores: tuple[ObjectStore, ...], inside: str, places: Mapping[str, str]) -> str:
    """Return that of a member with two repositories."""
    first, second = (repository(f"store-{store.port}", store) for store in stores)
    plan = BackupPlan(repository=first, second=second, drill_storage=SCRATCH)
    text = member_configurations(
        plan, version=18, source=None, addresses=AddressFamily.IPV4, client="nobody"
    )["pgbackrest.conf"]
    lines = [line for line in text.splitlines() if not line.startswith(("tls-", "link-map"))]
    for store in stores:
        places = {**places, f"/run/secrets/repositories/store-{store.port}": f"{inside}/tls"}
    return placed("\n".join(lines), places) + "\n"


def test_backups_go_to_two_stores(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files, go: None
) -> None:
    """A store that is away keeps no backup out of the other, and the job fails for it."""
    assert certificate.parent == owned
    inside = system.inside(folder)
    config = f"{inside}/pgbackrest.conf"
    parameters = own_parameters(system, folder, files) | {
        "shared_buffers": "128MB",
        "archive_command": f'pgbackrest --config={config} --stanza=db archive-push "%p"',
    }

    def job(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        scripts = {**files["postgres-backups-scripts"], **files["postgres-checks-scripts"]}
        text = scripts[name].replace("/etc/pgbackrest/drill.conf", config)
        script = system.inside(written(folder / name, text, {}))
        env = {"PGBACKREST_CONFIG": config, "REPOSITORIES": "1 2", **VARIABLES}
        return system.run(script, *arguments, user="postgres", env=env)

    with (
        server(system, folder, parameters, env=VARIABLES) as (data, port),
        object_store(folder / "one", certificate) as one,
    ):
        with object_store(folder / "two", certificate) as two:
            places = {
                "pg1-path=/pgdata/pg18": f"pg1-path={system.inside(data)}",
                "pg1-port=5432": f"pg1-port={port}",
                "/var/run/postgresql": inside,
                "/pgwal/spool": f"{inside}/spool",
                "/tmp/pgbackrest": f"{inside}/lock",  # noqa: S108
                "io-timeout=20": "io-timeout=1\narchive-timeout=20",
            }
            (folder / "pgbackrest.conf").write_text(configuration((one, two), inside, places))
            with process_list() as seen:
                for script, *arguments in (("back-up.sh", "full"), ("verify-repository.sh",)):
                    done = job(script, *arguments)
                    assert done.returncode == 0, done.stdout
            assert seen.telling("s3cret") == {each for each in VARIABLES if each[-3:] != "KEY"}
            assert [len(kept(store)) for store in (one, two)] == [1, 1]
        alone = job("back-up.sh", "incr")
        assert alone.returncode != 0
        assert [len(kept(store)) for store in (one, two)] == [2, 1]
        assert job("verify-repository.sh").returncode != 0
