#!/bin/bash
# Healthy when rtpengine answers a ping on its control port. bash speaks UDP, so the image needs no other tool for it.
exec 3<>"/dev/udp/127.0.0.1/${EXECLINE_NG_PORT:-2223}" || exit 1
printf 'health {"command":"ping"}' >&3
[[ $(timeout 2 dd bs=512 count=1 status=none <&3) == *pong* ]]
