#!/bin/sh
# Waits until all containers of a compose project are healthy and the service is ready:
#   scripts/wait-healthy.sh PROJECT LIMIT_S
# On failure it says which container it waited for, and shows its last lines.
cd "$(dirname "$0")/.."
. scripts/lib.sh
need_docker

project=$1
limit_s=$2

format='{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} '
format=$format'{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}'

# "NAME ID STATE", one container a line; the state is `healthy` at the end.
states() {
	for id in $($docker ps --all --quiet --filter "label=com.docker.compose.project=$project"); do
		$docker inspect --format "$format" "$id"
	done
}

show_unhealthy() {
	states | grep -v ' healthy$' | while read -r name id state; do
		echo "--- $name is $state; its last lines:" >&2
		$docker logs --tail 40 "$id" >&2
	done
}

deadline=$(($(date +%s) + limit_s))
before() {
	[ "$(date +%s)" -lt "$deadline" ]
}

[ -n "$(states)" ] || die "no containers of project $project"
while states | grep -qv ' healthy$'; do
	if ! before; then
		show_unhealthy
		die "not healthy after $limit_s s"
	fi
	sleep 0.5
done

# Healthy is each by itself; ready is the service when it reaches the others. One replica speaks for all.
service=$(states | sed -n 's/^execlined \([^ ]*\).*/\1/p' | head -n 1)
until answer=$($docker exec "$service" health.sh ready 2>&1); do
	if ! before; then
		echo "$answer" >&2
		$docker logs --tail 40 "$service" >&2
		die "execlined is not ready after $limit_s s"
	fi
	sleep 0.5
done
