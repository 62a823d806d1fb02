#!/bin/sh
# Says what to dial and what to curl once everything runs.
cd "$(dirname "$0")/.."
. scripts/lib.sh

api=http://$(env_value EXECLINE_HTTP_LISTEN):$(env_value EXECLINE_HTTP_PORT)
sip=$(env_value EXECLINE_SIP_LISTEN | cut -d , -f 1):$(env_value EXECLINE_SIP_PORT)

cat <<TEXT

ExecLine is up. A phone on this machine can call the line "main"; its host calls from +15550199:

  sip:+15550100@$sip

Who is on the line, and which SMS went out:

  token=\$(sed -n s/^EXECLINE_ADMIN_TOKEN=//p .env)
  curl -H "Authorization: Bearer \$token" $api/v1/lines/main/status
  curl -H "Authorization: Bearer \$token" "$api/v1/sms?line=main"

make demo places calls and shows what happens; make logs follows the logs; make down stops it all.
TEXT
