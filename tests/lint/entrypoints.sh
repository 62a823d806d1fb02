#!/bin/sh
# The images' entrypoints, with stand-ins for the programs they start: which values they take, and that a bad one is named.
set -eu
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
for program in kamailio rtpengine redis-server; do
	printf '#!/bin/sh\nprintf "%%s\\n" "$@" >"$0.args"\necho started\n' >"$work/bin/$program"
	chmod +x "$work/bin/$program"
done
# Here there is no Redis to wait for.
printf '#!/bin/sh\nshift\nexec "$@"\n' >"$work/bin/wait-for-redis.sh"
chmod +x "$work/bin/wait-for-redis.sh"

# A machine with IPv6, whose addresses those are.
printf '%s 01 80 10 80       lo\n' 00000000000000000000000000000001 20010db8000000070000000000000001 >"$work/if_inet6"
sed "s|/proc/net/if_inet6|$work/if_inet6|
	s|^appears_within_s=[0-9]*|appears_within_s=\${WAITS_S:-0}|" scripts/settings.sh >"$work/bin/settings.sh"

# What they write goes to $work.
for part in kamailio-cfg rtpengine-cfg service/redis; do
	sed "s|/run/kamailio|$work|g; s|/run/execline|$work|g; s|/etc/kamailio/trunk_profiles|$PWD/service/src/trunk_profiles|" \
		"$part/entrypoint.sh" >"$work/$(basename "$part").sh"
done

failed=0
key=a-key-of-sixteen-chars
filed_key=a-key-that-is-in-a-file

# run PART NAME=VALUE...: in an environment of just that
run() {
	part=$1
	shift
	env -i "PATH=$work/bin:$PATH" "EXECLINE_HOOK_KEY=$key" "EXECLINE_REDIS_PASSWORD=$key" "$@" sh "$work/$part.sh" 2>&1
}

complain() {
	echo "$*"
	failed=1
}

# PART [NAME=VALUE...]
taken() {
	out=$(run "$@") || true
	[ "$out" = started ] || complain "should be taken: $*: $out"
}

# PART NAME=VALUE [NAME=VALUE...]: the first is the bad one
refused() {
	if out=$(run "$@"); then
		complain "should be refused: $*: $out"
	else
		case $out in
		*"key=${2%%=*} "*"allowed="*) ;;
		*) complain "should be named: $*: $out" ;;
		esac
	fi
}

# What they take for an address, and as which Kamailio prints one of IPv6.
(
	# shellcheck source=scripts/settings.sh
	. "$work/bin/settings.sh"
	for value in 0.0.0.0 127.0.0.1 255.255.255.255 :: 1::; do
		(address KEY "$value") || echo "should be an address: $value"
	done
	for value in 256.0.0.1 1.2.3 1.2.3.4.5 1.2.3. 1..2.3 '1.2.3.4 ' '' 1 : ::: 1: :1 1:2:3:4:5:6:7 1:2:3:4:5:6:7: 1:2:3:4:5:6:7:8:9 \
		1::2::3 1:2:3:4::5:6:7:8 12345:: ::g ::ffff:1.2.3.4 fe80::1%lo; do
		(address KEY "$value" 2>/dev/null) && echo "should be no address: $value"
	done
	for pair in ::=0:0:0:0:0:0:0:0 ::1=0:0:0:0:0:0:0:1 1::=1:0:0:0:0:0:0:0 2001:DB8::00aF:0=2001:db8:0:0:0:0:af:0 \
		1:2:3:4:5:6:7::=1:2:3:4:5:6:7:0 0001:2:3:4:5:6:7:8000=1:2:3:4:5:6:7:8000; do
		[ "$(ipv6_groups "${pair%=*}")" = "${pair#*=}" ] || echo "${pair%=*} is not ${pair#*=}, but $(ipv6_groups "${pair%=*}")"
	done
) >"$work/wrong"
[ ! -s "$work/wrong" ] || complain "$(cat "$work/wrong")"

