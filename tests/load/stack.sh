# shellcheck shell=sh
# The stack that is measured, for run.sh: its lines by the API, its keys in Redis, the memory of execlined.

say() {
	echo "bench: $*" >&2
}

die() {
	say "$*"
	exit 2
}

test -n "${EXECLINE_ADMIN_TOKEN:-}" || die "the settings of a stack are not in the environment"

sip=${EXECLINE_SIP_LISTEN:-127.0.0.1}
sip=${sip%%,*}:${EXECLINE_SIP_PORT:-5060}
service=http://127.0.0.1:${EXECLINE_HTTP_PORT:-8080}

# Line i has the DID did + i and the host host + i.
did=15556000000
host=15556010000

# METHOD PATH [JSON], of the API
request() {
	method=$1 path=$2
	shift 2
	ask "$method" "/v1$path" "$@"
}

# METHOD PATH [JSON]; the token is not on the command line.
ask() {
	method=$1 path=$2
	shift 2
	printf 'header = "Authorization: Bearer %s"\n' "$EXECLINE_ADMIN_TOKEN" |
		curl --silent --show-error --fail-with-body --max-time 10 --config - --request "$method" \
			--header 'Content-Type: application/json' ${1:+--data "$1"} "$service$path"
}

# NAME DID HOST [SMS ACCOUNT]
make_line() {
	answer=$(request PUT "/lines/$1" "{\"dids\": [\"+$2\"], \"hosts\": [\"+$3\"], \"max_waiting\": 1000,
		\"sms\": {${4:-\"provider\": \"log\"}, \"to\": [\"+$3\"], \"max_per_hour\": 0}}") || die "could not make the line $1: $answer"
}

# NUMBER [SMS ACCOUNT]
make_lines() {
	i=0
	while [ "$i" -lt "$1" ]; do
		make_line "load-$i" $((did + i)) $((host + i)) "${2:-}"
		i=$((i + 1))
	done
}

# Ends what is left of the calls, too.
remove_lines() {
	for line in $(request GET /lines | grep -o '"load-[a-z0-9]*"' | tr -d '"' | sort -u); do
		request POST "/lines/$line/end" >/dev/null || true
		request DELETE "/lines/$line" >/dev/null || true
	done
}

is_empty() {
	request GET "/lines/$1/status" | tr -d ' ' | grep -q '"member":null.*"waiting":\[\]'
}

# Until nobody is on the first N lines.
lines_empty() {
	i=0 tries=100
	while [ "$i" -lt "$1" ]; do
		if is_empty "load-$i"; then
			i=$((i + 1))
		elif [ "$tries" -gt 0 ]; then
			tries=$((tries - 1))
			sleep 0.1
		else
			die "callers are left on load-$i"
		fi
	done
}

redis() {
	REDISCLI_AUTH=${EXECLINE_REDIS_PASSWORD:-} redis-cli -p "${EXECLINE_REDIS_PORT:-6379}" "$@"
}

# What all keys of ExecLine take together.
redis_bytes() {
	test "$(redis ping)" = PONG || die "Redis does not answer"
	redis --scan --pattern 'execline:*' --count 1000 | sed 's/.*/MEMORY USAGE "&" SAMPLES 0/' | redis |
		awk '{ bytes += $1 } END { print bytes + 0 }'
}

# Resident memory of execlined; 0 where its container cannot be seen.
resident_kb() {
	container=$(docker ps --quiet --filter "label=com.docker.compose.project=${COMPOSE_PROJECT_NAME:-execline}" \
		--filter label=com.docker.compose.service=execlined 2>/dev/null || true)
	# shellcheck disable=SC2016 # expanded in the container
	docker exec "${container:-none}" sh -c 'grep VmRSS "$(dirname "$(grep -lx execlined /proc/[0-9]*/comm)")/status"' \
		2>/dev/null | awk '{ kb = $2 } END { print kb + 0 }'
}
