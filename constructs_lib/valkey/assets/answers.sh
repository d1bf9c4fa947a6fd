#!/bin/sh
# It does not answer this while it still reads its file of commands.
REDISCLI_AUTH=$(cat /run/secrets/monitor/password)
export REDISCLI_AUTH
answer=$(valkey-cli --tls --cacert /run/secrets/certificate/ca.crt -h localhost -p 6379 --user monitor --no-auth-warning ping)
test "$answer" = PONG
