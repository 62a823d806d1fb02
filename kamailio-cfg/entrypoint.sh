#!/bin/sh
# Checks the environment, writes what kamailio.cfg includes from it, and starts Kamailio. A bad value stops the start and is
# named, with what is allowed.
set -euf # no value is a pattern of file names

run=/run/kamailio
profiles=/etc/kamailio/trunk_profiles.def # of the service, which says what is in it

# shellcheck source=scripts/settings.sh
. settings.sh

# network KEY VALUE: an address, or a network as address/bits. Kamailio takes 0 bits for all of them, that is for one address.
network()
{
	address "$1" "${2%/*}"
	most=32
	! is_ipv6 "$2" || most=128
	case $2 in
	*/[1-9] | */[1-9][0-9] | */1[0-9][0-9]) [ "${2#*/}" -le "$most" ] || fail "$1" "$2" "address/bits, 1 to $most bits" ;;
	*/*) fail "$1" "$2" "address/bits, 1 to $most bits" ;;
	esac
}

# pem KEY FILE WHAT: a file that can be read, with that in it.
pem()
{
	[ -r "$2" ] && grep -q -- "-----BEGIN .*$3-----" "$2" || fail "$1" "$2" "a file in PEM with a $3, readable for all"
}

# rows NAME PATTERN: what stands at PATTERN's \(...\) in the rows NAME(...) of the profiles.
rows()
{
	sed -n "s/^$1($2.*/\\1/p" "$profiles"
}

# trunk_networks NAME NETWORK...: rows for the permissions module.
trunk_networks()
{
	name=$1
	shift
	for net; do
		network EXECLINE_TRUNKS "$net"
		bits=$most
		[ "$net" = "${net%/*}" ] || bits=${net#*/}
		echo "1 ${net%/*} $bits 0 $name"
	done
}

# trunk NAME=PROFILE[:ITEM,ITEM...] or ADDRESS,ADDRESS...: the same; trunk.h of the service has the grammar.
trunk()
{
	items=$1 name=trunk profile=generic
	case $1 in
	*=*)
		head=${1%%:*} name=${1%%=*} profile=${head#*=} items=
		[ "$head" = "$1" ] || items=${1#*:}
		;;
	esac
	case $name in
	unknown | users) fail EXECLINE_TRUNKS "$name" "another name" ;;
	esac
	echo "$name" | grep -Eqx '[a-z][a-z0-9-]{0,15}' || fail EXECLINE_TRUNKS "$name" "a name of a-z, 0-9 and -, 16 at the most"
	rows PROFILE '"\([a-z]*\)"' | grep -qx -- "$profile" \
		|| fail EXECLINE_TRUNKS "$profile" "a profile: $(rows PROFILE '"\([a-z]*\)"' | tr '\n' ' ')"
	networks=
	for item in $(echo "$items" | tr ',' ' '); do
		case $item in
		did=*)
			echo "$item" | grep -Eqx 'did=\+[1-9][0-9]{1,14}' || fail EXECLINE_TRUNKS "$item" "did=, an E.164 number"
			;;
		max=*) # the service counts
			echo "$item" | grep -Eqx 'max=0*([1-9][0-9]{0,3}|10000)' || fail EXECLINE_TRUNKS "$item" "max=, 1 to 10000 calls"
			;;
		*) networks="$networks $item" ;;
		esac
	done
	[ -n "$networks" ] || networks=$(rows ADDRESSES "\"$profile\", \"\([^\"]*\)\"" | tr ',\n' '  ')
	[ -n "$networks" ] || fail EXECLINE_TRUNKS "$1" "addresses: the profile $profile has none"
	# shellcheck disable=SC2086 # a list
	trunk_networks "$name" $networks
}

