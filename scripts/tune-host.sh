#!/bin/sh
# Raises a kernel setting of the host's network, which containers on it cannot: Kamailio's workers hand requests to
# its HTTP client through a Unix socket and block while that is full. systemd sets 512 at boot, the kernel 10.
cd "$(dirname "$0")/.."
. scripts/lib.sh

file=/proc/sys/net/unix/max_dgram_qlen
least=512

if [ -r "$file" ] && [ "$(cat "$file")" -lt "$least" ]; then
	# Without root, the process of as_root ends: that is why it has one of its own.
	# shellcheck disable=SC2016 # expanded by the inner shell
	(as_root sh -c 'echo "$1" >"$2"' sh "$least" "$file") || say "could not raise $file to $least; going on"
fi
