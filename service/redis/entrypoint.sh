#!/bin/sh
# Writes what differs between installations to a private file, so that no secret is on a command line.
set -eu
: "${EXECLINE_REDIS_PORT:=6379}"
: "${EXECLINE_REDIS_PASSWORD:?must be set}"
: "${EXECLINE_REDIS_FSYNC:=no}"

case $EXECLINE_REDIS_FSYNC in
always | everysec | no) ;;
*)
	echo "level=error event=config key=EXECLINE_REDIS_FSYNC value=\"$EXECLINE_REDIS_FSYNC\" allowed=\"always, everysec, no\"" >&2
	exit 1
	;;
esac

# Inside double quotes Redis reads \ and " specially.
quoted=$(printf '%s' "$EXECLINE_REDIS_PASSWORD" | sed 's/[\\"]/\\&/g')

umask 077
cat >/run/execline/redis.conf <<CONF
include /etc/execline/redis.conf
port $EXECLINE_REDIS_PORT
requirepass "$quoted"
appendfsync $EXECLINE_REDIS_FSYNC
CONF

exec redis-server /run/execline/redis.conf