# Both have the same idea of ports and addresses.
ports_and_addresses() {
	part=$1 port=$2 address=$3
	for value in 1024 65535; do
		taken "$part" "$port=$value"
	done
	for value in 0 80 1023 65536 -1 5060x 123456789012; do
		refused "$part" "$port=$value"
	done
	for value in 203.0.113.9 2001:db8::9 203.0.113.9,2001:db8::9 '2001:db8::9, 203.0.113.9'; do
		taken "$part" "$address=$value"
	done
	for value in 256.0.0.1 example.com '1.2.3.4;x' 203.0.113.9,203.0.113.10 ::1,::2 '[::1]' ::1/64; do
		refused "$part" "$address=$value"
	done
}

taken kamailio-cfg
ports_and_addresses kamailio-cfg EXECLINE_SIP_PORT EXECLINE_SIP_ADVERTISE
refused kamailio-cfg EXECLINE_RPC_PORT=x
refused kamailio-cfg EXECLINE_HTTP_PORT=x
taken kamailio-cfg EXECLINE_SIP_LISTEN=127.0.0.1,192.0.2.1 EXECLINE_TRUNKS=203.0.113.7,198.51.100.0/24,0.0.0.0/1
refused kamailio-cfg EXECLINE_SIP_LISTEN=127.0.0.1,localhost
refused kamailio-cfg EXECLINE_SIP_LISTEN=0.0.0.0
taken kamailio-cfg EXECLINE_SIP_LISTEN=0.0.0.0 EXECLINE_SIP_ADVERTISE=203.0.113.9
refused kamailio-cfg EXECLINE_SIP_LISTEN=0.0.0.0 EXECLINE_SIP_ADVERTISE=2001:db8::9
for value in 203.0.113.7/33 203.0.113.7/0 203.0.113.0/ 203.0.113.0/x carrier.example 2001:db8::/129 2001:db8::/0 2001:db8::/ \
	2001:db8::1::/32; do
	refused kamailio-cfg "EXECLINE_TRUNKS=203.0.113.7,$value"
done

# LIST ADVERTISE SOCKET...: on what Kamailio then listens for SIP
listens_on() {
	taken kamailio-cfg "EXECLINE_SIP_LISTEN=$1" "EXECLINE_SIP_ADVERTISE=$2"
	shift 2
	printf 'listen=%s\n' tcp:127.0.0.1:8090 "$@" >"$work/wanted"
	grep '^listen=' "$work/local.cfg" | cmp -s "$work/wanted" || complain "not $*, but $(cat "$work/local.cfg")"
}

listens_on '' '' udp:127.0.0.1:5060 tcp:127.0.0.1:5060 'udp:[::1]:5060' 'tcp:[::1]:5060'
listens_on 2001:DB8:0:7::1 '' 'udp:[2001:DB8:0:7::1]:5060' 'tcp:[2001:DB8:0:7::1]:5060'
listens_on 192.0.2.1,::1 203.0.113.9 'udp:192.0.2.1:5060 advertise 203.0.113.9:5060' 'tcp:192.0.2.1:5060 advertise 203.0.113.9:5060' \
	'udp:[::1]:5060' 'tcp:[::1]:5060'
listens_on 192.0.2.1,::1 2001:db8::9 udp:192.0.2.1:5060 tcp:192.0.2.1:5060 \
	'udp:[::1]:5060 advertise [2001:db8::9]:5060' 'tcp:[::1]:5060 advertise [2001:db8::9]:5060'

# rtpengine_has LIST ADVERTISE INTERFACE...: those with names of their own left out
rtpengine_has() {
	taken rtpengine-cfg "EXECLINE_RTP_LISTEN=$1" "EXECLINE_RTP_ADVERTISE=$2"
	shift 2
	printf -- '--interface=ext/%s\n' "$@" >"$work/wanted"
	grep '^--interface=ext' "$work/bin/rtpengine.args" | cmp -s "$work/wanted" || complain "not $*, but $(cat "$work/bin/rtpengine.args")"
}

rtpengine_has '' '' '127.0.0.1!127.0.0.1' '::1!::1'
rtpengine_has ::1,127.0.0.1 203.0.113.9 '::1!::1' '127.0.0.1!203.0.113.9'
rtpengine_has 127.0.0.1,2001:db8:0:7::1 2001:db8::9,203.0.113.9 '127.0.0.1!203.0.113.9' '2001:db8:0:7::1!2001:db8::9'

