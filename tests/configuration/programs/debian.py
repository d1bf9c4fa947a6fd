"""Programs of a Debian release, in a folder of their own.

The release is newer than the one that the tests run on: its programs are those
that the images of the constructs have, or one minor version away. Where packages
come from is what the apt of the machine says.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.configuration.programs.cache import kept


class Release(NamedTuple):
    """A release, and the packages of it that are had.

    Args:
        suite: its name.
        packages: with what they depend on.
    """

    suite: str
    packages: Sequence[str]


_PACKAGES = (
    "curl",
    "haproxy",
    "jq",
    "nginx",
    "patroni",
    "pgbackrest",
    "pgbouncer",
    "postgresql-18",
    "prometheus",
    "prometheus-alertmanager",
    "prometheus-blackbox-exporter",
    "prometheus-node-exporter",
    "prometheus-pgbouncer-exporter",
    "prometheus-postgres-exporter",
    "prometheus-redis-exporter",
    "python3-cffi-backend",  # a dependency by another name, which debootstrap does not find
    "python3-psycopg",
    "python3-pysyncobj",
    "redis-server",
    "valkey-server",
)
NEWEST = Release("forky", _PACKAGES)
# With an old PostgreSQL.
OLD = Release("bookworm", ("postgresql-15", "python3"))
_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
# Postgres wants /dev/shm, Go programs /proc; both go with the process. The shell stays, as the
# one that all others end with: who becomes another user is not killed with its parent any more.
# The program is the first process of a space of its own, as in a container: scripts count on it.
_ENTER = """
root=$1 user=$2; shift 2
mount --rbind /dev "$root/dev" || exit
unshare --fork --pid --mount-proc="$root/proc" chroot --userspec="$user" "$root" "$@"
exit $?
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Debian:
    """A Debian system to run programs of.

    Args:
        root: the folder that holds it.
    """

    root: Path

    def command(self, *command: str, user: str = "root") -> list[str]:
        """Return the command that runs another one inside."""
        return [
            *("unshare", "--mount", "--kill-child", "--fork", "--pid"),
            *("sh", "-c", _ENTER, "sh", str(self.root), f"{user}:{user}", *command),
        ]

    def run(
        self,
        *command: str,
        user: str = "root",
        text: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; what it prints is in `stdout`, errors too."""
        return subprocess.run(
            self.command(*command, user=user),
            check=False,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            env=self._env(env),
        )

    @contextmanager
    def running(
        self, *command: str, user: str = "root", env: Mapping[str, str] | None = None
    ) -> Iterator[Path]:
        """Run a command until the end of the block; give the file that it prints to."""
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            with log.open("w") as output:
                process = subprocess.Popen(
                    self.command(*command, user=user),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=self._env(env),
                )
            try:
                yield log
            finally:
                # Its children go with it; what they wrote is thrown away.
                process.kill()
                process.wait(timeout=60)

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give a folder inside that everybody can write to, until the end of the block."""
        path = Path(tempfile.mkdtemp(dir=self.root / "srv"))
        path.chmod(0o777)
        try:
            yield path
        finally:
            # What was killed just now may write a last file meanwhile.
            while path.exists():
                shutil.rmtree(path, ignore_errors=True)

    def inside(self, path: Path) -> str:
        """Return how a path is called inside."""
        return f"/{path.relative_to(self.root)}"

    def _env(self, env: Mapping[str, str] | None) -> dict[str, str]:
        servers = (f"/usr/lib/postgresql/{version}/bin" for version in (18, 15))
        paths = (*servers, "/usr/sbin", "/usr/bin", "/sbin", "/bin")
        return {"PATH": ":".join(paths), "LANG": "C.UTF-8", **(env or {})}


def debian(release: Release = NEWEST) -> Debian:
    """Return a system, which is made on first use in about a minute."""
    digest = hashlib.sha256(" ".join(release.packages).encode()).hexdigest()[:8]
    name = f"debian-{release.suite}-{digest}"
    return Debian(root=kept(name, partial(_bootstrap, release)))


def missing() -> str | None:
    """Return what this machine lacks for it; None if nothing."""
    if not _SOURCES.exists():
        return "a Debian machine whose apt says where packages come from"
    if os.geteuid() != 0:
        return "the rights of root, to enter another system"
    return None


def _bootstrap(release: Release, root: Path) -> None:
    mirror = re.search(r"^URIs: *(\S+)", _SOURCES.read_text(), re.MULTILINE)
    if mirror is None:
        raise LookupError(f"no mirror in {_SOURCES}")
    with tempfile.TemporaryDirectory() as folder:
        tool = Path(folder)
        subprocess.run(
            ("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", "debootstrap"),
            check=True,
            cwd=tool,
        )
        (package,) = tool.glob("debootstrap_*.deb")
        subprocess.run(("dpkg", "-x", str(package), folder), check=True)
        share = tool / "usr/share/debootstrap"
        subprocess.run(
            (
                str(tool / "usr/sbin/debootstrap"),
                "--variant=minbase",
                f"--include={','.join(release.packages)}",
                release.suite,
                str(root),
                mirror[1],
                str(share / "scripts/sid"),
            ),
            check=True,
            env={**os.environ, "DEBOOTSTRAP_DIR": str(share)},
            stdout=subprocess.DEVNULL,
        )
