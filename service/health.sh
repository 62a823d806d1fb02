#!/bin/sh
# Alive (/healthz) by default; `health.sh ready` asks whether Redis, rtpengine and Kamailio can be reached, too.
set -eu
path=healthz
if [ "${1:-}" = ready ]; then
	path=readyz
fi
host=${EXECLINE_HTTP_LISTEN:-127.0.0.1}
case $host in
0.0.0.0) host=127.0.0.1 ;;
esac
exec curl --silent --show-error --fail-with-body --max-time 2 "http://$host:${EXECLINE_HTTP_PORT:-8080}/$path"