# PART SETTING: an address of IPv6 that the machine lacks is left out and told of; one is left, or it is refused
does_without_ipv6() {
	part=$1 name=$2
	run "$part" "$name=127.0.0.1,2001:db8::77" >"$work/out" 2>&1 || complain "$part does not start without 2001:db8::77"
	grep -q "level=warn event=address_absent key=$name value=\"2001:db8::77\"" "$work/out" || complain "not told: $(cat "$work/out")"
	! grep -rq 2001:db8::77 "$work/local.cfg" "$work/bin/rtpengine.args" || complain "$part has 2001:db8::77 all the same"
	for value in 2001:db8::77 :: fe80::1 127.0.0.1,::; do
		refused "$part" "$name=$value"
	done
}

# One that comes late is waited for.
(
	sleep 0.5
	printf '%s 02 40 00 00     eth0\n' 20010db8000000070000000000000002 >>"$work/if_inet6"
) &
taken kamailio-cfg WAITS_S=5 EXECLINE_SIP_LISTEN=2001:db8:0:7::2
wait

does_without_ipv6 kamailio-cfg EXECLINE_SIP_LISTEN
does_without_ipv6 rtpengine-cfg EXECLINE_RTP_LISTEN
mv "$work/if_inet6" "$work/no_inet6"
for part in kamailio-cfg rtpengine-cfg; do
	run "$part" | grep -qx started || complain "$part does not start on a machine without IPv6"
done
mv "$work/no_inet6" "$work/if_inet6"

# TLS_CERT TLS_KEY: what is in those files
tls_files() {
	echo "$1" >"$work/cert.pem"
	echo "$2" >"$work/key.pem"
}
tls="EXECLINE_SIP_TLS_CERT=$work/cert.pem EXECLINE_SIP_TLS_KEY=$work/key.pem"
cert_pem='-----BEGIN CERTIFICATE-----' key_pem='-----BEGIN EC PRIVATE KEY-----'
tls_files "$cert_pem" "$key_pem"
# shellcheck disable=SC2086 # two words
{
	taken kamailio-cfg $tls EXECLINE_SIP_ADVERTISE=203.0.113.9
	grep -qx 'listen=tls:\[::1\]:5061' "$work/local.cfg" || complain "no TLS over IPv6: $(cat "$work/local.cfg")"
	grep -qx 'listen=tls:127.0.0.1:5061 advertise 203.0.113.9:5061' "$work/local.cfg" || complain "no TLS: $(cat "$work/local.cfg")"
	refused kamailio-cfg EXECLINE_SIP_TLS_PORT=x $tls
	refused kamailio-cfg EXECLINE_SIP_TLS_PORT=5060 $tls
	tls_files "$key_pem" "$key_pem"
	refused kamailio-cfg $tls
	tls_files "$cert_pem" "$cert_pem"
	refused kamailio-cfg "${tls#* }" "${tls% *}"
	: >"$work/key.pem"
	refused kamailio-cfg "${tls#* }" "${tls% *}"
	: >"$work/cert.pem"
	taken kamailio-cfg $tls
	! grep -q tls "$work/local.cfg" || complain "TLS without a certificate: $(cat "$work/local.cfg")"
}

