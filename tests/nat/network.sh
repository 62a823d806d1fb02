#!/bin/sh
# Lays out the network of the suite, in namespaces of the container that it runs in, whose own one is that of the machine:
#
#   machine 10.20.0.2 ── edge 203.0.113.10 ──┐                 ┌── home1 203.0.113.21 ── phone1 192.168.1.20
#                          (cloud's NAT)     ├─ the public net ┼── home2 203.0.113.22 ── phone2 192.168.1.20
#                                            └─────────────────┴── carrier 203.0.113.30
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

for n in 1 2; do
	link "phone$n" eth0 "$phone" "home$n" in 192.168.1.1
	in_ns "phone$n" ip route add default via 192.168.1.1
	masquerade "home$n"
done
