#!/bin/sh
# Answers a stranger again that was refused too often (kamailio-cfg/strangers.cfg), before the five minutes are over:
#   scripts/unban.sh ADDRESS
cd "$(dirname "$0")/.."
. scripts/lib.sh
. scripts/settings.sh

[ $# -eq 1 ] || die "usage: scripts/unban.sh ADDRESS"
network=$1
if ! is_ipv4 "$1"; then
	network=$(ipv6_groups "$1") || die "$1 is no address"
	network=$(echo "$network" | cut -d : -f 1-4)
fi
source=$(printf '%s' "$network" | md5sum | cut -c1-4)
# bash speaks TCP; kamailio-cfg/health.sh does the same.
# shellcheck disable=SC2016 # expanded in the container
exec scripts/compose.sh exec -T kamailio bash -c '
for table in strangers banned; do
	exec 3<>"/dev/tcp/127.0.0.1/${EXECLINE_RPC_PORT:-8090}" || exit 1
	body="{\"jsonrpc\":\"2.0\",\"method\":\"htable.delete\",\"params\":[\"$table\",\"$1\"],\"id\":1}"
	printf "POST /RPC HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" \
		"${#body}" "$body" >&3
	timeout 2 dd bs=4096 count=1 status=none <&3 >/dev/null
done' unban "$source"
