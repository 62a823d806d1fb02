#!/bin/sh
# Runs the service tests in the tools image: tests/service/run.sh [-l] [NAME...]
#   -l lists them; NAME may be a part of one
cd "$(dirname "$0")/../.." || exit 1
ulimit -c 0
make --silent -C service --jobs "$(nproc)" sanitized || exit 1
PYTHONPATH=tests exec python3 -m service.run "$@"