# SETTING ROW...: the addresses that Kamailio then lets in, each with its trunk's name
trunks_are()
{
	setting=$1
	shift
	taken kamailio-cfg "EXECLINE_TRUNKS=$setting"
	for row; do
		grep -Fqx "$row" "$work/trunks" || complain "no row $row of $setting"
	done
	[ "$(wc -l <"$work/trunks")" -eq $# ] || complain "$setting gives $(cat "$work/trunks")"
}

trunks_are '' '1 127.0.0.0 8 0 trunk' '1 ::1 128 0 trunk'
trunks_are '2001:db8::/32,203.0.113.7;a=generic:2001:db8:1::5,did=+15550150,2001:db8:2::/127' '1 2001:db8:: 32 0 trunk' \
	'1 203.0.113.7 32 0 trunk' '1 2001:db8:1::5 128 0 a' '1 2001:db8:2:: 127 0 a'
trunks_are '203.0.113.7, 198.51.100.0/24' '1 203.0.113.7 32 0 trunk' '1 198.51.100.0 24 0 trunk'
trunks_are '203.0.113.7;a=vonage:192.0.2.1,did=+15550150,192.0.2.128/25;192.0.2.2' '1 203.0.113.7 32 0 trunk' \
	'1 192.0.2.1 32 0 a' '1 192.0.2.128 25 0 a' '1 192.0.2.2 32 0 trunk'
trunks_are 'b-2=twilio' '1 54.172.60.0 30 0 b-2' '1 54.244.51.0 30 0 b-2' '1 177.71.206.192 30 0 b-2' '1 54.171.127.192 30 0 b-2' \
	'1 35.156.191.128 30 0 b-2' '1 54.65.63.192 30 0 b-2' '1 54.169.127.128 30 0 b-2' '1 54.252.254.64 30 0 b-2'
taken kamailio-cfg 'EXECLINE_TRUNKS=t=telnyx;v=vonage:did=+442079460100,max=10000;w=vonage:max=1'
for value in a=pigeon a= =twilio A=twilio 2=twilio seventeen-letters=twilio a=generic a=bandwidth a=bandwidth:did=+15550150 \
	users=twilio unknown=twilio a=twilio:max=0 a=twilio:max=x a=twilio:max= a=twilio:max=10001 \
	a=twilio:203.0.113.300 a=generic:192.0.2.1,did=15550150 192.0.2.1,did=+15550150 'a=generic:*'; do
	refused kamailio-cfg "EXECLINE_TRUNKS=203.0.113.7;$value"
done
headers=$(sed -n 's/^#!define TRUNK_HEADERS //p' "$work/local.cfg")
[ "$headers" = '"X-Twilio-VerStat,P-Attestation-Indicator,"' ] || complain "carriers' headers: $headers"
taken kamailio-cfg EXECLINE_SIP_REALM=conf.example.com
for value in .x 'a b' 'a"b' 'a:b' "\$def(HOOK_KEY)"; do
	refused kamailio-cfg "EXECLINE_SIP_REALM=$value"
done
for value in '' short 'with blanks in between' "\$def(HOOK_KEY)-and-so-on" 'a-key-with"-a-quote'; do
	refused kamailio-cfg "EXECLINE_HOOK_KEY=$value"
done

taken rtpengine-cfg
ports_and_addresses rtpengine-cfg EXECLINE_NG_PORT EXECLINE_RTP_ADVERTISE
for value in 0.0.0.0 192.0.2.77 localhost; do
	refused rtpengine-cfg "EXECLINE_RTP_LISTEN=$value"
done
refused rtpengine-cfg EXECLINE_RTP_MAX=20050
refused rtpengine-cfg EXECLINE_RTP_MAX=x
refused rtpengine-cfg EXECLINE_RTP_MIN=x
refused rtpengine-cfg EXECLINE_DTMF_PORT=x
refused rtpengine-cfg EXECLINE_REDIS_PORT=x

# PART KEY: the secret may come from a file; an empty one is none, and of two only one may be there.
secret_from_file() {
	part=$1 name=$2
	printf '%s\r\nsecond line\n' "$filed_key" >"$work/secret"
	: >"$work/empty"
	taken "$part" "${name}_FILE=$work/empty"
	refused "$part" "$name=$key" "${name}_FILE=$work/secret"
	for value in "$work/nowhere" "$work"; do
		refused "$part" "${name}_FILE=$value"
	done
	taken "$part" "$name=" "${name}_FILE=$work/secret"
}

secret_from_file kamailio-cfg EXECLINE_HOOK_KEY
refused kamailio-cfg EXECLINE_HOOK_KEY= "EXECLINE_HOOK_KEY_FILE=$work/empty"
grep -q "^#!define HOOK_KEY $filed_key\$" "$work/local.cfg" || complain "the key in local.cfg is not that of the file"
secret_from_file rtpengine-cfg EXECLINE_REDIS_PASSWORD
secret_from_file redis EXECLINE_REDIS_PASSWORD
refused redis EXECLINE_REDIS_PASSWORD= "EXECLINE_REDIS_PASSWORD_FILE=$work/empty"
grep -q "^requirepass \"$filed_key\"\$" "$work/redis.conf" || complain "the password in redis.conf is not that of the file"
test "$(cat "$work/password")" = "$filed_key" || complain "the password for health.sh is not that of the file"

for value in always everysec no; do
	taken redis "EXECLINE_REDIS_FSYNC=$value"
done
refused redis EXECLINE_REDIS_FSYNC=often

exit "$failed"
