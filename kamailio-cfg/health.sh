#!/bin/bash
# Healthy when Kamailio answers on its JSON-RPC port. bash speaks TCP, so the image needs no other
# tool for it.
exec 3<>"/dev/tcp/127.0.0.1/${EXECLINE_RPC_PORT:-8090}" || exit 1
body='{"jsonrpc":"2.0","method":"core.version","id":1}'
printf 'POST /RPC HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
	"${#body}" "$body" >&3
# All of the answer is read: a connection closed before that is an error in Kamailio's log.
[[ $(timeout 2 dd bs=4096 count=1 status=none <&3) == "HTTP/1.1 200 "* ]]
