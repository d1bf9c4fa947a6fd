#!/bin/bash
# Restores the newest backup, recovers it to the end of the archive, and reads all of it.
set -euo pipefail
space=/drill data=/drill/data
mkdir -p -m 0700 "$data"
pgbackrest --config=/etc/pgbackrest/drill.conf --stanza=db --archive-mode=off restore
# What must be as large as at the primary stands in the control file.
of_primary() { pg_controldata -D "$data" | awk -F: -v key="$1" '$1 == key { gsub(/ /, "", $2); print $2 }'; }
cat > "$data/postgresql.conf" <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$space'
unix_socket_permissions = 0700
hba_file = '$space/hba.conf'
ident_file = '$space/ident.conf'
shared_buffers = '64MB'
huge_pages = off
shared_preload_libraries = '$LIBRARIES'
max_connections = $(of_primary 'max_connections setting')
max_worker_processes = $(of_primary 'max_worker_processes setting')
max_wal_senders = $(of_primary 'max_wal_senders setting')
max_prepared_transactions = $(of_primary 'max_prepared_xacts setting')
max_locks_per_transaction = $(of_primary 'max_locks_per_xact setting')
archive_mode = off
synchronous_standby_names = ''
ssl = off
fsync = off
autovacuum = off
SETTINGS
echo 'local all all trust' > "$space/hba.conf"
: > "$space/ident.conf"
pg_ctl -D "$data" -s -w -t "$RECOVERY_SECONDS" -l "$space/log" start || { cat "$space/log"; exit 1; }
ask() { psql -h "$space" -XAtq -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
until [ "$(ask postgres 'SELECT pg_is_in_recovery()')" = f ]; do sleep 1; done
age=$(ask postgres 'SELECT coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp())::bigint, -1)')
databases=$(ask postgres "SELECT count(*) FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'")
pg_amcheck -h "$space" --all --install-missing
pg_dumpall -h "$space" --schema-only > /dev/null
pg_ctl -D "$data" -s -w -m fast stop
pg_checksums --check -D "$data"
echo "restored: $databases databases, last commit $age seconds ago"
