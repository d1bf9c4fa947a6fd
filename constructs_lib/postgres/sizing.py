"""Parameters of PostgreSQL, derived from memory, cores and volumes."""

from __future__ import annotations

import math
from collections.abc import Mapping

from constructs_lib.errors import reject
from constructs_lib.facts.footprint import Amounts
from constructs_lib.postgres.huge_pages import NO_PAGES, HugePages, huge_pages
from constructs_lib.postgres.parameters import (
    WAL_SENDERS,
    check_factor,
    check_number,
    check_parameters,
    parse_amount,
)
from constructs_lib.values import Value

_MEBIBYTE = 2**20
_GIBIBYTE = 2**30
# What is left for the code and the kernel's own of the container.
_SPARE = 128 * _MEBIBYTE
# The page tables of one process: eight bytes for each four kilobytes that it shares; with huge
# pages too few to count.
OF_TABLES = 512
# https://www.postgresql.org/docs/current/runtime-config-connection.html
_RESERVED_CONNECTIONS = 3


class Sizing(Value):
    """Parameters of PostgreSQL, derived from its container and its volumes.

    A quarter of the memory is the shared buffer, a third of the rest is for
    sorting in all connections at once, a sixteenth for each vacuum
    (https://www.postgresql.org/docs/current/runtime-config-resource.html). What
    the write-ahead log may take follows from its volume, so that neither a load
    nor a standby that is gone fills the disk; the temporary files of one process may take a
    tenth of that of the data. Where the container has huge pages, the shared buffers are in them,
    and as large as they allow.

    Args:
        amounts: of the container.
        data_bytes: of the volume that data and temporary files are on.
        wal_bytes: of the volume that the write-ahead log is on.
        overrides: parameters of your own, which win.

    Raises:
        ConfigurationError: memory below 512 MiB, parameters that need more
            memory, huge pages or log than there is room for, or those that the
            cluster itself stands on.
    """

    amounts: Amounts
    data_bytes: int
    wal_bytes: int
    overrides: Mapping[str, str]

    def __post_init__(self) -> None:
        check_parameters(self.overrides)
        if self._memory < 512 * _MEBIBYTE:
            reject("PostgresSizes.server", f"{self._memory} bytes", "give it at least '512Mi'")
        needed = self.memory_needed
        if needed > self._memory:
            reject(
                "parameters",
                dict(self.overrides),
                f"need {_megabytes(needed)} of {_megabytes(self._memory)} at the worst moment: "
                "lower shared_buffers, work_mem, maintenance_work_mem or max_connections",
            )
        if self._pages is not None:
            self._pages.check(_bytes(self.parameters, "shared_buffers"))
        kept = self.log_kept
        if kept > self.wal_bytes:
            reject(
                "parameters",
                dict(self.overrides),
                f"let {_megabytes(kept)} of log pile up where there are "
                f"{_megabytes(self.wal_bytes)}: lower max_wal_size, max_slot_wal_keep_size or "
                "wal_keep_size, or raise PostgresStorage.wal_size",
            )

    @property
    def max_connections(self) -> int:
        """The number of connections, one for each 30 MB, 100 to 400."""
        own = self.overrides.get("max_connections")
        if own is None:
            return max(100, min(400, self._memory // (30 * 10**6)))
        return check_number("max_connections", own, least=1)

    @property
    def client_connections(self) -> int:
        """Connections that are neither reserved for the superuser nor used by exporter and jobs."""
        return self.max_connections - _RESERVED_CONNECTIONS - 7

    @property
    def memory_needed(self) -> int:
        """Bytes at the worst moment: all sort and have read all buffers, all vacuums run."""
        told = self.parameters
        vacuum = told.get("autovacuum_work_mem", "-1")
        if vacuum == "-1":
            vacuum = told["maintenance_work_mem"]
        vacuums = check_number("autovacuum_max_workers", told["autovacuum_max_workers"], least=1)
        # What few sessions use counts where it is made larger than it is by default.
        hashes = check_factor("hash_mem_multiplier", told.get("hash_mem_multiplier", "2"))
        of_session = int(_bytes(told, "work_mem") * max(1, hashes / 2)) + _bytes(
            {"temp_buffers": "0", **told}, "temp_buffers"
        )
        # Of its own accord PostgreSQL takes no more than what is the default here.
        log = {**told, "wal_buffers": "16MB"} if told["wal_buffers"] == "-1" else told
        shared = _bytes(told, "shared_buffers") + _bytes(log, "wal_buffers")
        return (
            (shared + self.max_connections * shared // OF_TABLES if self._pages is None else 0)
            + self.max_connections * of_session
            + vacuums * parse_amount("autovacuum_work_mem", vacuum)
            + _SPARE
        )

    @property
    def shared_memory(self) -> str:
        """The most in ``/dev/shm``, where workers hash, and those of a vacuum note what is dead."""
        shared = 0 if self._pages else _bytes(self.parameters, "shared_buffers")
        return f"{(self._memory - shared - _SPARE) // _MEBIBYTE}Mi"

    @property
    def log_kept(self) -> int:
        """Bytes of the write-ahead log at the worst moment: it is busy, and a standby is gone."""
        told = self.parameters
        for_standbys = max(_bytes(told, "max_slot_wal_keep_size"), _bytes(told, "wal_keep_size"))
        return max(_bytes(told, "max_wal_size"), _bytes(told, "min_wal_size")) + for_standbys

    @property
    def static(self) -> dict[str, str]:
        """Parameters that must be equal on all members, which Patroni keeps.

        They are read once, at bootstrap: change them later with
        ``patronictl edit-config``.
        """
        settings = {
            "max_connections": str(self.max_connections),
            "max_locks_per_transaction": "64",
            "max_prepared_transactions": "0",
            "max_replication_slots": str(WAL_SENDERS),
            "max_wal_senders": str(WAL_SENDERS),
            "max_worker_processes": str(max(8, self._cores)),
            "track_commit_timestamp": "on",
            "wal_level": "replica",
            "wal_log_hints": "on",
        }
        own = {key: value for key, value in self.overrides.items() if key in settings}
        return {**settings, **own}

    @property
    def parameters(self) -> dict[str, str]:
        """Parameters that each member reads at its start and on a reload."""
        wal = self.wal_bytes
        largest_wal = _between(wal // 10, _GIBIBYTE, 32 * _GIBIBYTE)
        defaults = {
            **self._memory_parameters(),
            **(self._pages.parameters if self._pages else NO_PAGES),
            "archive_timeout": "60s",
            "autovacuum_analyze_scale_factor": "0.02",
            "autovacuum_max_workers": "3",
            "autovacuum_vacuum_scale_factor": "0.05",
            "checkpoint_completion_target": "0.9",
            "checkpoint_timeout": "15min",
            "effective_io_concurrency": "200",
            # A read on a standby is not cancelled for what vacuum removes. Poolers end a statement
            # soon, so that vacuum waits no longer than that.
            "hot_standby_feedback": "on",
            "idle_in_transaction_session_timeout": "10min",
            "jit": "off",
            "log_autovacuum_min_duration": "10s",
            "log_checkpoints": "on",
            "log_connections": "on",
            "log_destination": "stderr",
            "log_line_prefix": "%m [%p] %q%u@%d %a ",
            "log_lock_waits": "on",
            "log_min_duration_statement": "1s",
            "log_temp_files": "10MB",
            "logging_collector": "off",
            "max_parallel_workers": str(self._cores),
            "max_parallel_workers_per_gather": str(_between(self._cores // 2, 1, 4)),
            # A standby that is gone must not fill the disk of the primary.
            "max_slot_wal_keep_size": _megabytes(wal // 4),
            "max_wal_size": _megabytes(largest_wal),
            "min_wal_size": _megabytes(largest_wal // 4),
            "password_encryption": "scram-sha-256",
            # Texts of other statements lose their constants; one that sets a password would not.
            "pg_stat_statements.track_utility": "off",
            "random_page_cost": "1.1",
            "shared_preload_libraries": "pg_stat_statements",
            "ssl_min_protocol_version": "TLSv1.2",
            # A peer that died without a word is noticed in seconds.
            "tcp_keepalives_count": "3",
            "tcp_keepalives_idle": "30",
            "tcp_keepalives_interval": "10",
            "tcp_user_timeout": "15s",
            # Of one process, so that a query alone does not fill the disk.
            "temp_file_limit": _megabytes(self.data_bytes // 10),
            "track_io_timing": "on",
            "wal_buffers": "16MB",
            "wal_compression": "zstd",
            "wal_keep_size": _megabytes(min(_GIBIBYTE, wal // 16)),
            "wal_receiver_timeout": "10s",
            "wal_sender_timeout": "10s",
        }
        own = {key: value for key, value in self.overrides.items() if key not in self.static}
        return dict(sorted({**defaults, **own}.items()))

    def _memory_parameters(self) -> dict[str, str]:
        if self._pages is None:
            shared = min(self._memory // 4, 16 * _GIBIBYTE)
            rest = self._memory - shared
        else:
            shared, rest = self._pages.buffers, self._memory
        sort = rest // (3 * self.max_connections)
        vacuum = _between(self._memory // 16, 32 * _MEBIBYTE, 2 * _GIBIBYTE)
        return {
            "effective_cache_size": _megabytes((rest + shared) * 7 // 10),
            "maintenance_work_mem": _megabytes(vacuum),
            "shared_buffers": _megabytes(shared),
            "work_mem": _megabytes(_between(sort, _MEBIBYTE, 64 * _MEBIBYTE)),
        }

    @property
    def _pages(self) -> HugePages | None:
        text = self.static["max_locks_per_transaction"]
        locks = check_number("max_locks_per_transaction", text, least=10)
        return huge_pages(self.amounts, connections=self.max_connections, locks=locks)

    @property
    def _memory(self) -> int:
        return int(self.amounts.memory)

    @property
    def _cores(self) -> int:
        return max(1, math.floor(self.amounts.cpu_limit or self.amounts.cpu))


def _bytes(told: Mapping[str, str], name: str) -> int:
    return parse_amount(name, told[name])


def _between(number: int, low: int, high: int) -> int:
    return max(low, min(high, number))


def _megabytes(amount: int) -> str:
    return f"{amount // _MEBIBYTE}MB"
