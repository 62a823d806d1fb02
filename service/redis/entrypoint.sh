#!/bin/sh
# Writes what differs between installations to a private file, so that no secret is on a command line.
set -eu
: "${EXECLINE_REDIS_PORT:=6379}"
: "${EXECLINE_REDIS_PASSWORD:?must be set}"

# Inside double quotes Redis reads \ and " specially.
quoted=$(printf '%s' "$EXECLINE_REDIS_PASSWORD" | sed 's/[\\"]/\\&/g')

umask 077
cat >/run/execline/redis.conf <<CONF
include /etc/execline/redis.conf
port $EXECLINE_REDIS_PORT
requirepass "$quoted"
CONF

exec redis-server /run/execline/redis.conf
