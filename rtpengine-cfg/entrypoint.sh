#!/bin/sh
# Checks the environment and starts rtpengine; a bad value stops the start and is named.
set -eu

fail()
{
	echo "level=error event=config key=$1 value=\"$2\" allowed=\"$3\"" >&2
	exit 1
}

# address KEY VALUE: an IPv4 address.
address()
{
	case $2 in
	*[!0-9.]* | *.) fail "$1" "$2" "an IPv4 address" ;;
	esac
	echo "$2" | grep -Eqx '((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\.|$)){4}' || fail "$1" "$2" "an IPv4 address"
}

# bindable KEY VALUE: an address of this machine. rtpengine would start without it and fail every call.
bindable()
{
	address "$1" "$2"
	case $2 in
	127.*) ;;
	*) grep -q -- "-- $2\$" /proc/net/fib_trie && [ "$2" != 0.0.0.0 ] || fail "$1" "$2" "an address of this machine" ;;
	esac
}

# port KEY VALUE: an unprivileged port.
port()
{
	case $2 in
	'' | *[!0-9]* | ??????*) fail "$1" "$2" "a port, 1024 to 65535" ;;
	esac
	[ "$2" -ge 1024 ] && [ "$2" -le 65535 ] || fail "$1" "$2" "a port, 1024 to 65535"
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

listen=${EXECLINE_RTP_LISTEN:-127.0.0.1}
advertise=${EXECLINE_RTP_ADVERTISE:-$listen}
rtp_min=${EXECLINE_RTP_MIN:-20000}
rtp_max=${EXECLINE_RTP_MAX:-30000}
ng_port=${EXECLINE_NG_PORT:-2223}
dtmf_port=${EXECLINE_DTMF_PORT:-8091}
redis_port=${EXECLINE_REDIS_PORT:-6379}
redis_password=$(secret EXECLINE_REDIS_PASSWORD)

bindable EXECLINE_RTP_LISTEN "$listen"
address EXECLINE_RTP_ADVERTISE "$advertise"
port EXECLINE_RTP_MIN "$rtp_min"
port EXECLINE_RTP_MAX "$rtp_max"
port EXECLINE_NG_PORT "$ng_port"
port EXECLINE_DTMF_PORT "$dtmf_port"
port EXECLINE_REDIS_PORT "$redis_port"
[ $((rtp_max - rtp_min)) -ge 100 ] || fail EXECLINE_RTP_MAX "$rtp_max" "at least 100 above EXECLINE_RTP_MIN ($rtp_min)"

# The password goes by rtpengine's own environment variable: a command line is for everybody to read.
if [ -n "$redis_password" ]; then
	export RTPENGINE_REDIS_AUTH_PW="$redis_password"
	unset EXECLINE_REDIS_PASSWORD
fi

# Its name tells the service that this is another run of rtpengine ("statistics" lists it; uptimes are in whole seconds). It
# opens no port, and shares those of "inner", which has the same address.
run=run-$(cat /proc/sys/kernel/random/uuid)

# "inner" carries the audio between two legs and to parked ones; it never leaves the machine.
exec wait-for-redis.sh "$redis_port" rtpengine --config-file=/etc/rtpengine/rtpengine.conf \
	--interface="ext/$listen!$advertise" --interface=inner/127.0.0.1 --interface="$run/127.0.0.1" \
	--port-min="$rtp_min" --port-max="$rtp_max" \
	--listen-ng="127.0.0.1:$ng_port" \
	--dtmf-log-dest="127.0.0.1:$dtmf_port" \
	--redis="127.0.0.1:$redis_port/1"
