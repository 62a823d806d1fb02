# shellcheck shell=sh
# Reading settings, for the entrypoints of the images (which have it beside them) and the scripts here. A bad value stops the
# start and is named, with what is allowed.

interfaces=/proc/net/if_inet6 # each IPv6 address of this machine, its 32 digits in front
appears_within_s=10           # for so long an IPv6 address is waited for: at boot it comes late

# fail KEY VALUE ALLOWED
fail()
{
	echo "level=error event=config key=$1 value=\"$2\" allowed=\"$3\"" >&2
	exit 1
}

# port KEY VALUE: an unprivileged port.
port()
{
	case $2 in
	'' | *[!0-9]* | ??????*) fail "$1" "$2" "a port, 1024 to 65535" ;;
	esac
	[ "$2" -ge 1024 ] && [ "$2" -le 65535 ] || fail "$1" "$2" "a port, 1024 to 65535"
}

# secret KEY: its value, or the first line of the file that KEY_FILE names, where there is one.
secret()
{
	value='' file=''
	eval "value=\${$1:-} file=\${$1_FILE:-/dev/null}"
	[ -r "$file" ] && [ ! -d "$file" ] || fail "$1_FILE" "$file" "a file that can be read"
	line=$(head -n 1 "$file" | tr -d '\r')
	[ -z "$line" ] || [ -z "$value" ] || fail "$1" "(hidden)" "only one of it and $1_FILE"
	printf '%s' "$line$value"
}

# is_ipv4 TEXT
is_ipv4()
{
	octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
	case $1 in
	*[!0-9.]*) return 1 ;;
	esac
	echo "$1" | grep -Eqx "$octet(\.$octet){3}"
}

# ipv6_groups TEXT: all eight groups of an IPv6 address, as Kamailio prints it (ipv6_hex_style "a"); fails if it is none.
ipv6_groups()
{
	case $1 in
	'' | *[!0-9A-Fa-f:]*) return 1 ;;
	esac
	awk -v text="$1" 'BEGIN {
		n = split(tolower(text), half, "::")
		before = half[1] == "" ? 0 : split(half[1], first, ":")
		behind = half[2] == "" ? 0 : split(half[2], last, ":")
		if (n > 2 || (n == 1 ? before != 8 : before + behind > 7))
			exit 1
		for (i = 1; i <= 8; i++) {
			group = i <= before ? first[i] : i > 8 - behind ? last[i - 8 + behind] : "0"
			if (group == "" || length(group) > 4)
				exit 1
			sub(/^0+/, "", group)
			all = all (i > 1 ? ":" : "") (group == "" ? "0" : group)
		}
		print all
	}'
}

# is_ipv6 ADDRESS: of one that is known to be an address.
is_ipv6()
{
	case $1 in
	*:*) ;;
	*) return 1 ;;
	esac
}

# address KEY VALUE
address()
{
	is_ipv4 "$2" || ipv6_groups "$2" >/dev/null || fail "$1" "$2" "an IPv4 or IPv6 address"
}

# in_uri ADDRESS: as it stands in front of a port.
in_uri()
{
	if is_ipv6 "$1"; then
		echo "[$1]"
	else
		echo "$1"
	fi
}

# like ADDRESS LIST: the address in a list, with commas, that is of the same family; nothing if there is none.
like()
{
	for one in $(echo "$2" | tr ',' ' '); do
		case $1,$one in
		*:*,*:*) ;;
		*:*) continue ;; # only one of them is IPv6
		esac
		echo "$one"
		return
	done
}

# one_each KEY LIST: at most one address of each family.
one_each()
{
	for ip in $(echo "$2" | tr ',' ' '); do
		address "$1" "$ip"
		[ "$(like "$ip" "$2")" = "$ip" ] || fail "$1" "$2" "one address of each family, IPv4 and IPv6"
	done
}

# ipv6_is_here ADDRESS: whether this machine has it.
ipv6_is_here()
{
	digits=$(ipv6_groups "$1" | tr ':' '\n' | while read -r group; do printf '%04x' "0x$group"; done)
	grep -qs "^$digits " "$interfaces"
}

# ipv6_comes KEY ADDRESS: waits for it, unless the machine has no IPv6 at all; fails if it does not come, and says so.
ipv6_comes()
{
	case $(ipv6_groups "$2") in
	0:0:0:0:0:0:0:0 | fe[89ab]?:*) fail "$1" "$2" "an IPv6 address, neither :: nor link-local" ;;
	esac
	left=$appears_within_s
	until ipv6_is_here "$2"; do
		if [ "$left" -eq 0 ] || ! ipv6_is_here ::1; then
			echo "level=warn event=address_absent key=$1 value=\"$2\"" >&2
			return 1
		fi
		left=$((left - 1))
		sleep 1
	done
}

# listening KEY LIST: the addresses of it, but for those of IPv6 that this machine does not have: what it has it serves.
listening()
{
	here=
	for ip in $(echo "$2" | tr ',' ' '); do
		address "$1" "$ip"
		if ! is_ipv6 "$ip" || ipv6_comes "$1" "$ip"; then
			here="$here $ip"
		fi
	done
	[ -n "$here" ] || fail "$1" "$2" "an address of this machine"
	echo "$here"
}
