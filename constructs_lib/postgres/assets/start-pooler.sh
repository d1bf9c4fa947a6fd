#!/bin/sh
# The pooler's own user and password come from files, in the form that pgbouncer reads.
# New ones or a renewed certificate are read without a restart. Who looks at the pooler from beside it
# read the password when both began, and knows no other.
set -eu
umask 077
quoted() { sed 's/"/""/g' "$1"; }
first=$(quoted /run/secrets/pooler/password)
write() {
    user=$(quoted /run/secrets/pooler/username) password=$(quoted /run/secrets/pooler/password)
    printf '"%s" "%s"\n' "$user" "$password" pgbouncer "$first" > /run/pgbouncer/users.txt
    name=$(sed "s/'/''/g; s/[&|\\]/\\\\&/g" /run/secrets/pooler/username)
    sed "s|auth_user=pgbouncer|auth_user='$name'|" /etc/pgbouncer/pgbouncer.ini > /run/pgbouncer/pgbouncer.ini
}
fingerprint() { cat /run/secrets/pooler/username /run/secrets/pooler/password /run/secrets/tls/tls.crt /run/secrets/tls/tls.key /run/secrets/members/ca.crt | cksum; }
write
known=$(fingerprint)
while sleep 10; do
    seen=$(fingerprint)
    if [ "$seen" != "$known" ]; then known=$seen && write && kill -HUP 1; fi
done &
exec pgbouncer /run/pgbouncer/pgbouncer.ini
