#!/bin/sh
# Makes sure that a container engine and compose are there; installs the distribution's where they are not.
#   scripts/engine.sh start [FILE]    does nothing where an engine answers already; else makes FILE, so that who called
#                                     knows that it is theirs to stop
#   scripts/engine.sh stop            stops the engine that `start` has started, and no other
cd "$(dirname "$0")/.."
. scripts/lib.sh

pid_file=/run/execline-dockerd.pid       # an engine started by hand; dockerd writes and removes it
service_mark=/run/execline-docker-service # an engine started as a service
log=/var/log/execline-dockerd.log
limit_s=40

# What is missing of engine, client, compose and curl. A client may be there without an engine.
missing_packages() {
	command -v dockerd >/dev/null || [ -x /usr/sbin/dockerd ] || echo docker.io
	# A package of its own from Debian 13 on; part of docker.io before.
	if ! command -v docker >/dev/null && apt-cache show docker-cli >/dev/null 2>&1; then
		echo docker-cli
	fi
	docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || echo docker-compose
	# Not needed by any script, but by whoever follows the documentation.
	command -v curl >/dev/null || echo curl
}

install_missing() {
	[ -n "$(missing_packages)" ] || return 0
	# A broken third-party source must not keep the distribution's own from being read.
	as_root apt-get update -qq || say "apt-get update had errors; going on"
	# Asked again: the lists may say only now that there is a docker-cli.
	packages=$(missing_packages | tr '\n' ' ')
	say "installing $packages"
	# shellcheck disable=SC2086 # one word for each package
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
}

# The shell's own kill: a small system has no other.
signal() {
	as_root sh -c 'kill -"$1" "$2" 2>/dev/null' sh "$1" "$2"
}

# Waits for the engine to answer; gives up when its process, if we know it, has gone.
wait_for_engine() {
	pid=${1:-}
	tries=$((limit_s * 5))
	while [ "$tries" -gt 0 ]; do
		if find_docker; then
			return 0
		fi
		if [ -n "$pid" ] && ! signal 0 "$pid"; then
			return 1
		fi
		tries=$((tries - 1))
		sleep 0.2
	done
	return 1
}

start_service() {
	if [ -d /run/systemd/system ]; then
		as_root systemctl start docker 2>/dev/null && wait_for_engine
	elif [ -x /etc/init.d/docker ]; then
		as_root service docker start >/dev/null 2>&1 || return 1
		# It reports success before dockerd had a chance to fail.
		if ! wait_for_engine "$(cat /run/docker-ssd.pid)"; then
			as_root service docker stop >/dev/null 2>&1 || true
			return 1
		fi
	else
		return 1
	fi
}

# Starts dockerd itself with the given options.
start_by_hand() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	pid=$(as_root sh -c '
		ulimit -n 1048576 2>/dev/null
		pid_file=$1 log=$2
		shift 2
		nohup setsid dockerd --pidfile "$pid_file" "$@" >>"$log" 2>&1 </dev/null &
		echo $!' sh "$pid_file" "$log" "$@")
	if wait_for_engine "$pid"; then
		return 0
	fi
	signal TERM "$pid" || true
	return 1
}

# $1: file to make when it is we who start it; may be empty
start() {
	if ! find_docker; then
		install_missing
		say "starting the container engine"
		# Installing it may have started it. Containers on the host's network need neither bridge nor iptables,
		# so a machine that does not allow those will do.
		if find_docker || start_service; then
			as_root touch "$service_mark"
		elif ! start_by_hand && ! start_by_hand --bridge=none --iptables=false; then
			as_root tail -n 20 "$log" >&2
			die "the container engine does not start; its log is $log"
		fi
		[ -z "$1" ] || touch "$1"
	fi
	install_missing
	say "container engine: $($docker version --format '{{.Server.Version}}')"
}

stop_service() {
	if [ -d /run/systemd/system ]; then
		# First the socket: it would start the engine again for the next client.
		as_root systemctl stop docker.socket 2>/dev/null || true
		as_root systemctl stop docker.service
	else
		as_root service docker stop
	fi
}

stop() {
	if [ -e "$service_mark" ]; then
		stop_service
		as_root rm -f "$service_mark"
		say "stopped the container engine"
	elif [ -e "$pid_file" ]; then
		pid=$(cat "$pid_file")
		signal TERM "$pid"
		tries=$((limit_s * 5))
		while [ -e "$pid_file" ] && [ "$tries" -gt 0 ]; do
			tries=$((tries - 1))
			sleep 0.2
		done
		say "stopped the container engine (process $pid)"
	fi
}

case ${1:-} in
start) start "${2:-}" ;;
stop) stop ;;
*) die "usage: scripts/engine.sh start [FILE] | stop" ;;
esac
