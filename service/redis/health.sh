#!/bin/sh
# Healthy when data are loaded and the port answers; redis-cli takes the password from REDISCLI_AUTH.
REDISCLI_AUTH=$(cat /run/execline/password) # of entrypoint.sh
export REDISCLI_AUTH
test "$(redis-cli -p "${EXECLINE_REDIS_PORT:-6379}" ping)" = PONG
