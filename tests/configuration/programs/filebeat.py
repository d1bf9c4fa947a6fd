"""Filebeat on a node: log files, whose they are, and what it sends of them.

7.17 is the newest whose module can be had. Other than 9.x, for which settings are written, it

- ignores `prospector.scanner.fingerprint`, and tells files apart by their inodes;
- lets conditions name labels as they are stored, so that `labels.dedot` is off here;
- watches namespaces and nodes, whatever `add_resource_metadata` says, and waits for the rights:
  https://github.com/elastic/beats/issues/37179
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.configuration.programs.certificate import sign
from tests.configuration.programs.golang import GoProgram
from tests.configuration.programs.kubernetes import kubeconfig, kubernetes
from tests.configuration.programs.lumberjack import Event, lumberjack
from tests.configuration.programs.places import placed
from tests.configuration.programs.pods import nodes

Object = Mapping[str, Any]
NODE = "node-a"
PROGRAM = GoProgram(
    name="filebeat",
    module="github.com/elastic/beats/v7",
    version="v7.17.29",
    package="filebeat",
)
_ALSO_WATCHED = (
    {
        "kind": "ClusterRole",
        "metadata": {"name": "7.17"},
        "rules": [
            {"apiGroups": [""], "resources": ["namespaces", "nodes"], "verbs": ["list", "watch"]}
        ],
    },
    {
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "7.17"},
        "roleRef": {"kind": "ClusterRole", "name": "7.17"},
        "subjects": [{"kind": "ServiceAccount", "namespace": "node-agents", "name": "filebeat"}],
    },
)


def check(folder: Path, settings: str) -> subprocess.CompletedProcess[str]:
    """Return what Filebeat says of its settings."""
    _certificate(folder)
    _prepare(folder, settings, logstash="localhost:5044")
    return subprocess.run(
        _command(folder, "test", "config"),
        check=False,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def filebeat(
    folder: Path, settings: str, cluster: Sequence[Object], policy: Sequence[Object]
) -> Iterator[tuple[Path, list[Event]]]:
    """Run it until the end of the block; give the folder of logs, and a list of what it sends.

    Changed in its settings are only folders, addresses, and what 7.17 has otherwise.

    Args:
        folder: of its files.
        settings: its `filebeat.yml`.
        cluster: the pods that there are.
        policy: roles and bindings.
    """
    tls = _certificate(folder)
    with (
        lumberjack(tls) as (logstash, events),
        kubernetes(tls, [*nodes(), *cluster], [*policy, *_ALSO_WATCHED]) as api,
    ):
        _prepare(folder, settings, logstash)
        (folder / "kubeconfig").write_text(kubeconfig(api, "node-agents/filebeat", tls))
        with (folder / "output").open("w") as output:
            process = subprocess.Popen(
                _command(folder, "-e"),
                env=_environment(folder),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield folder / "containers", events
        finally:
            process.kill()
            process.wait(timeout=60)


def _certificate(folder: Path) -> Path:
    tls = folder / "tls"
    tls.mkdir()
    sign(tls)
    return tls


def _prepare(folder: Path, settings: str, logstash: str) -> None:
    changes = {
        "/var/log/containers": str(folder / "containers"),
        "/usr/share/filebeat/certs": str(folder / "tls"),
        **{
            f"logstash-{number}.logstash-members.logging.svc.cluster.local:5044": logstash
            for number in range(2)
        },
        "http.enabled: true": "http.enabled: false",
        "labels.dedot: true": "labels.dedot: false",
    }
    (folder / "containers").mkdir()
    (folder / "filebeat.yml").write_text(placed(settings, changes))


def _command(folder: Path, *arguments: str) -> tuple[str, ...]:
    return (
        *(str(PROGRAM.path()), *arguments),
        *("-c", str(folder / "filebeat.yml"), "--path.home", str(folder)),
    )


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "NODE_NAME": NODE, "KUBECONFIG": str(folder / "kubeconfig")}
