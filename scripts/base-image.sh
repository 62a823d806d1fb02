#!/bin/sh
# Provides the base image of all our images: pulled where a container registry can be reached, else made of the
# distribution's packages and imported under the same name. Does nothing where it is there already.
cd "$(dirname "$0")/.."
. scripts/lib.sh
need_docker

image=${1:-debian:trixie-slim}
suite=trixie

# The repositories of the suite the host itself runs, one "RELEASE URI" a line.
host_repositories() {
	apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 'Component: main' | sort -u
}

# The repository the host uses for its own suite plus $1 ("", -updates or -security).
repository() {
	host_suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
	uri=$(host_repositories | sed -n "s|^$host_suite$1 ||p" | head -n 1)
	case $uri in
	mirror+file:*)
		# A list of mirrors, as cloud images have it; one a line, a comment or options may follow.
		sed -n 's/[[:space:]].*//; /^https*:/p' "${uri#mirror+file:}" | head -n 1
		;;
	*) echo "$uri" ;;
	esac
}

write_sources() {
	for part in "" -updates -security; do
		uri=$(repository "$part")
		if [ -n "$uri" ]; then
			printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' \
				"$uri" "$suite$part" /usr/share/keyrings/debian-archive-keyring.gpg
		fi
	done
}

# What the official slim image leaves out, too: kept out of later installations by dpkg's own rules.
slim_rules() {
	cat <<-'RULES'
		path-exclude /usr/share/doc/*
		path-include /usr/share/doc/*/copyright
		path-exclude /usr/share/groff/*
		path-exclude /usr/share/info/*
		path-exclude /usr/share/lintian/*
		path-exclude /usr/share/linda/*
		path-exclude /usr/share/locale/*
		path-exclude /usr/share/man/*
	RULES
}

# Runs as root. $1: directory for the root file system
make_root() {
	root=$1
	mirror=$(repository "")
	[ -n "$mirror" ] || die "apt names no repository for this machine's own release"
	debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 || {
		tail -n 20 "$root.log" >&2
		die "debootstrap failed"
	}
	rm -f "$root/etc/apt/sources.list"
	write_sources >"$root/etc/apt/sources.list.d/debian.sources"
	chroot "$root" apt-get update -qq
	chroot "$root" apt-get upgrade -y -qq >>"$root.log" 2>&1
	slim_rules >"$root/etc/dpkg/dpkg.cfg.d/execline-slim"
	# Packages must not start services while an image is built.
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 0755 "$root/usr/sbin/policy-rc.d"
	find "$root/usr/share/doc" -mindepth 1 -not -name copyright -not -type d -delete
	rm -rf "$root"/usr/share/locale/* "$root"/usr/share/man/* "$root"/usr/share/info/* \
		"$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/log/* "$root"/tmp/* \
		"$root/etc/hostname" "$root/etc/resolv.conf"
	: >"$root/etc/machine-id"
}

build() {
	work=$(mktemp -d /var/tmp/execline-base.XXXXXX)
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' INT TERM
	make_root "$work/root"
	tar -C "$work/root" --numeric-owner -cf "$work/root.tar" .
	$docker import --change 'CMD ["bash"]' "$work/root.tar" "$image" >/dev/null
}

if $docker image inspect "$image" >/dev/null 2>&1; then
	exit 0
fi
# shellcheck disable=SC2086 # $docker may be two words
if timeout 120 $docker pull --quiet "$image" >/dev/null 2>&1; then
	say "pulled $image"
	exit 0
fi
# The rest needs root: a file system of root's, and its device nodes.
if [ "$(id -u)" -ne 0 ]; then
	as_root scripts/base-image.sh "$image"
	exit
fi
say "no container registry can be reached; making $image of packages (about a minute)"
if ! command -v debootstrap >/dev/null; then
	apt-get update -qq || true
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
fi
build
say "made $image"
