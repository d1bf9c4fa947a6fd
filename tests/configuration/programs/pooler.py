"""The pooler of the cluster, on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import written
from tests.configuration.programs.postgresql import Files


@contextmanager
def pooler(
    system: Debian,
    folder: Path,
    files: Files,
    *,
    port: int,
    primary: int,
    password: str,
    places: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Path]:
    """Run PgBouncer in front of a primary, for the user `shop`; give the file that it prints to.

    Args:
        system: that has it.
        folder: for its files, with a certificate in `tls`.
        files: of the platform.
        port: that it listens on.
        primary: the port of the primary.
        password: of the user.
        places: what else is said otherwise than in the platform.
    """
    inside = system.inside(folder)
    written(
        folder / "pgbouncer.ini",
        files["postgres-rw-pgbouncer"]["pgbouncer.ini"],
        {
            "listen_port = 6432": f"listen_port = {port}",
            "listen_addr = *": "listen_addr = 127.0.0.1",
            "port=5000": f"port={primary}",
            "/run/secrets/tls": f"{inside}/tls",
            "/run/secrets/members": f"{inside}/tls",
            "/run/pgbouncer": inside,
            **places,
        },
    )
    users = folder / "users.txt"
    users.write_text(f'"shop" "{password}"\n')
    system.run("chown", "-R", "postgres:postgres", inside)
    with system.running("pgbouncer", f"{inside}/pgbouncer.ini", user="postgres") as log:
        yield log


@contextmanager
def started(
    system: Debian, folder: Path, files: Files, *, port: int, primary: int
) -> Iterator[Path]:
    """Run what the container starts; give the file that it prints to.

    Args:
        system: that has PgBouncer.
        folder: with a certificate in `tls` and the Secret of its user in `pooler`.
        files: of the platform.
        port: that it listens on.
        primary: the port of the primary.
    """
    inside = system.inside(folder)
    for name in ("pgbouncer", "run"):
        (folder / name).mkdir()
    own = {"/run/secrets/members": f"{inside}/tls", "/run/secrets": inside}
    run = {"/run/pgbouncer": f"{inside}/run"}
    written(
        folder / "pgbouncer" / "pgbouncer.ini",
        files["postgres-rw-pgbouncer"]["pgbouncer.ini"],
        {
            "listen_port = 6432": f"listen_port = {port}",
            "listen_addr = *": "listen_addr = 127.0.0.1",
            "port=5000": f"port={primary}",
            **own,
            **run,
        },
    )
    written(
        folder / "start-pooler.sh",
        files["postgres-rw-scripts"]["start-pooler.sh"],
        # PgBouncer knows a changed file by its size and the second in which it was written.
        {"/etc/pgbouncer": f"{inside}/pgbouncer", "sleep 10": "sleep 1", **own, **run},
    )
    system.run("chown", "-R", "postgres:postgres", inside)
    with system.running(f"{inside}/start-pooler.sh", user="postgres") as log:
        yield log
