#!/bin/sh
# Searches the model in the tools image: tests/model/run.sh [-a] [-l] [NAME...]
#   -a those too that are left out otherwise, -l lists them; NAME may be a part of one; README.md here
cd "$(dirname "$0")/../.." || exit 1
PYTHONPATH=tests exec python3 -m model.run "$@"
