"""Two members of a database that Patroni runs, with a vote of their own in place of Kubernetes."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.ports import free_port

_MEMBERS = ("postgres-0", "postgres-1")
_PATIENCE = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """One that runs.

    Args:
        system: where.
        config: the file that its programs read.
    """

    system: Debian
    config: str

    def run(self, line: str) -> str:
        """Run a command as in a pod of a member, and return what it prints."""
        done = self.system.run(
            *shlex.split(line), user="postgres", env={"PATRONICTL_CONFIG_FILE": self.config}
        )
        if done.returncode != 0:
            raise RuntimeError(f"{line}: {done.stdout}")
        return done.stdout

    def until(self, line: str, is_enough: Callable[[str], bool]) -> str:
        """Run a command again and again until it prints what is waited for."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if is_enough(printed := self.run(line)):
                return printed
            time.sleep(1)
        raise TimeoutError(printed)

    def leader(self) -> str:
        """Return the name of the primary, once the other member may take its place."""
        printed = self.until("patronictl list --format json", lambda text: "Quorum" in text)
        (leader,) = (each["Member"] for each in json.loads(printed) if each["Role"] == "Leader")
        return str(leader)


@contextmanager
def cluster(system: Debian, asked: Mapping[str, Any]) -> Iterator[Cluster]:
    """Run two members until the end of the block.

    Args:
        system: where.
        asked: what Patroni asks of all members alike.
    """
    votes = {name: f"127.0.0.1:{free_port()}" for name in _MEMBERS}
    with ExitStack() as running:
        folder = running.enter_context(system.folder())
        inside = system.inside(folder)
        for name in _MEMBERS:
            settings = _settings(name, f"{inside}/{name}", votes, asked)
            (folder / f"{name}.yaml").write_text(yaml.safe_dump(settings))
            running.enter_context(
                system.running("patroni", f"{inside}/{name}.yaml", user="postgres")
            )
        yield Cluster(system=system, config=f"{inside}/{_MEMBERS[0]}.yaml")


def _settings(
    name: str, path: str, votes: Mapping[str, str], asked: Mapping[str, Any]
) -> Mapping[str, Any]:
    return {
        "scope": "postgres",
        "name": name,
        "raft": {
            "data_dir": f"{path}-raft",
            "self_addr": votes[name],
            "partner_addrs": [votes[each] for each in _MEMBERS if each != name],
        },
        "restapi": {"listen": f"127.0.0.1:{free_port()}"},
        "bootstrap": {"dcs": asked},
        "postgresql": {
            "listen": f"127.0.0.1:{free_port()}",
            "data_dir": path,
            "parameters": {"unix_socket_directories": "/tmp"},  # noqa: S108 - inside
            "pgpass": f"{path}-pgpass",
            "pg_hba": [f"host {what} all 127.0.0.1/32 trust" for what in ("all", "replication")],
            "authentication": {
                "superuser": {"username": "postgres", "password": "p"},
                "replication": {"username": "standby", "password": "p"},
            },
        },
    }
