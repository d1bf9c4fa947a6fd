"""Versions of pgBackRest, and what they can.

Read in its release notes: https://pgbackrest.org/release.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from constructs_lib.errors import ConfigurationError, reject

_VERSION = re.compile(r"(\d+)\.(\d+)(\.\d+)?", re.ASCII)
# The least by the first PostgreSQL that needs it: for all that backups may prefer a standby, which
# every configuration asks for.
_SINCE = {0: (2, 54), 18: (2, 55), 19: (2, 59)}
_OF_IDENTITIES = (2, 58)
_OF_POINTS = (2, 58)


def check_version(field: str, version: str, *, postgres: int) -> None:
    """Refuse a pgBackRest that cannot back this PostgreSQL up as all configurations ask for."""
    needed = max(least for major, least in _SINCE.items() if postgres >= major)
    if _parsed(field, version) < needed:
        reject(field, version, f"have {_written(needed)} or newer in the image")


def check_options(version: str, options: Mapping[str, str]) -> None:
    """Refuse a repository that this pgBackRest cannot use.

    Args:
        version: of pgBackRest.
        options: of the repository.
    """
    has = _parsed("PostgresImage.pgbackrest", version)
    for option, value, needed in (
        ("azure-key-type", "auto", _OF_IDENTITIES),
        ("s3-key-type", "pod-id", _OF_IDENTITIES),
    ):
        if options.get(option) == value and has < needed:
            reject(
                "PostgresImage.pgbackrest",
                version,
                f"have {_written(needed)} or newer in the image, which the identity of the "
                "repository needs; or give the repository a key",
            )
    if "." in options.get("s3-bucket", "") and has < _OF_POINTS:
        reject(
            "PostgresImage.pgbackrest",
            version,
            f"have {_written(_OF_POINTS)} or newer in the image, which takes a bucket with '.' in "
            "its name; or use a bucket without",
        )


def _parsed(field: str, version: str) -> tuple[int, int]:
    found = _VERSION.fullmatch(version)
    if found is None:
        raise ConfigurationError(field, version, "write what `pgbackrest version` says: '2.59.0'")
    return int(found[1]), int(found[2])


def _written(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
