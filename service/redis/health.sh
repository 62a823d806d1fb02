#!/bin/sh
# Healthy when data are loaded and the port answers; redis-cli takes the password from REDISCLI_AUTH.
export REDISCLI_AUTH="$EXECLINE_REDIS_PASSWORD"
test "$(redis-cli -p "${EXECLINE_REDIS_PORT:-6379}" ping)" = PONG
