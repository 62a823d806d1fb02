/**
 * @file test_net.c  IP addresses: as text, the same, of this machine, and what they are counted
 * under
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net.h"

static void peers_are_printed(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	char text[NET_ADDRESS_BUF] = "x";

	(void)state;
	inet_pton(AF_INET, "203.0.113.7", &in.sin_addr);
	net_address((const struct sockaddr *)&in, text);
	assert_string_equal(text, "203.0.113.7");
	inet_pton(AF_INET6, "2001:db8::7", &in6.sin6_addr);
	net_address((const struct sockaddr *)&in6, text);
	assert_string_equal(text, "2001:db8::7");
	inet_pton(AF_INET6, "::ffff:203.0.113.8", &in6.sin6_addr);
	net_address((const struct sockaddr *)&in6, text);
	assert_string_equal(text, "203.0.113.8");
	in.sin_family = AF_UNIX;
	net_address((const struct sockaddr *)&in, text);
	assert_string_equal(text, "");
	net_address(NULL, text);
	assert_string_equal(text, "");
}

static void addresses_are_compared_by_what_they_are(void **state)
{
	(void)state;
	assert_true(net_equal("127.0.0.1", "127.0.0.1"));
	assert_true(net_equal("::1", "0:0::0001"));
	assert_false(net_equal("127.0.0.1", "127.0.0.2"));
	assert_false(net_equal("::1", "127.0.0.1"));
	assert_false(net_equal("", ""));
	assert_true(net_is_address("2001:db8::7"));
	assert_false(net_is_address("203.0.113.7 "));
	assert_false(net_is_address("203.0.113"));
}

static void loopback_is_known(void **state)
{
	(void)state;
	assert_true(net_is_loopback("127.0.0.1"));
	assert_true(net_is_loopback("127.255.0.9"));
	assert_true(net_is_loopback("::1"));
	assert_false(net_is_loopback("128.0.0.1"));
	assert_false(net_is_loopback("0.0.0.0"));
	assert_false(net_is_loopback("::"));
	assert_false(net_is_loopback(""));
}

static void prefixes_are_what_a_customer_has(void **state)
{
	char out[NET_PREFIX_BUF];

	(void)state;
	net_prefix("203.0.113.7", out);
	assert_string_equal(out, "203.0.113.7");
	net_prefix("2001:db8:1:2:3:4:5:6", out);
	assert_string_equal(out, "2001:db8:1:2::");
	net_prefix("", out);
	assert_string_equal(out, "");
}

static void private_networks_are_known(void **state)
{
	static const char *const ours[] = {
	    "10.0.0.1",	  "10.255.255.255", "172.16.0.1",  "172.31.255.255", "192.168.1.1",
	    "100.64.0.1", "100.127.9.9",    "169.254.1.1", "127.0.0.1",	     "::1",
	    "fd00::1",	  "fe80::1"};
	static const char *const public[] = {"9.255.255.255",
					     "11.0.0.0",
					     "172.15.255.255",
					     "172.32.0.0",
					     "192.167.1.1",
					     "100.128.0.0",
					     "100.63.255.255",
					     "203.0.113.7",
					     "0.0.0.0",
					     "2001:db8::1",
					     "ff02::1",
					     "host",
					     ""};

	(void)state;
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		assert_true(net_is_private(ours[i]));
	for (size_t i = 0; i < sizeof(public) / sizeof(public[0]); i++)
		assert_false(net_is_private(public[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(private_networks_are_known),
	    cmocka_unit_test(peers_are_printed),
	    cmocka_unit_test(addresses_are_compared_by_what_they_are),
	    cmocka_unit_test(loopback_is_known),
	    cmocka_unit_test(prefixes_are_what_a_customer_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
