#!/bin/sh
# Writes what differs between installations to a private file, so that no secret is on a command line.
set -eu

run=/run/execline

# shellcheck source=scripts/settings.sh
. settings.sh

port=${EXECLINE_REDIS_PORT:-6379}
fsync=${EXECLINE_REDIS_FSYNC:-no}
password=$(secret EXECLINE_REDIS_PASSWORD)

case $fsync in
always | everysec | no) ;;
*) fail EXECLINE_REDIS_FSYNC "$fsync" "always, everysec, no" ;;
esac
[ -n "$password" ] || fail EXECLINE_REDIS_PASSWORD "" "a password"

# Inside double quotes Redis reads \ and " specially.
quoted=$(printf '%s' "$password" | sed 's/[\\"]/\\&/g')

umask 077
printf '%s' "$password" >"$run/password" # for health.sh
cat >"$run/redis.conf" <<CONF
include /etc/execline/redis.conf
port $port
requirepass "$quoted"
appendfsync $fsync
CONF

exec redis-server "$run/redis.conf"
