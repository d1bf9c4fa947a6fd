"""Expected Secrets as a table, and as the commands that make them."""

from __future__ import annotations

import base64
import secrets
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from constructs_lib.secrets.expected import Expected, Kind

_HEAD = ("NAMESPACE", "NAME", "KIND", "KEYS", "READERS")
# Keys that software takes for files of a certain form, which no random text has.
_FILES = (".crt", ".key", ".pem", ".p12", ".jks", ".json", ".yaml", ".yml", ".conf")


def table(wanted: Iterable[Expected]) -> str:
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


def commands(wanted: Iterable[Expected]) -> Iterator[str]:
    """Yield a line of shell for each Secret, with new random values.

    A Secret that several namespaces read has the same values in each. What
    cannot be random, such as a certificate, is a path to be filled in; what is
    not made with kubectl is a comment.
    """
    values: dict[str, defaultdict[str, str]] = defaultdict(lambda: defaultdict(random_value))
    for secret in wanted:
        line = shlex.join([*_create(secret, values[secret.name]), *_place(secret)])
        match secret:
            case Expected(kind=Kind.PROVIDER_CLASS):
                yield f"# {secret.name}: its files come from the Secrets Store CSI driver"
            case Expected(kind=Kind.OPAQUE, keys=()):
                yield f"# {line}  # {', '.join(secret.readers)} takes all keys: add them"
            case _:
                yield line


def random_value() -> str:
    """Return 256 random bits in base64, of letters and digits alone, so that URLs hold it too."""
    while True:
        value = base64.b64encode(secrets.token_bytes(32)).decode()
        if value.rstrip("=").isalnum():
            return value


def _create(secret: Expected, values: Mapping[str, str]) -> Sequence[str]:
    match secret.kind:
        case Kind.TLS:
            return (
                *("kubectl", "create", "secret", "tls", secret.name),
                *("--cert=path/to/tls.crt", "--key=path/to/tls.key"),
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


def _place(secret: Expected) -> Sequence[str]:
    return (f"--namespace={secret.namespace}",) if secret.namespace else ()
