#!/bin/sh
# The users come by standard input, by the digests of their passwords: no argument, variable or
# file has them.
set -eu
digest() {
  sha256sum <"$1" | cut -d ' ' -f 1
}
client=$(digest /run/secrets/client/password)
# Whoever has the next one already, or still the one before, is let in too.
next=/run/secrets/client/next-password
if [ -e "$next" ]; then client="$client #$(digest "$next")"; fi
monitor=$(digest /run/secrets/monitor/password)
exec valkey-server /settings/valkey.conf - <<END
user default reset on #$client ~* &* +@all -@admin +client|list
user monitor reset on #$monitor +ping +info +client|setname +latency|latest +latency|histogram +slowlog|len +slowlog|get
END