listen=${EXECLINE_SIP_LISTEN:-127.0.0.1,::1}
sip_port=${EXECLINE_SIP_PORT:-5060}
tls_port=${EXECLINE_SIP_TLS_PORT:-5061}
tls_cert=${EXECLINE_SIP_TLS_CERT:-/dev/null} # empty files: no TLS
tls_key=${EXECLINE_SIP_TLS_KEY:-/dev/null}
advertise=${EXECLINE_SIP_ADVERTISE:-}
trunks=$(echo "${EXECLINE_TRUNKS:-127.0.0.0/8,::1}" | tr -d ' ')
rpc_port=${EXECLINE_RPC_PORT:-8090}
http_port=${EXECLINE_HTTP_PORT:-8080}
realm=${EXECLINE_SIP_REALM:-execline}
hook_key=$(secret EXECLINE_HOOK_KEY)

port EXECLINE_SIP_PORT "$sip_port"
port EXECLINE_SIP_TLS_PORT "$tls_port"
port EXECLINE_RPC_PORT "$rpc_port"
port EXECLINE_HTTP_PORT "$http_port"
one_each EXECLINE_SIP_ADVERTISE "$advertise"
listen=$(listening EXECLINE_SIP_LISTEN "$listen")
echo "$realm" | grep -Eqx '[A-Za-z0-9_-][A-Za-z0-9._-]{0,62}' || fail EXECLINE_SIP_REALM "$realm" "a name of A-Z a-z 0-9 . _ -"
case $hook_key in
*[!A-Za-z0-9._-]*) fail EXECLINE_HOOK_KEY "(hidden)" "letters, digits, '.', '_', '-'" ;;
esac
[ ${#hook_key} -ge 16 ] || fail EXECLINE_HOOK_KEY "(hidden)" "at least 16 characters, as execlined has it"

protocols="udp:$sip_port tcp:$sip_port"
if [ -s "$tls_cert" ] || [ -s "$tls_key" ]; then
	pem EXECLINE_SIP_TLS_CERT "$tls_cert" CERTIFICATE
	pem EXECLINE_SIP_TLS_KEY "$tls_key" 'PRIVATE KEY'
	[ "$tls_port" != "$sip_port" ] || fail EXECLINE_SIP_TLS_PORT "$tls_port" "another port than EXECLINE_SIP_PORT"
	protocols="$protocols tls:$tls_port"
fi

# As many as there are processors: they take turns, and more would only push each other out of the caches.
workers=$(nproc)
[ "$workers" -ge 2 ] || workers=2
[ "$workers" -le 16 ] || workers=16

umask 077
{
	case $protocols in
	*tls:*)
		echo "#!define WITH_TLS"
		echo "#!define TLS_CERT \"$tls_cert\""
		echo "#!define TLS_KEY \"$tls_key\""
		;;
	esac
	echo "#!define HOOK_URL http://127.0.0.1:$http_port"
	echo "#!define HOOK_KEY $hook_key"
	echo "#!define SIP_REALM $realm"
	echo "#!define RPC_PORT $rpc_port"
	echo "#!define TRUNK_HEADERS \"$(rows HEADER '[^"]*"\([^"]*\)"' | tr '\n' ',')\""
	echo "#!define SIP_WORKERS $workers"
	echo "#!define HTTP_WORKERS $(((workers + 1) / 2))"
	echo "listen=tcp:127.0.0.1:$rpc_port"
	for ip in $listen; do
		told=$(like "$ip" "$advertise")
		[ "$ip" != 0.0.0.0 ] || [ -n "$told" ] \
			|| fail EXECLINE_SIP_LISTEN "$ip" "0.0.0.0 with EXECLINE_SIP_ADVERTISE only: our Contact must name an address"
		for proto in $protocols; do
			port=${proto#*:}
			echo "listen=${proto%:*}:$(in_uri "$ip"):$port${told:+ advertise $(in_uri "$told"):$port}"
		done
	done
} >"$run/local.cfg"
for entry in $(echo "$trunks" | tr ';' ' '); do
	trunk "$entry"
done >"$run/trunks"
unset EXECLINE_HOOK_KEY

# Each record of the log is one line of JSON, in which nothing that a peer sends can begin another.
# 1 GB of shared memory: 64 MB, the default, is used up at 1000 calls/s. It is touched only when needed. fm is the allocator without
# the bookkeeping for debuggers, which cost a tenth of the time.
exec kamailio -f /etc/kamailio/kamailio.cfg -DD -E --log-engine=json:M -x fm -X fm -m 1024 -M 16 -Y "$run"
