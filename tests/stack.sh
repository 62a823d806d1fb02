#!/bin/sh
# The composed stack under test, beside any other on this machine: own project, own ports, own secrets.
#   tests/stack.sh build | up | down | env | replicas N
# Its settings are in build/test.env; `down` leaves the logs in build/logs/test-stack.log.
cd "$(dirname "$0")/.."
. scripts/lib.sh

project=execline-test
# This machine but for the upper half of its IPv4, and a trunk of each profile (e2e/cases/trunks.py).
trunks='127.0.0.0/9,::1;tw=twilio:127.0.5.1;tx=telnyx:127.0.5.2;bw=bandwidth:127.0.5.3;vo=vonage:127.0.5.4'
trunks="$trunks;pbx=generic:127.0.5.5,did=+15550150"
env_file=build/test.env
music=$PWD/build/test-music
secrets=$PWD/build/test-secrets # only its owner may enter: what is in it is mounted into the containers

compose() {
	scripts/compose.sh --project-name "$project" --env-file "$env_file" "$@"
}

with_openssl() {
	if command -v openssl >/dev/null; then
		openssl "$@"
	else
		scripts/tools.sh openssl "$@"
	fi
}

make_secrets() {
	[ ! -e "$secrets/key.pem" ] || return 0
	mkdir -p "$secrets"
	chmod 0700 "$secrets"
	od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$secrets/hook_key"
	with_openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
		-addext subjectAltName=IP:127.0.0.1,IP:::1 -keyout "$secrets/key.pem" -out "$secrets/cert.pem" 2>build/logs/test-tls.log \
		|| die "no certificate could be made; see build/logs/test-tls.log"
	chmod 0444 "$secrets"/*
}

make_env() {
	mkdir -p "$music" build/logs
	make_secrets
	scripts/env.sh "$env_file" \
		EXECLINE_HOOK_KEY= EXECLINE_HOOK_KEY_FILE="$secrets/hook_key" \
		EXECLINE_API_LISTEN=127.0.0.1 EXECLINE_API_PORT=18443 \
		EXECLINE_TLS_CERT="$secrets/cert.pem" EXECLINE_TLS_KEY="$secrets/key.pem" \
		COMPOSE_PROJECT_NAME="$project" EXECLINE_MUSIC_DIR="$music" \
		EXECLINE_ACK_TIMEOUT_S=5 EXECLINE_SILENCE_S=5 EXECLINE_RECONCILE_S=5 EXECLINE_TRUNKS="$trunks" \
		EXECLINE_SIP_TLS_CERT="$secrets/cert.pem" EXECLINE_SIP_TLS_KEY="$secrets/key.pem" EXECLINE_SIP_TLS_PORT=15061 \
		EXECLINE_SIP_PORT=15060 EXECLINE_RTP_MIN=22000 EXECLINE_RTP_MAX=32766 EXECLINE_NG_PORT=12223 \
		EXECLINE_DTMF_PORT=18091 EXECLINE_RPC_PORT=18090 EXECLINE_HTTP_PORT=18080 EXECLINE_REDIS_PORT=16379
}

build() {
	make_env
	say "images (a few minutes the first time)"
	if ! compose build >build/logs/test-build.log 2>&1; then
		tail -n 40 build/logs/test-build.log >&2
		die "the images could not be built; all of it: build/logs/test-build.log"
	fi
}

remove() {
	compose down --volumes --remove-orphans >build/logs/test-down.log 2>&1
}

up() {
	make_env
	remove # what a run that was interrupted has left
	limit_s=120
	compose up --detach --no-build || limit_s=0 # nothing to wait for, but it is said what failed
	scripts/wait-healthy.sh "$project" "$limit_s"
}

down() {
	[ -e "$env_file" ] || return 0
	compose logs --no-color >build/logs/test-stack.log 2>&1 || true
	remove
	rm -rf "$env_file" "$secrets"
}

# Of execlined; the others stay as they are.
replicas() {
	compose up --detach --no-build --no-recreate --no-deps --scale "execlined=$1" execlined >build/logs/test-replicas.log 2>&1
	scripts/wait-healthy.sh "$project" 60
}

case ${1:-} in
build | up | down) "$1" ;;
replicas) replicas "$2" ;;
env) make_env ;;
*) die "usage: tests/stack.sh build|up|down|env|replicas N" ;;
esac
