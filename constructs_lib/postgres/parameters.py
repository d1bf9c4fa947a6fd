"""Checks of parameters of PostgreSQL."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.postgres.assets import asset
from constructs_lib.rules import check_text

# The newest version whose parameters are known.
_NEWEST = 18
# Those of a cluster's most: eight standbys, and two for one that is copied meanwhile.
WAL_SENDERS = 10
# https://www.postgresql.org/docs/current/config-setting.html
_AMOUNT = re.compile(r"((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([kMGT]?B)?", re.ASCII)
_UNITS = {"B": 1, "kB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
# What a number without a unit counts, where that is not kB.
_BLOCKS, _MEGABYTES = 2**13, 2**20
_UNIT_OF_NUMBERS = {
    "effective_cache_size": _BLOCKS,
    "max_slot_wal_keep_size": _MEGABYTES,
    "max_wal_size": _MEGABYTES,
    "min_wal_size": _MEGABYTES,
    "shared_buffers": _BLOCKS,
    "temp_buffers": _BLOCKS,
    "wal_buffers": _BLOCKS,
    "wal_keep_size": _MEGABYTES,
}
_TIME = re.compile(r"(\d+)\s*(ms|s|min|h|d)?", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86_400}
# Five minutes without an archived file are an alert.
_LONGEST_ARCHIVING = 240
_FACTOR = re.compile(r"[1-9]\d{0,2}(\.\d+)?", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?", re.ASCII)
_KEPT = {
    "failover stands on it": (
        "cluster_name",
        "config_file",
        "hba_file",
        "hot_standby",
        "ident_file",
        "primary_conninfo",
        "primary_slot_name",
        "synchronous_standby_names",
        "wal_log_hints",
    ),
    "backups stand on it": (
        "archive_cleanup_command",
        "archive_command",
        "archive_library",
        "archive_mode",
        "restore_command",
    ),
    "RestoredDatabase says where recovery ends": (
        "recovery_end_command",
        "recovery_min_apply_delay",
        "recovery_target",
        "recovery_target_action",
        "recovery_target_inclusive",
        "recovery_target_lsn",
        "recovery_target_name",
        "recovery_target_time",
        "recovery_target_timeline",
        "recovery_target_xid",
    ),
    "commits would be lost": ("fsync", "full_page_writes", "synchronous_commit"),
    "clients and jobs come in by it": (
        "data_directory",
        "listen_addresses",
        "password_encryption",
        "port",
        "ssl",
        "ssl_ca_file",
        "ssl_cert_file",
        "ssl_key_file",
        "unix_socket_directories",
        "unix_socket_permissions",
    ),
    "it follows from the huge_pages of PostgresSizes.server": ("huge_page_size", "huge_pages"),
    "lines of log are found and read by it": (
        "log_destination",
        "log_line_prefix",
        "logging_collector",
    ),
    "the poolers count on it": ("reserved_connections", "superuser_reserved_connections"),
}
_REASONS = {name: reason for reason, names in _KEPT.items() for name in names}


def check_parameters(own: Mapping[str, str]) -> None:
    """Refuse invalid names, and values that contradict the cluster."""
    for name, value in own.items():
        if not _NAME.fullmatch(name):
            reject("parameters", name, "use the name of a parameter")
        check_text(f"parameters[{name!r}]", value)
        if name in _REASONS:
            reject("parameters", name, f"leave it: {_REASONS[name]}")
        if name == "wal_level" and value not in {"replica", "logical"}:
            reject("parameters['wal_level']", value, "use replica or logical: standbys need it")
        if name == "max_slot_wal_keep_size" and value == "-1":
            reject(
                "parameters['max_slot_wal_keep_size']",
                value,
                "say how much: without a limit, "
                "the log that a lost standby has not read fills its volume",
            )
        if name in {"max_replication_slots", "max_wal_senders"}:
            check_number(name, value, least=WAL_SENDERS)
        if name == "archive_timeout":
            _check_archiving(value)


def check_known(own: Mapping[str, str], version: int) -> None:
    """Refuse names that a PostgreSQL does not know, which Patroni would leave out with a warning.

    Those of extensions have a dot, and are known to them alone.
    """
    if version > _NEWEST:
        return
    for name in own:
        if "." not in name and name not in told_names(version):
            like = difflib.get_close_matches(name, told_names(version), n=1)
            reject(
                "parameters",
                name,
                f"use one that PostgreSQL {version} can be told"
                + (f", such as {like[0]!r}" if like else ""),
            )


@cache
def told_names(version: int) -> frozenset[str]:
    """Return the names of the parameters that a version of PostgreSQL can be told."""
    found: set[str] = set()
    for line in asset("parameters.txt").splitlines():
        name, _, versions = line.partition(" ")
        first, _, last = versions.partition("-")
        if int(first or 0) <= version <= int(last or version):
            found.add(name)
    return frozenset(found)


def _check_archiving(value: str) -> None:
    """Refuse to archive later than is promised, or never where little is written."""
    found = _TIME.fullmatch(value.strip())
    seconds = int(found[1]) * _SECONDS[found[2] or "s"] if found else 0
    if not 1 <= seconds <= _LONGEST_ARCHIVING:
        reject(
            "parameters['archive_timeout']",
            value,
            f"use 1s to {_LONGEST_ARCHIVING}s: commits of more than five minutes that are in no "
            "repository are an alert",
        )


def check_factor(name: str, value: str) -> float:
    """Return a parameter as a number; refuse anything else, or below one."""
    if not _FACTOR.fullmatch(value):
        reject(f"parameters[{name!r}]", value, "write a number such as '2.5'")
    return float(value)


def check_number(name: str, value: str, *, least: int) -> int:
    """Return a parameter as a whole number; refuse anything else, or below the least."""
    if not value.isdecimal() or not value.isascii() or int(value) < least:
        reject(f"parameters[{name!r}]", value, f"write a number from {least} on")
    return int(value)


def parse_amount(name: str, value: str) -> int:
    """Return a parameter in bytes, as PostgreSQL reads it; refuse anything else."""
    found = _AMOUNT.fullmatch(value.strip())
    if found is None:
        raise ConfigurationError(
            f"parameters[{name!r}]", value, "write a number, and B, kB, MB, GB or TB"
        )
    number, unit = found.groups()
    return int(float(number) * (_UNITS[unit] if unit else _UNIT_OF_NUMBERS.get(name, 2**10)))
