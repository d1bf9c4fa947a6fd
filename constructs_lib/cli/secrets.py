"""``constructs-lib secrets``: lists the Secrets of manifests, and the commands to create them."""

from __future__ import annotations

import base64
import secrets
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from constructs_lib.manifests.expected_secrets import ExpectedSecret, Kind, expected_secrets
from constructs_lib.manifests.files import read_all

HELP = "List the Secrets that manifests expect, or write the commands that create them."

_HEAD = ("NAMESPACE", "NAME", "KIND", "KEYS", "READERS")
# Keys that software takes for files of a certain form, which no random text has.
_FILES = (".crt", ".key", ".pem", ".p12", ".jks", ".json", ".yaml", ".yml", ".conf")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name, run, does in (
        ("list", _list, "List each Secret with its keys and its readers."),
        (
            "create",
            _create,
            "Write a `kubectl create secret` line for each Secret, with new random values.",
        ),
    ):
        action = actions.add_parser(name, help=does, description=does)
        action.set_defaults(run=run)
        action.add_argument(
            "paths",
            metavar="PATH",
            nargs="+",
            type=Path,
            help="a manifest, or a folder of them, read as `kubectl apply -f` reads it",
        )


def _list(options: Namespace) -> None:
    sys.stdout.write(table(_expected(options.paths)))


def _create(options: Namespace) -> None:
    sys.stdout.writelines(f"{line}\n" for line in commands(_expected(options.paths)))


def _expected(paths: Iterable[Path]) -> list[ExpectedSecret]:
    return expected_secrets(read_all(paths))


def table(wanted: Iterable[ExpectedSecret]) -> str:
    """Return a row for each Secret."""
    rows = [
        _HEAD,
        *(
            (
                secret.namespace or "-",
                secret.name,
                secret.kind.value,
                ",".join(secret.keys) or "-",
                ",".join(secret.readers),
            )
            for secret in wanted
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in rows
    )


def commands(wanted: Iterable[ExpectedSecret]) -> Iterator[str]:
    """Yield a shell command for each Secret, with new random values.

    A Secret of several namespaces has the same values in each. A value that
    cannot be random, such as a certificate, is a path to be filled in; a Secret
    that is not created with kubectl is a comment.
    """
    values: dict[str, defaultdict[str, str]] = defaultdict(lambda: defaultdict(random_value))
    for secret in wanted:
        line = shlex.join([*_kubectl(secret, values[secret.name]), *_place(secret)])
        match secret:
            case ExpectedSecret(kind=Kind.PROVIDER_CLASS):
                yield f"# {secret.name}: its files come from the Secrets Store CSI driver"
            case ExpectedSecret(kind=Kind.OPAQUE, keys=()):
                yield f"# {line}  # {', '.join(secret.readers)} takes all keys: add them"
            case _:
                yield line


def random_value() -> str:
    """Return 256 random bits in base64, with letters and digits only, for use in URLs."""
    while True:
        value = base64.b64encode(secrets.token_bytes(32)).decode()
        if value.rstrip("=").isalnum():
            return value


def _kubectl(secret: ExpectedSecret, values: Mapping[str, str]) -> Sequence[str]:
    match secret.kind:
        case Kind.TLS:
            return (
                *("kubectl", "create", "secret", "tls", secret.name),
                *("--cert=path/to/tls.crt", "--key=path/to/tls.key"),
            )
        case Kind.AUTHORITY:
            return (
                *("kubectl", "create", "secret", "generic", secret.name),
                *(f"--type={secret.kind.value}", "--from-file=ca.crt=path/to/ca.crt"),
            )
        case Kind.REGISTRY:
            return (
                *("kubectl", "create", "secret", "docker-registry", secret.name),
                "--from-file=.dockerconfigjson=path/to/config.json",
            )
        case _:
            return (
                "kubectl",
                "create",
                "secret",
                "generic",
                secret.name,
                *(_entry(key, values) for key in secret.keys),
            )


def _entry(key: str, values: Mapping[str, str]) -> str:
    if key.endswith(_FILES):
        return f"--from-file={key}=path/to/{key}"
    return f"--from-literal={key}={values[key]}"


def _place(secret: ExpectedSecret) -> Sequence[str]:
    return (f"--namespace={secret.namespace}",) if secret.namespace else ()
