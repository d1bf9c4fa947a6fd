#!/bin/sh
# It does not answer this while it still reads its file of commands.
answer=$(valkey-cli --tls --cacert /run/secrets/certificate/ca.crt -h localhost -p 6379 --user monitor --askpass ping \
    </run/secrets/monitor/password)
test "$answer" = PONG
