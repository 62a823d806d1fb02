#!/bin/sh
# Runs a command in the tools image (tests/Dockerfile) with the repository at its own path and the engine's socket:
#   scripts/tools.sh --build          builds the image
#   scripts/tools.sh COMMAND [ARG...]
# With $ENV_FILE set, that file's variables are in the command's environment.
cd "$(dirname "$0")/.."
. scripts/lib.sh
need_docker

image=execline-tools:latest
socket=/var/run/docker.sock

build() {
	say "tools image (a few minutes the first time)"
	mkdir -p build/logs
	# The Dockerfile copies nothing, so there is no context to send.
	if ! $docker build --network host --tag "$image" - <tests/Dockerfile >build/logs/tools-image.log 2>&1; then
		tail -n 40 build/logs/tools-image.log
		die "the tools image could not be built; all of it: build/logs/tools-image.log"
	fi
}

if [ "${1:-}" = --build ]; then
	build
	exit
fi

terminal=
if [ -t 0 ] && [ -t 1 ]; then
	terminal="--interactive --tty"
fi
# Files made here belong to whoever called; the socket's group lets them reach the engine.
# shellcheck disable=SC2086 # $terminal is zero or two words
exec $docker run --rm --init $terminal --network host \
	--user "$(id -u):$(id -g)" --group-add "$(stat -c %g "$socket")" \
	--volume "$PWD:$PWD" --workdir "$PWD" --volume "$socket:$socket" \
	--env HOME=/tmp ${SEED:+--env "SEED=$SEED"} ${ROUNDS:+--env "ROUNDS=$ROUNDS"} \
	${ENV_FILE:+--env "ENV_FILE=$ENV_FILE" --env-file "$ENV_FILE"} \
	"$image" "$@"
