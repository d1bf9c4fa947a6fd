#!/bin/sh
# The pooler's own password comes from a file, in the form that pgbouncer reads.
set -eu
umask 077
printf '"pgbouncer" "%s"\n' "$(sed 's/"/""/g' /run/secrets/credentials/pooler)" > /run/pgbouncer/users.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
