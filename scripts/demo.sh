#!/bin/sh
# Shows the product without a phone: calls to the stack of `make up`, which is started where it is not running.
cd "$(dirname "$0")/.."
. scripts/lib.sh

running() {
	[ -e .env ] && scripts/wait-healthy.sh "$(env_value COMPOSE_PROJECT_NAME)" 0 >/dev/null 2>&1
}

if running; then
	scripts/first-line.sh
else
	scripts/up.sh
fi
scripts/tools.sh --build
ENV_FILE=.env exec scripts/tools.sh tests/e2e/demo.py
