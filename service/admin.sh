#!/bin/sh
# Calls the admin API with the service's own token, which never shows in a process list:
#   admin GET /v1/lines/main/status
#   admin PUT /v1/lines/main <line.json
# Prints the answer's body; exit status 22 when its status is 400 or more.
set -eu
method=$1 path=$2

# Like execlined: an empty file is none.
token=$(head -n 1 "${EXECLINE_ADMIN_TOKEN_FILE:-/dev/null}" | tr -d '\r')

body=
case $method in
PUT | POST | PATCH) body=$(cat) ;;
esac

# The body is quoted for curl's configuration file.
quoted=$(printf '%s' "$body" | sed 's/[\\"]/\\&/g' | tr '\n' ' ')
{
	printf 'header = "Authorization: Bearer %s"\n' "${token:-${EXECLINE_ADMIN_TOKEN:-}}"
	if [ -n "$body" ]; then
		printf 'header = "Content-Type: application/json"\ndata-raw = "%s"\n' "$quoted"
	fi
} | curl --silent --show-error --fail-with-body --max-time 10 --request "$method" --config - \
	"http://127.0.0.1:${EXECLINE_HTTP_PORT:-8080}$path"
