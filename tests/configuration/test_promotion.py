"""A standby is promoted soon, though the archive of the log does not answer."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import written
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import (
    Files,
    ask,
    own_parameters,
    patroni,
    server,
    wait_until_ready,
)
from tests.configuration.programs.waiting import becomes


@contextmanager
def silent_store() -> Iterator[int]:
    """Take connections on a port, and never say a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield listening.getsockname()[1]


@pytest.mark.mission("B82")
def test_promotion_waits_once_for_an_archive_that_does_not_answer(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    inside, port = system.inside(folder), free_port()
    script = files["postgres-scripts"]["get-log.sh"]
    written(folder / "get-log.sh", script, {"/run/patroni": inside})
    env = {
        "PGBACKREST_CONFIG": f"{inside}/pgbackrest.conf",
        **{f"PGBACKREST_REPO1_{key}": "secret" for key in ("S3_KEY", "S3_KEY_SECRET")},
        "PGBACKREST_REPO1_CIPHER_PASS": "secret",
    }
    asked = patroni(files)["postgresql"]["parameters"]["restore_command"]
    parameters = own_parameters(system, folder, files) | {
        "shared_buffers": "128MB",
        "restore_command": asked.replace("/scripts", inside),
    }
    with silent_store() as store, ExitStack() as standby:
        told = ("endpoint=127.0.0.1", "uri-style=path")
        text = placed(
            files["postgres-pgbackrest"]["pgbackrest.conf"],
            {
                "repo1-s3-endpoint=s3.eu-central-1.amazonaws.com": "\n".join(
                    [*(f"repo1-s3-{each}" for each in told), f"repo1-storage-port={store}"]
                ),
                "/pgdata/pg18": f"{inside}/standby",
                "/pgwal": inside,
                "/var/run/postgresql": inside,
                "/tmp/pgbackrest": f"{inside}/lock",  # noqa: S108
            },
        )
        (folder / "pgbackrest.conf").write_text(text)
        copy = ("pg_basebackup", "-D", f"{inside}/standby", "-R", "-h", "127.0.0.1")
        with server(system, folder, parameters) as (_, primary):
            copied = system.run(*copy, "-p", str(primary), "-U", "postgres", user="postgres")
            assert copied.returncode == 0, copied.stdout
            command = ("postgres", "-D", f"{inside}/standby", "-p", str(port))
            log = standby.enter_context(system.running(*command, user="postgres", env=env))
            wait_until_ready(system, port, log)
            streams = "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'"
            assert becomes(lambda: ask(system, port, streams) == "1"), log.read_text()
        # It is alone now, and asks the archive.
        assert becomes((folder / "archive-away").exists), log.read_text()
        began = time.monotonic()
        ask(system, port, "SELECT pg_promote(wait => false)")
        alone = "SELECT pg_is_in_recovery()"
        assert becomes(lambda: ask(system, port, alone) == "f", seconds=60), log.read_text()
        # Asking for each file until it gave up took 25 seconds.
        assert time.monotonic() < began + 10, log.read_text()
