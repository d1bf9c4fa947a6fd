"""The Secrets of the platform, made as docs/how-to/make-the-secrets.md says.

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

from tests.cluster.authority import Authority
from tests.cluster.surroundings import secret

# Whose authority is trusted where there is no certificate of one's own, by Secret.
_TRUSTED = {"log-reader": "logging-tls", "postgres-owner": "postgres-tls"}
# The values of the surroundings that the platform is told, by Secret and key.
_KNOWN = {
    ("socket-broker", "password"): ("redis", "password"),
}


def create(folder: Path, authority: Authority) -> None:
    """Create the Secrets that a folder of manifests expects and the cluster lacks.

    Args:
        folder: with the manifests, its add-ons below it; their namespaces are there.
        authority: signs the certificates that the add-ons ask for.
    """
    certificates = {
        each["secretName"]: authority.sign(
            each["secretName"], each["dnsNames"], common_name=each.get("commonName")
        )
        for each in _certificates(folder / "add-ons")
    }
    for command in _commands(folder):
        done = _run(*(_filled(word, command[4], certificates) for word in command))
        if done.returncode != 0 and "AlreadyExists" not in done.stderr:
            raise RuntimeError(f"{shlex.join(command[:5])}: {done.stderr}")


def _commands(folder: Path) -> Iterator[list[str]]:
    """Yield the commands of the page: `kubectl create secret TYPE NAME …`."""
    program = Path(sys.executable).with_name("constructs-lib")
    for line in _run(str(program), "secrets", "create", str(folder)).stdout.splitlines():
        yield shlex.split(line)


def _filled(word: str, name: str, certificates: Mapping[str, Path]) -> str:
    """Return a word of a command with what only the suite knows."""
    option, _, value = word.partition("=")
    if value.startswith("path/to/"):
        return f"{option}={_file(name, certificates) / Path(value).name}"
    key, _, value = value.partition("=")
    if value.startswith("path/to/"):
        return f"{option}={key}={_file(name, certificates) / Path(value).name}"
    if option == "--from-literal" and (name, key) in _KNOWN:
        return f"{option}={key}={secret(*_KNOWN[name, key])}"
    return word


def _file(name: str, certificates: Mapping[str, Path]) -> Path:
    return certificates[_TRUSTED.get(name, name)]


def _certificates(folder: Path) -> Iterator[Mapping[str, Any]]:
    for path in sorted(folder.glob("*.yaml")):
        for manifest in yaml.safe_load_all(path.read_text()):
            if manifest["kind"] == "Certificate":
                yield manifest["spec"]


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)
