#!/bin/sh
# Lays out the network of the suite, in namespaces of the container that it runs in, whose own one is that of the machine:
#
#   machine 10.20.0.2 ── edge 203.0.113.10 ──┐                 ┌── home1 203.0.113.21 ── phone1 192.168.1.20
#                          (cloud's NAT)     ├─ the public net ┼── home2 203.0.113.22 ── phone2 192.168.1.20
#                                            └─────────────────┴── carrier 203.0.113.30
#
# IPv6, where the kernel has it, knows no NAT. Each of them routes a network of its own, and all the others':
#
#   machine 2001:db8:10::2, phone1 2001:db8:21::20, phone2 2001:db8:22::20, carrier 2001:db8:30::30; and behind the carrier, who has
#   no part in it, strangers: 2001:db8:66:1::1, 2001:db8:66:1::2, 2001:db8:66:2::1
set -eu

lan=24
machine=10.20.0.2 public=203.0.113.10 phone=192.168.1.20

# link NAMESPACE INTERFACE ADDRESS NAMESPACE INTERFACE ADDRESS: a cable; "." is here, an address "-" is none
link() {
	ip link add dev left type veth peer name right
	plug left "$1" "$2" "$3"
	plug right "$4" "$5" "$6"
}

plug() {
	[ "$2" = . ] || ip link set dev "$1" netns "$2"
	in_ns "$2" ip link set dev "$1" name "$3"
	[ "$4" = - ] || in_ns "$2" ip address add "$4/$lan" dev "$3"
	in_ns "$2" ip link set dev "$3" up
}

in_ns() {
	if [ "$1" = . ]; then
		shift
		"$@"
	else
		ip netns exec "$@"
	fi
}

# A NAT gives each flow another port, whatever the inner one is.
masquerade() {
	in_ns "$1" sysctl --quiet --write net.ipv4.ip_forward=1
	in_ns "$1" iptables --table nat --append POSTROUTING --out-interface out --jump MASQUERADE --random
}

mount -o remount,rw /proc/sys # an engine mounts it read-only

for name in public edge home1 home2 phone1 phone2 carrier; do
	ip netns add "$name"
	in_ns "$name" ip link set dev lo up
done
in_ns public ip link add dev bridge type bridge
in_ns public ip link set dev bridge up

# attach NAMESPACE ADDRESS: to the public net
attach() {
	link "$1" out "$2" public "to-$1" -
	in_ns public ip link set dev "to-$1" master bridge
}

attach edge "$public"
attach home1 203.0.113.21
attach home2 203.0.113.22
attach carrier 203.0.113.30

link . eth0 "$machine" edge in 10.20.0.1
ip route add default via 10.20.0.1
in_ns edge sysctl --quiet --write net.ipv4.ip_forward=1
# One to one, as clouds do.
in_ns edge iptables --table nat --append PREROUTING --in-interface out --destination "$public" --jump DNAT --to-destination "$machine"
in_ns edge iptables --table nat --append POSTROUTING --out-interface out --source "$machine" --jump SNAT --to-source "$public"

# Of a network 2001:db8:N::/48 the router has ::1 within, and 2001:db8::N without.
networks='10:edge 21:home1 22:home2 30:carrier 66:carrier'

ipv6_is() {
	in_ns "$1" ip -6 address add "$3" dev "$2" nodad
}

route_ipv6() {
	for network in $networks; do
		ipv6_is "${network#*:}" out "2001:db8::${network%:*}/64"
	done
	for router in edge home1 home2 carrier; do
		in_ns "$router" sysctl --quiet --write net.ipv6.conf.all.forwarding=1
		for network in $networks; do
			[ "${network#*:}" = "$router" ] \
				|| in_ns "$router" ip -6 route add "2001:db8:${network%:*}::/48" via "2001:db8::${network%:*}"
		done
	done
	ipv6_is edge in 2001:db8:10::1/64
	ipv6_is . eth0 2001:db8:10::2/64
	ip -6 route add default via 2001:db8:10::1
	for n in 1 2; do
		ipv6_is "home$n" in "2001:db8:2$n::1/64"
		ipv6_is "phone$n" eth0 "2001:db8:2$n::20/64"
		in_ns "phone$n" ip -6 route add default via "2001:db8:2$n::1"
	done
	for address in 2001:db8:30::30 2001:db8:66:1::1 2001:db8:66:1::2 2001:db8:66:2::1; do
		ipv6_is carrier out "$address/128"
	done
}

for n in 1 2; do
	link "phone$n" eth0 "$phone" "home$n" in 192.168.1.1
	in_ns "phone$n" ip route add default via 192.168.1.1
	masquerade "home$n"
done

# An engine switches it off where its networks have none.
if [ -e /proc/net/if_inet6 ]; then
	sysctl --quiet --write net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
	route_ipv6
fi
