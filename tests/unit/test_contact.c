/**
 * @file test_contact.c  Our Contact
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contact.h"

static void assert_printed(const char *socket, const char *want)
{
	char transport[CONTACT_TRANSPORT_BUF], uri[CONTACT_BUF];
	const struct contact c = {"conf", "main", "0a1b", "198.51.100.1:5060", transport};

	contact_transport(socket, transport);
	assert_int_equal(contact_print(&c, uri, sizeof(uri)), 0);
	assert_string_equal(uri, want);
	assert_int_equal(contact_print(&c, uri, 16), ENOSPC);
}

/* As the socket that their requests came to; of a transport that nobody knows, none. */
static void a_contact_has_the_transport_of_the_dialog(void **state)
{
	(void)state;
	assert_printed("udp:192.0.2.9:5060", "sip:conf-main@198.51.100.1:5060;leg=0a1b");
	assert_printed("tcp:192.0.2.9:5060",
		       "sip:conf-main@198.51.100.1:5060;leg=0a1b;transport=tcp");
	assert_printed("tls:192.0.2.9:5061",
		       "sip:conf-main@198.51.100.1:5060;leg=0a1b;transport=tls");
	assert_printed("x;y=z-and-more:1", "sip:conf-main@198.51.100.1:5060;leg=0a1b");
	assert_printed("", "sip:conf-main@198.51.100.1:5060;leg=0a1b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_contact_has_the_transport_of_the_dialog),
	};

	return cmocka_run_group_tests_name("contact", tests, NULL, NULL);
}
