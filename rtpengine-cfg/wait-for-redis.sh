#!/bin/bash
# Waits for Redis, then becomes the given program: wait-for-redis.sh PORT PROGRAM [ARG...]
# rtpengine takes its calls back once, at its start: without Redis it would begin empty and stay so. No call can be made
# without Redis anyhow. The log says what is waited for; after a minute the supervisor begins anew.
# bash speaks TCP, so the image needs no other tool for it. The password is in $RTPENGINE_REDIS_AUTH_PW.
set -u
LC_ALL=C # lengths are bytes
port=$1
shift
tell_every_s=5
give_up_s=60
trap 'exit 143' TERM INT

# A command in Redis' protocol.
command()
{
	printf '*%d\r\n' $#
	printf '$%d\r\n%s\r\n' "${#1}" "$1"
	[ $# -lt 2 ] || printf '$%d\r\n%s\r\n' "${#2}" "$2"
}

# Prints what Redis says to a PING; +PONG only when it has loaded its data. In a process of its own, which a connection that
# breaks may end.
ping()
{
	exec 3<>"/dev/tcp/127.0.0.1/$port" || exit
	[ -z "${RTPENGINE_REDIS_AUTH_PW:-}" ] || command AUTH "$RTPENGINE_REDIS_AUTH_PW" >&3
	command PING >&3
	while IFS= read -r -t 1 line <&3 && [ "$line" = $'+OK\r' ]; do :; done
	printf %s "${line%$'\r'}"
}

told=-1
until answer=$(ping 2>/dev/null) && [ "$answer" = +PONG ]; do
	if [ "$SECONDS" -ge "$give_up_s" ]; then
		echo "level=error event=redis_away port=$port seconds=$SECONDS answer=\"$answer\"" >&2
		exit 1
	fi
	if [ $((SECONDS / tell_every_s)) -ne "$told" ]; then
		told=$((SECONDS / tell_every_s))
		echo "level=warn event=waiting_for_redis port=$port seconds=$SECONDS answer=\"$answer\"" >&2
	fi
	sleep 0.1
done
exec "$@"
