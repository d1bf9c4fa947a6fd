"""The metrics of a Valkey, which its exporter tells."""

from __future__ import annotations

UP = "redis_up"
USED = "redis_memory_used_bytes"
MOST = "redis_memory_max_bytes"
CLIENTS = "redis_connected_clients"
REJECTED = "redis_rejected_connections_total"
COMMANDS = "redis_commands_processed_total"
HITS = "redis_keyspace_hits_total"
MISSES = "redis_keyspace_misses_total"
EVICTED = "redis_evicted_keys_total"
EXPIRED = "redis_expired_keys_total"
KEYS = "redis_db_keys"
WRITTEN = "redis_aof_last_write_status"
REWRITTEN = "redis_aof_last_bgrewrite_status"
SIZE = "redis_aof_current_size_bytes"
STARTED = "redis_start_time_seconds"

# Of any, and those that only one with a file tells.
NAMES = (
    UP,
    USED,
    MOST,
    CLIENTS,
    REJECTED,
    COMMANDS,
    HITS,
    MISSES,
    EVICTED,
    EXPIRED,
    KEYS,
    STARTED,
)
OF_THE_FILE = (WRITTEN, REWRITTEN, SIZE)
