#!/bin/sh
# Checks the environment and starts rtpengine; a bad value stops the start and is named.
set -euf # no value is a pattern of file names

# shellcheck source=scripts/settings.sh
. settings.sh

# bindable KEY VALUE: an IPv4 address of this machine. rtpengine would start without it and fail every call.
bindable()
{
	case $2 in
	127.*) ;;
	*) grep -q -- "-- $2\$" /proc/net/fib_trie && [ "$2" != 0.0.0.0 ] || fail "$1" "$2" "an address of this machine" ;;
	esac
}

listen=${EXECLINE_RTP_LISTEN:-127.0.0.1,::1}
advertise=${EXECLINE_RTP_ADVERTISE:-}
rtp_min=${EXECLINE_RTP_MIN:-20000}
rtp_max=${EXECLINE_RTP_MAX:-30000}
ng_port=${EXECLINE_NG_PORT:-2223}
dtmf_port=${EXECLINE_DTMF_PORT:-8091}
redis_port=${EXECLINE_REDIS_PORT:-6379}
redis_password=$(secret EXECLINE_REDIS_PASSWORD)

one_each EXECLINE_RTP_LISTEN "$listen"
one_each EXECLINE_RTP_ADVERTISE "$advertise"
listen=$(listening EXECLINE_RTP_LISTEN "$listen")
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

# What callers send to: of the same name for both families, so that it is the caller's that decides.
set --
for ip in $listen; do
	is_ipv6 "$ip" || bindable EXECLINE_RTP_LISTEN "$ip"
	told=$(like "$ip" "$advertise")
	set -- "$@" "--interface=ext/$ip!${told:-$ip}"
done

# As many threads of a kind as there are processors; rtpengine would start four at the least, which only push each other out of the
# caches.
threads=$(nproc)
[ "$threads" -ge 2 ] || threads=2
# Those that play music wake up for each packet: half as many.
players=$((threads / 2))

# "inner" carries the audio between two legs and to parked ones; it never leaves the machine.
exec wait-for-redis.sh "$redis_port" rtpengine --config-file=/etc/rtpengine/rtpengine.conf \
	"$@" --interface=inner/127.0.0.1 --interface="$run/127.0.0.1" \
	--port-min="$rtp_min" --port-max="$rtp_max" \
	--num-threads="$threads" --media-num-threads="$players" \
	--listen-ng="127.0.0.1:$ng_port" \
	--dtmf-log-dest="127.0.0.1:$dtmf_port" \
	--redis="127.0.0.1:$redis_port/1"
