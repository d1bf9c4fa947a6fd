"""Extensions of PostgreSQL: what images have, and what must be loaded before the server starts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from constructs_lib.errors import reject
from constructs_lib.rules import check_distinct

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}", re.ASCII)
# https://www.postgresql.org/docs/18/contrib.html
CONTRIB = (
    "amcheck",
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_surgery",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plpgsql",
    "postgres_fdw",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "xml2",
)
# Whose libraries must be loaded when the server starts.
_PRELOADED = (
    "citus",
    "pg_cron",
    "pg_partman_bgw",
    "pg_squeeze",
    "pg_stat_monitor",
    "pg_stat_statements",
    "pgaudit",
    "pglogical",
    "timescaledb",
)
LIBRARIES = "shared_preload_libraries"
# First Citus, which refuses any other place.
_FIRST = "citus"


def check_names(field: str, names: Sequence[str]) -> None:
    """Refuse what is no name of an extension, and duplicates."""
    for name in names:
        if not _NAME.fullmatch(name):
            reject(field, name, "use the name of an extension, such as 'vector'")
    check_distinct(field, names)


def libraries(extensions: Sequence[str], own: str) -> Sequence[str]:
    """Return what is loaded when the server starts: ours, those of extensions, and own ones.

    Args:
        extensions: that are created.
        own: a list as PostgreSQL takes it; may be empty.
    """
    listed = [each.strip().strip('"') for each in own.split(",")]
    needed = ["pg_stat_statements", *(name for name in extensions if name in _PRELOADED), *listed]
    named = dict.fromkeys(filter(None, needed))
    return sorted(named, key=lambda name: name != _FIRST)
