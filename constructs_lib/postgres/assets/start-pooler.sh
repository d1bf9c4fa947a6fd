#!/bin/sh
# The pooler's own password comes from a file, in the form that pgbouncer reads.
# A new password or a renewed certificate is read without a restart.
set -eu
umask 077
write_users() {
    printf '"pgbouncer" "%s"\n' "$(sed 's/"/""/g' /run/secrets/credentials/pooler)" > /run/pgbouncer/users.txt
}
fingerprint() { cat /run/secrets/credentials/pooler /run/secrets/tls/tls.crt /run/secrets/tls/tls.key /run/secrets/members/ca.crt | cksum; }
write_users
known=$(fingerprint)
while sleep 10; do
    seen=$(fingerprint)
    if [ "$seen" != "$known" ]; then known=$seen && write_users && kill -HUP 1; fi
done &
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
