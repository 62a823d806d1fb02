# shellcheck shell=sh
# Shared by the scripts here: `. scripts/lib.sh` from the top of the repository.
set -eu

say() {
	echo "execline: $*"
}

die() {
	echo "execline: $*" >&2
	exit 1
}

# Runs a command as root, through sudo for anybody else.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		command -v sudo >/dev/null || die "root or sudo is needed for: $*"
		sudo "$@"
	fi
}

# Sets $docker to the command that reaches the engine. A client found first in the PATH may be too new for the
# engine of the distribution, and the socket may be root's.
find_docker() {
	for docker in docker /usr/bin/docker "sudo docker" "sudo /usr/bin/docker"; do
		case $docker in
		sudo*) command -v sudo >/dev/null || continue ;;
		esac
		if $docker info >/dev/null 2>&1; then
			return 0
		fi
	done
	docker=
	return 1
}

need_docker() {
	find_docker || die "no container engine answers; scripts/engine.sh start brings one up"
}

# Prints an address of this machine, as URIs have it, at which a server that listens on ADDRESS is reached.
reachable() {
	case $1 in
	0.0.0.0) echo 127.0.0.1 ;;
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

# Prints the value of NAME in .env.
env_value() {
	sed -n "s/^$1=//p" .env
}
