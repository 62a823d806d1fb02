#!/bin/sh
# From a fresh machine to a line that can be dialled.
cd "$(dirname "$0")/.."
. scripts/lib.sh

scripts/engine.sh start
scripts/base-image.sh
scripts/env.sh
scripts/check-env.sh

mkdir -p build/logs
say "building the images (a few minutes the first time)"
if ! scripts/compose.sh build >build/logs/build.log 2>&1; then
	tail -n 40 build/logs/build.log >&2
	die "the images could not be built; all of it: build/logs/build.log"
fi
say "starting"
limit_s=120
scripts/compose.sh up --detach --remove-orphans || limit_s=0 # nothing to wait for, but it is said what failed
scripts/wait-healthy.sh "$(env_value COMPOSE_PROJECT_NAME)" "$limit_s"
scripts/first-line.sh
