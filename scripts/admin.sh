#!/bin/sh
# Calls the admin API from within the container of the service, whose token shows in no process list:
#   scripts/admin.sh GET /v1/lines
#   scripts/admin.sh PUT /v1/lines/main <line.json
# Prints the answer's body; exit status 22 when its status is 400 or more.
cd "$(dirname "$0")/.."
. scripts/lib.sh

# A body is never typed.
if [ -t 0 ]; then
	exec </dev/null
fi
exec scripts/compose.sh exec -T execlined admin "$@"
