#!/bin/sh
# Runs the service tests in the tools image: tests/service/run.sh [-l] [NAME...]
#   -l lists them; NAME may be a part of one
cd "$(dirname "$0")/../.." || exit 1
# shellcheck disable=SC3045 # dash has it
ulimit -c 0 # rtpengine's crashes are a result here, not a file
make --silent -C service --jobs "$(nproc)" sanitized || exit 1
PYTHONPATH=tests exec python3 -m service.run "$@"
