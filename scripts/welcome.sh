#!/bin/sh
# Says what to dial and how to ask once everything runs.
cd "$(dirname "$0")/.."
. scripts/lib.sh

api=http://127.0.0.1:$(env_value EXECLINE_HTTP_PORT)
sip=$(reachable "$(env_value EXECLINE_SIP_LISTEN | cut -d , -f 1)"):$(env_value EXECLINE_SIP_PORT)

if [ -z "$(env_value EXECLINE_TRUNKS)" ]; then
	who='A phone on this machine can call the line "main"; its host calls from +15550199:'
else
	who='The trunks of .env can call its lines, this machine only if it is one of them:'
fi

cat <<TEXT

ExecLine is up. $who

  sip:+15550100@$sip

Who is on the line, which SMS went out, and whether all parts work:

  scripts/admin.sh GET /v1/lines/main/status
  scripts/admin.sh GET "/v1/sms?line=main"
  curl $api/readyz

make demo places calls and shows what happens; make logs follows the logs; make down stops it all.
TEXT
