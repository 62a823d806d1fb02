#!/bin/sh
# Waits until all containers of a compose project are healthy and the service is ready:
#   scripts/wait-healthy.sh PROJECT LIMIT_S
# On failure it says which container it waited for, and shows its last lines.
cd "$(dirname "$0")/.."
. scripts/lib.sh
need_docker

project=$1
limit_s=$2

# "NAME ID", one container a line.
containers() {
	$docker ps --all --format '{{.Label "com.docker.compose.service"}} {{.ID}}' \
		--filter "label=com.docker.compose.project=$project"
}

deadline=$(($(date +%s) + limit_s))
# NAME ID: its last lines, once it is too late.
give_up_late() {
	if [ "$(date +%s)" -ge "$deadline" ]; then
		echo "--- $1 says \"$answer\"; its last lines:" >&2
		$docker logs --tail 40 "$2" >&2
		die "$1 is not $3 after $limit_s s"
	fi
}

# Asked here, since the engine asks too seldom for somebody who waits.
wait_for() {
	until answer=$($docker exec "$2" health.sh 2>&1); do
		give_up_late "$1" "$2" healthy
		sleep 0.5
	done
}

all=$(containers)
[ -n "$all" ] || die "no containers of project $project"
echo "$all" | while read -r name id; do
	wait_for "$name" "$id" </dev/null
done

# Healthy is each by itself; ready is the service when it reaches the others. One replica speaks for all.
service=$(echo "$all" | sed -n 's/^execlined //p' | head -n 1)
until answer=$($docker exec "$service" health.sh ready 2>&1); do
	give_up_late execlined "$service" ready
	sleep 0.5
done
