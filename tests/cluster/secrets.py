"""The Secrets of the platform, made as docs/how-to/create-the-secrets.md says.

That page leaves two things to whoever follows it: the files of certificates, which an authority
signs here in place of cert-manager, and values that others know, which the manifests of the
surroundings have.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.authority import Authority
from tests.cluster.kubectl import objects
from tests.cluster.surroundings import secret

# The values of the surroundings that the platform is told, by Secret and key.
_KNOWN = {
    ("socket-broker", "password"): ("redis", "password"),
    ("postgres-repository", "access-key"): ("object-store", "access-key"),
    ("postgres-repository", "secret-key"): ("object-store", "secret-key"),
    ("configuration-bucket", "access-key"): ("object-store", "access-key"),
    ("configuration-bucket", "secret-key"): ("object-store", "secret-key"),
    ("team-channel", "url"): ("inbox", "url"),
}


def create(folder: Path, authority: Authority) -> None:
    """Create the Secrets that a folder of manifests expects and the cluster lacks.

    Args:
        folder: with the manifests, its add-ons below it; their namespaces are there.
        authority: signs the certificates that the add-ons ask for.
    """
    signed = {
        each["secretName"]: authority.named(each["issuerRef"]).signed(each)
        for each in _certificates(folder / "add-ons")
        if not each.get("isCA")
    }
    there = {
        (each["metadata"]["name"], f"--namespace={each['metadata']['namespace']}")
        for each in objects("secrets", "-A")
    }
    for command in _commands(folder):
        name = command[4]
        if (name, command[-1]) in there:
            continue
        # Who has no certificate of its own trusts the authority of others.
        files = signed.get(name, authority.folder)
        done = _run(*(_filled(word, name, files) for word in command))
        if done.returncode != 0:
            raise RuntimeError(f"{shlex.join(command[:5])}: {done.stderr}")


def _commands(folder: Path) -> Iterator[list[str]]:
    """Yield the commands of the page: `kubectl create secret TYPE NAME …`."""
    program = Path(sys.executable).with_name("constructs-lib")
    for line in _run(str(program), "secrets", "create", str(folder)).stdout.splitlines():
        yield shlex.split(line)


def _filled(word: str, name: str, files: Path) -> str:
    """Return a word of a command with what only the suite knows."""
    if "=path/to/" in word:
        start, _, file = word.partition("=path/to/")
        return f"{start}={files / file}"
    option, *literal = word.split("=", 2)
    if len(literal) == 2 and (name, literal[0]) in _KNOWN:
        return f"{option}={literal[0]}={secret(*_KNOWN[name, literal[0]])}"
    return word


def _certificates(folder: Path) -> Iterator[Mapping[str, Any]]:
    for path in sorted(folder.glob("*.yaml")):
        for manifest in yaml.safe_load_all(path.read_text()):
            if manifest["kind"] == "Certificate":
                yield manifest["spec"]


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)
