#!/bin/sh
# A stack of its own behind one NAT, phones behind others; the images must be built (tests/stack.sh build):
#   tests/nat/run.sh [NAME...]      NAME may be a part of a case's
#   tests/nat/run.sh down           removes what a run that was killed has left
# All networks are namespaces of one container, which plays the machine in the cloud and runs the phones; with it they go.
cd "$(dirname "$0")/../.."
. scripts/lib.sh
need_docker

project=execline-nat
cloud=execline-nat-cloud # compose.yml has it too
env_file=build/nat.env
music=$PWD/build/nat-music

compose() {
	scripts/compose.sh --file docker-compose.yml --file tests/nat/compose.yml --project-name "$project" --env-file "$env_file" "$@"
}

remove() {
	compose down --volumes --remove-orphans >build/logs/nat-down.log 2>&1 || true
	$docker rm --force "$cloud" >/dev/null 2>&1 || true
}

finish() {
	compose logs --no-color >build/logs/nat-stack.log 2>&1 || true
	remove
	rm -f "$env_file"
}

mkdir -p build/logs "$music"
if [ "${1:-}" = down ]; then
	finish
	exit
fi
rm -f "$env_file"
scripts/env.sh "$env_file" COMPOSE_PROJECT_NAME="$project" EXECLINE_MUSIC_DIR="$music" \
	EXECLINE_SIP_LISTEN=10.20.0.2,2001:db8:10::2 EXECLINE_SIP_ADVERTISE=203.0.113.10 \
	EXECLINE_RTP_LISTEN=10.20.0.2,2001:db8:10::2 EXECLINE_RTP_ADVERTISE=203.0.113.10 \
	EXECLINE_TRUNKS='203.0.113.0/24,2001:db8:20::/44;six=generic:2001:db8:30::30' \
	EXECLINE_ACK_TIMEOUT_S=5 EXECLINE_SILENCE_S=5 EXECLINE_RECONCILE_S=5
remove # what a run that was interrupted has left
trap finish EXIT
trap 'exit 1' HUP INT TERM # a suite that takes too long is ended so
# shellcheck disable=SC2086 # $docker may be two words
$docker run --detach --init --name "$cloud" --network none --cap-add NET_ADMIN --cap-add SYS_ADMIN \
	--security-opt apparmor=unconfined --volume "$PWD:$PWD" --workdir "$PWD" \
	--env PYTHONPATH=tests --env ENV_FILE="$env_file" ${RESULTS:+--env "RESULTS=$RESULTS"} \
	execline-tools:latest sleep infinity >/dev/null
$docker exec "$cloud" tests/nat/network.sh
compose up --detach --no-build >build/logs/nat-up.log 2>&1 || die "the stack did not start; see build/logs/nat-up.log"
scripts/wait-healthy.sh "$project" 120
$docker exec "$cloud" python3 -m nat.run "$@"
