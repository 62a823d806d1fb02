#!/bin/sh
# Runs compose in the flavour that is installed: scripts/compose.sh [OPTION...] COMMAND [ARG...]
cd "$(dirname "$0")/.."
. scripts/lib.sh
need_docker

# $docker may be two words (sudo docker).
if $docker compose version >/dev/null 2>&1; then
	exec $docker compose "$@"
fi
command -v docker-compose >/dev/null || die "neither 'docker compose' nor 'docker-compose' is installed"
case $docker in
sudo*) exec sudo docker-compose "$@" ;;
*) exec docker-compose "$@" ;;
esac
