#!/bin/sh
# Writes what differs between installations to a private file, so that no secret is on a command line.
set -eu

run=/run/execline

fail()
{
	echo "level=error event=config key=$1 value=\"$2\" allowed=\"$3\"" >&2
	exit 1
}

# secret KEY: its value, or the first line of the file that KEY_FILE names, where there is one.
secret()
{
	value='' file=''
	eval "value=\${$1:-} file=\${$1_FILE:-/dev/null}"
	[ -r "$file" ] && [ ! -d "$file" ] || fail "$1_FILE" "$file" "a file that can be read"
	line=$(head -n 1 "$file" | tr -d '\r')
	[ -z "$line" ] || [ -z "$value" ] || fail "$1" "(hidden)" "only one of it and $1_FILE"
	printf '%s' "$line$value"
}

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
