/**
 * @file test_nat.c  Who is behind a NAT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nat.h"

static void a_private_address_that_is_not_the_source_hides(void **state)
{
	(void)state;
	assert_true(nat_hides("10.0.0.7", "203.0.113.7:5060"));
	assert_true(nat_hides("10.0.0.7", "10.0.0.8:5060"));
	assert_true(nat_hides("127.0.0.1", "203.0.113.7:5060"));
	assert_true(nat_hides("fd00::7", "2001:db8::7:5060"));
	assert_true(nat_hides("10.0.0.7", ""));
	assert_true(nat_hides("10.0.0.7", NULL));
	assert_false(nat_hides("10.0.0.7", "10.0.0.7:5060"));
	assert_false(nat_hides("fd00::7", "[fd00::7]:5060"));
	assert_false(nat_hides("fd00::7", "fd00::7:5060"));
	assert_false(nat_hides("203.0.113.9", "203.0.113.7:5060"));
	assert_false(nat_hides("203.0.113.9", ""));
	assert_false(nat_hides("0.0.0.0", "203.0.113.7:5060"));
	assert_false(nat_hides("phone.invalid", "203.0.113.7:5060"));
}

static void audio_comes_from_elsewhere_where_an_address_is_private(void **state)
{
	(void)state;
	assert_true(nat_may_be_elsewhere("10.0.0.7", "203.0.113.7:5060"));
	assert_true(nat_may_be_elsewhere("203.0.113.7", "10.0.0.7:5060"));
	assert_true(nat_may_be_elsewhere("203.0.113.7", "127.0.0.1:5060")); /* has many addresses */
	assert_true(nat_may_be_elsewhere("10.0.0.7", ""));
	assert_false(nat_may_be_elsewhere("10.0.0.7", "10.0.0.7:5060"));
	assert_false(nat_may_be_elsewhere("203.0.113.7", "203.0.113.9:5060"));
	assert_false(nat_may_be_elsewhere("203.0.113.7", ""));
}

static void a_source_is_read_whichever_way_it_is_written(void **state)
{
	(void)state;
	assert_true(nat_is_source("203.0.113.7", "203.0.113.7:5060"));
	assert_true(nat_is_source("2001:db8::7", "[2001:db8:0::7]:5060"));
	assert_true(nat_is_source("2001:db8::7", "2001:db8:0::7:5060"));
	assert_false(nat_is_source("203.0.113.7", "203.0.113.70:5060"));
	assert_false(nat_is_source("203.0.113.7", "203.0.113.7"));
	assert_false(nat_is_source("203.0.113.7", ":5060"));
	assert_false(nat_is_source("203.0.113.7", "]:5060"));
	assert_false(nat_is_source("", ""));
}

static void assert_hop(const char *contact, const char *source, const char *socket, const char *hop)
{
	char out[64];

	nat_next_hop(contact, source, socket, out, sizeof(out));
	assert_string_equal(out, hop);
}

static void who_cannot_be_reached_at_their_contact_is_sent_it_the_way_they_came(void **state)
{
	static const char udp[] = "udp:192.0.2.9:5060", tls[] = "tls:192.0.2.9:5061";
	char small[8];

	(void)state;
	assert_hop("sip:a@10.0.0.7:5070", "203.0.113.7:4321", udp,
		   "sip:203.0.113.7:4321;transport=udp");
	assert_hop("sip:a@phone.invalid", "203.0.113.7:4321", udp,
		   "sip:203.0.113.7:4321;transport=udp");
	assert_hop("garbage", "203.0.113.7:4321", udp, "sip:203.0.113.7:4321;transport=udp");
	assert_hop("sip:a@10.0.0.7:5070", "10.0.0.7:4321", udp, ".");
	assert_hop("sip:a@192.0.2.1:5070", "203.0.113.7:4321", udp, ".");
	assert_hop("sip:a@10.0.0.7:5070", "", udp, ".");
	assert_hop("sip:a@10.0.0.7:5070", "garbage:4321", udp, ".");
	assert_hop("sip:a@192.0.2.1:5070;transport=tcp", "192.0.2.1:4321", "tcp:192.0.2.9:5060",
		   ".");
	assert_hop("sip:a@192.0.2.1:5071;transport=tls", "192.0.2.1:4321", tls,
		   "sip:192.0.2.1:4321;transport=tls");
	assert_hop("sip:a@[2001:db8::1]", "2001:db8::1:4321", tls,
		   "sip:[2001:db8::1]:4321;transport=tls");
	assert_hop("sip:a@[2001:db8::1]", "[2001:db8::2]:4321", "udp:[2001:db8::9]:5060", ".");
	/* the socket speaks the family of the source */
	assert_hop("sip:a@[2001:db8::1]", "203.0.113.7:4321", udp,
		   "sip:203.0.113.7:4321;transport=udp");
	assert_hop("sip:a@203.0.113.7", "[2001:db8::1]:4321", "udp:[2001:db8::9]:5060",
		   "sip:[2001:db8::1]:4321;transport=udp");
	nat_next_hop("sip:a@10.0.0.7", "203.0.113.7:4321", udp, small, sizeof(small));
	assert_string_equal(small, ".");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_private_address_that_is_not_the_source_hides),
	    cmocka_unit_test(audio_comes_from_elsewhere_where_an_address_is_private),
	    cmocka_unit_test(who_cannot_be_reached_at_their_contact_is_sent_it_the_way_they_came),
	    cmocka_unit_test(a_source_is_read_whichever_way_it_is_written),
	};

	return cmocka_run_group_tests_name("nat", tests, NULL, NULL);
}
