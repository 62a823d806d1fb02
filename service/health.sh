#!/bin/sh
# Alive (/healthz) by default; `health.sh ready` asks whether Redis, rtpengine and Kamailio can be reached, too.
set -eu
path=healthz
if [ "${1:-}" = ready ]; then
	path=readyz
fi
exec curl --silent --show-error --fail-with-body --max-time 2 "http://127.0.0.1:${EXECLINE_HTTP_PORT:-8080}/$path"
