/**
 * @file test_sip.c  Requests of our own through a fake Kamailio's JSON-RPC
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "http_client.h"
#include "json.h"
#include "sip.h"
#include "wire.h"

enum { REPLIES_MAX = 4 };

/* ----- a Kamailio that answers each call with the next reply; "" hangs up ----- */

static struct {
	int fd;
	uint16_t port;
	const char *replies[REPLIES_MAX]; /* HTTP status and body: "200 {...}" */
	pthread_t thread;
	char bodies[REPLIES_MAX][8192]; /* to be read after stop() */
	size_t n;
} kamailio;

static void say_reply(int fd, const char *reply)
{
	char head[128];

	snprintf(head, sizeof(head), "HTTP/1.1 %.3s X\r\nContent-Length: %zu\r\n\r\n", reply,
		 strlen(reply + 4));
	wire_say(fd, head);
	wire_say(fd, reply + 4);
}

static void serve(int fd)
{
	static struct wire_message request;

	while (kamailio.n < REPLIES_MAX && wire_hear(fd, &request, false)) {
		const char *reply = kamailio.replies[kamailio.n];

		snprintf(kamailio.bodies[kamailio.n++], sizeof(kamailio.bodies[0]), "%.8191s",
			 request.body);
		if (!reply || !*reply)
			return;
		say_reply(fd, reply);
	}
}

static void *run(void *arg)
{
	(void)arg;
	for (int fd = accept(kamailio.fd, NULL, NULL); fd >= 0;
	     fd = accept(kamailio.fd, NULL, NULL)) {
		serve(fd);
		close(fd);
	}
	return NULL;
}

/* ----- our side ----- */

static struct http_client *http;
static struct sip *sip;

static struct {
	sem_t done;
	int calls, code;
	enum sip_outcome outcome;
	char response[256];
} got;

static void start(const char *first, const char *second)
{
	memset(&kamailio, 0, sizeof(kamailio));
	kamailio.replies[0] = first;
	kamailio.replies[1] = second;
	kamailio.fd = wire_listen(&kamailio.port);
	assert_true(kamailio.fd >= 0);
	assert_int_equal(pthread_create(&kamailio.thread, NULL, run, NULL), 0);
	assert_int_equal(http_client_alloc(&http), 0);
	assert_int_equal(sip_alloc(&sip, http, kamailio.port), 0);
	memset(&got, 0, sizeof(got));
	sem_init(&got.done, 0, 0);
}

static void stop(void)
{
	http_client_free(http, WIRE_TIMEOUT_S * 1000);
	sip_free(sip);
	shutdown(kamailio.fd, SHUT_RD);
	pthread_join(kamailio.thread, NULL);
	close(kamailio.fd);
	sem_destroy(&got.done);
}

static void done(enum sip_outcome outcome, int code, const char *response, void *arg)
{
	(void)arg;
	got.calls++;
	snprintf(got.response, sizeof(got.response), "%s", response);
	got.outcome = outcome;
	got.code = code;
	sem_post(&got.done);
}

static void wait_for_outcome(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WIRE_TIMEOUT_S;
	assert_int_equal(sem_timedwait(&got.done, &until), 0);
}

static const struct leg caller = {
    .id = "0a1b",
    .call_id = "call-1",
    .from_tag = "theirs",
    .to_tag = "ours",
    .from = "sip:+15551111@192.0.2.1",
    .to = "sip:+15550100@192.0.2.9",
    .contact = "sip:+15551111@192.0.2.1:5070",
    .record_route = "",
    .socket = "udp:192.0.2.9:5060",
    .source = "192.0.2.1:5070",
    .line = "main",
    .local = "198.51.100.1:5060",
    .route = "hold",
};

/* A BYE and what comes of it. */
static void bye(const struct leg *leg, const char *first, const char *second)
{
	start(first, second);
	assert_int_equal(sip_bye(sip, leg, 1, done, NULL), 0);
	wait_for_outcome();
	stop();
	assert_int_equal(got.calls, 1);
}

/* The n-th parameter of the n-th call. */
static const char *param(size_t call, size_t n)
{
	static char text[8192];
	struct json *o = NULL;

	assert_true(call < kamailio.n);
	assert_int_equal(json_parse(kamailio.bodies[call], strlen(kamailio.bodies[call]), &o), 0);
	assert_non_null(json_str(json_at(json_get(o, "params"), n)));
	snprintf(text, sizeof(text), "%s", json_str(json_at(json_get(o, "params"), n)));
	json_free(o);
	return text;
}

static const char OK[] =
    "200 {\"jsonrpc\":\"2.0\",\"result\":[200,\"OK\",\"\",\"\",\"\"],\"id\":1}";

/* ----- the request ----- */

static void a_bye_has_the_dialog_turned_round(void **state)
{
	(void)state;
	bye(&caller, OK, NULL);
	assert_string_equal(kamailio.bodies[0],
			    "{\"jsonrpc\":\"2.0\",\"method\":\"tm.t_uac_wait\",\"params\":[\"BYE\","
			    "\"sip:+15551111@192.0.2.1:5070\",\".\",\"udp:192.0.2.9:5060\","
			    "\"From: <sip:+15550100@192.0.2.9>;tag=ours\\r\\n"
			    "To: <sip:+15551111@192.0.2.1>;tag=theirs\\r\\n"
			    "Call-ID: call-1\\r\\nCSeq: 1 BYE\\r\\n"
			    "Reason: SIP;cause=200;text=\\\"ExecLine\\\"\\r\\n\"],\"id\":1}");
	assert_int_equal(got.outcome, SIP_OVER);
	assert_int_equal(got.code, 200);
}

static void a_route_set_is_followed(void **state)
{
	struct leg leg = caller;

	(void)state;
	leg.record_route = "<sip:192.0.2.3;lr;ftag=a>,\"x, y\" <sip:192.0.2.4;transport=tcp;lr>";
	leg.socket = "";
	bye(&leg, OK, NULL);
	assert_string_equal(param(0, 2), "sip:192.0.2.3;lr;ftag=a");
	assert_string_equal(param(0, 3), ".");
	assert_non_null(strstr(param(0, 4), "\r\nRoute: <sip:192.0.2.3;lr;ftag=a>,"
					    "\"x, y\" <sip:192.0.2.4;transport=tcp;lr>\r\n"));
}

/* To Kamailio "!!" in a header stands for its own address. */
static void an_exclamation_mark_is_only_that(void **state)
{
	struct leg leg = caller;

	(void)state;
	leg.record_route = "<sip:a!!b!@192.0.2.3;lr>";
	bye(&leg, OK, NULL);
	assert_non_null(strstr(param(0, 4), "\r\nRoute: <sip:a%21%21b%21@192.0.2.3;lr>\r\n"));
}

static void no_value_makes_a_line_of_its_own(void **state)
{
	static const char bad[] = "x\r\nX-Evil: 1\n\tfolded\r";
	static const struct leg leg = {
	    .id = "0a1b",
	    .call_id = bad,
	    .from_tag = bad,
	    .to_tag = bad,
	    .from = bad,
	    .to = bad,
	    .contact = bad,
	    .record_route = bad,
	    .socket = bad,
	    .source = bad,
	};
	const char *headers;
	size_t lines = 0;

	(void)state;
	bye(&leg, OK, NULL);
	for (size_t i = 1; i < 4; i++)
		assert_null(strpbrk(param(0, i), "\r\n"));
	headers = param(0, 4);
	for (const char *p = headers; (p = strstr(p, "\r\n")); p += 2)
		lines++;
	assert_int_equal(lines, 6); /* From, To, Call-ID, CSeq, Reason, Route */
	assert_null(strstr(headers, "\nX-Evil"));
	assert_int_equal(strcspn(headers, "\n"), strcspn(headers, "\r") + 1);
}

static void assert_incomplete(struct leg leg)
{
	assert_int_equal(sip_bye(sip, &leg, 1, done, NULL), EINVAL);
}

static void a_dialog_must_be_complete(void **state)
{
	struct leg no_contact = caller, no_from = caller, no_to = caller;

	(void)state;
	no_contact.contact = no_from.from = no_to.to = "";
	start(NULL, NULL);
	assert_incomplete(no_contact);
	assert_incomplete(no_from);
	assert_incomplete(no_to);
	stop();
	assert_int_equal(got.calls, 0);
	assert_int_equal(kamailio.n, 0);
}

static void options_are_sent_as_a_bye_is(void **state)
{
	(void)state;
	start("200 {\"result\":[486,\"Busy Here\"],\"id\":1}", NULL);
	assert_int_equal(sip_options(sip, &caller, 4294967295, done, NULL), 0);
	wait_for_outcome();
	stop();
	assert_string_equal(param(0, 0), "OPTIONS");
	assert_string_equal(param(0, 1), "sip:+15551111@192.0.2.1:5070");
	assert_string_equal(param(0, 4), "From: <sip:+15550100@192.0.2.9>;tag=ours\r\n"
					 "To: <sip:+15551111@192.0.2.1>;tag=theirs\r\n"
					 "Call-ID: call-1\r\nCSeq: 4294967295 OPTIONS\r\n"
					 "Accept: application/sdp\r\n");
	assert_int_equal(got.outcome, SIP_OVER);
	assert_int_equal(got.code, 486);
}

static void assert_invited(const char *route, const char *socket, const char *contact)
{
	struct leg leg = caller;
	char want[512];

	leg.route = route;
	leg.socket = socket;
	start("200 {\"result\":[200,\"OK\",\"u\",\"\",\"\",\"m: x\\r\\n\\r\\nv=0\"]}", NULL);
	assert_int_equal(sip_invite(sip, &leg, 7, "v=0\r\n", done, NULL), 0);
	wait_for_outcome();
	stop();
	snprintf(want, sizeof(want),
		 "From: <sip:+15550100@192.0.2.9>;tag=ours\r\n"
		 "To: <sip:+15551111@192.0.2.1>;tag=theirs\r\n"
		 "Call-ID: call-1\r\nCSeq: 7 INVITE\r\n"
		 "Content-Type: application/sdp\r\nContact: <%s\r\n",
		 contact);
	assert_string_equal(param(0, 0), "INVITE");
	assert_string_equal(param(0, 4), want);
	assert_string_equal(param(0, 5), "v=0\r\n");
	assert_int_equal(got.code, 200);
	assert_string_equal(got.response, "m: x\r\n\r\nv=0");
}

static void an_invite_has_our_contact_and_an_offer(void **state)
{
	(void)state;
	assert_invited("conference", "udp:192.0.2.9:5060",
		       "sip:conf-main@198.51.100.1:5060;leg=0a1b>;isfocus");
	assert_invited("hold", "tls:192.0.2.9:5061",
		       "sip:hold-main@198.51.100.1:5060;leg=0a1b;transport=tls>");
}

static void without_our_address_there_is_no_invite(void **state)
{
	struct leg no_address = caller, no_contact = caller;

	(void)state;
	no_address.local = no_contact.contact = "";
	start(NULL, NULL);
	assert_int_equal(sip_invite(sip, &no_address, 7, "v=0\r\n", done, NULL), EINVAL);
	assert_int_equal(sip_invite(sip, &no_contact, 7, "v=0\r\n", done, NULL), EINVAL);
	stop();
	assert_int_equal(got.calls, 0);
}

/* ----- the outcome ----- */

static void whatever_the_peer_says_it_is_over(void **state)
{
	static const struct {
		const char *reply;
		int code;
	} cases[] = {
	    {"200 {\"result\":[481,\"Call/Transaction Does Not Exist\"],\"id\":1}", 481},
	    {"200 {\"result\":[408,\"Request Timeout\"],\"id\":1}", 408},
	    {"200 {\"result\":[603,\"Decline\",\"\"],\"id\":1}", 603},
	    /* Kamailio would refuse it again */
	    {"400 {\"error\":{\"code\":400,\"message\":\"Invalid headers\"},\"id\":1}", 0},
	    {"200 {\"result\":\"?\",\"id\":1}", 0},
	    {"500 {\"error\":{\"code\":500,\"message\":\"Server Error\"},\"id\":1}", 0},
	    /* ... but that there is no way to a caller is worth knowing */
	    {"400 {\"error\":{\"code\":478,\"message\":\"Unresolvable destination\"}}", 478},
	    {"400 {\"error\":{\"code\":477,\"message\":\"Error on sending\"}}", 477},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bye(&caller, cases[i].reply, NULL);
		assert_int_equal(got.outcome, SIP_OVER);
		assert_int_equal(got.code, cases[i].code);
	}
}

static void without_kamailio_it_is_tried_again(void **state)
{
	static const char *const replies[] = {"", "200 ", "200 garbage", "502 <html>"};

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		bye(&caller, replies[i], NULL);
		assert_int_equal(got.outcome, SIP_TRYING);
	}
}

/* ----- a leg that never sent its ACK ----- */

static const char TOTAG[] =
    "200 {\"jsonrpc\":\"2.0\",\"result\":{\"item\":{\"name\":\"0a1b\",\"value\":\"asked\","
    "\"flags\":2,\"expire\":\"2026-11-22 20:15:17\"}},\"id\":1}";

static void a_missing_tag_is_asked_for(void **state)
{
	struct leg leg = caller;

	(void)state;
	leg.to_tag = "";
	bye(&leg, TOTAG, OK);
	assert_int_equal(kamailio.n, 2);
	assert_string_equal(kamailio.bodies[0], "{\"jsonrpc\":\"2.0\",\"method\":\"htable.get\","
						"\"params\":[\"totag\",\"0a1b\"],\"id\":1}");
	assert_non_null(strstr(param(1, 4), ";tag=asked\r\n"));
	assert_int_equal(got.outcome, SIP_OVER);
	assert_int_equal(got.code, 200);
}

static void the_tag_begins_no_header(void **state)
{
	struct leg leg = caller;

	(void)state;
	leg.to_tag = "";
	bye(&leg, "200 {\"result\":{\"item\":{\"value\":\"a\\r\\nX: y\"}},\"id\":1}", OK);
	assert_int_equal(kamailio.n, 2);
	assert_non_null(strstr(param(1, 4), ";tag=a  X: y\r\n"));
}

static void without_a_tag_there_is_no_dialog(void **state)
{
	static const char *const replies[] = {
	    "500 {\"error\":{\"code\":500,\"message\":\"Key name doesn't exist in htable.\"}}",
	    "200 {\"result\":{\"item\":{\"name\":\"0a1b\",\"value\":\"\"}},\"id\":1}",
	    "200 {\"result\":[],\"id\":1}",
	};
	struct leg leg = caller;

	(void)state;
	leg.to_tag = "";
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		bye(&leg, replies[i], OK);
		assert_int_equal(kamailio.n, 1);
		assert_int_equal(got.outcome, SIP_OVER);
		assert_int_equal(got.code, 0);
	}
}

static void a_tag_that_cannot_be_asked_for_is_tried_again(void **state)
{
	struct leg leg = caller;

	(void)state;
	leg.to_tag = "";
	bye(&leg, "", NULL);
	assert_int_equal(kamailio.n, 1);
	assert_int_equal(got.outcome, SIP_TRYING);
	/* a kept connection that closes is replaced once */
	bye(&leg, TOTAG, "");
	assert_in_range(kamailio.n, 2, 3);
	assert_int_equal(got.outcome, SIP_TRYING);
}

/* ----- is it there? ----- */

static void a_ping_says_whether_kamailio_answers(void **state)
{
	(void)state;
	start("200 {\"result\":\"kamailio 6.0.1\"}", "500 {}");
	assert_int_equal(sip_ping(sip), 0);
	assert_int_equal(sip_ping(sip), EPROTO);
	assert_int_equal(sip_ping(sip), EIO);
	stop();

	assert_int_equal(http_client_alloc(&http), 0);
	assert_int_equal(sip_alloc(&sip, http, kamailio.port), 0);
	assert_int_equal(sip_ping(sip), ECONNREFUSED);
	http_client_free(http, 0);
	sip_free(sip);
}

static void add_up(const char *name, uint64_t n, void *arg)
{
	snprintf(strchr(arg, '\0'), 64, "%s=%" PRIu64 " ", name, n);
}

static void what_kamailio_has_counted_is_told(void **state)
{
	char text[128] = "";

	(void)state;
	start("200 {\"result\":[\"script:refused = 12\",\"core:x = 1\",\"script:odd\",7,"
	      "\"script:banned = 18446744073709551615\"]}",
	      "200 garbage");
	assert_int_equal(sip_strangers(sip, add_up, text), 0);
	assert_string_equal(text, "refused=12 banned=18446744073709551615 ");
	assert_int_not_equal(sip_strangers(sip, add_up, text), 0);
	stop();
	assert_string_equal(kamailio.bodies[0],
			    "{\"jsonrpc\":\"2.0\",\"method\":\"stats.get_statistics\","
			    "\"params\":[\"script:\"],\"id\":1}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_bye_has_the_dialog_turned_round),
	    cmocka_unit_test(a_route_set_is_followed),
	    cmocka_unit_test(an_exclamation_mark_is_only_that),
	    cmocka_unit_test(no_value_makes_a_line_of_its_own),
	    cmocka_unit_test(a_dialog_must_be_complete),
	    cmocka_unit_test(options_are_sent_as_a_bye_is),
	    cmocka_unit_test(an_invite_has_our_contact_and_an_offer),
	    cmocka_unit_test(without_our_address_there_is_no_invite),
	    cmocka_unit_test(whatever_the_peer_says_it_is_over),
	    cmocka_unit_test(without_kamailio_it_is_tried_again),
	    cmocka_unit_test(a_missing_tag_is_asked_for),
	    cmocka_unit_test(the_tag_begins_no_header),
	    cmocka_unit_test(without_a_tag_there_is_no_dialog),
	    cmocka_unit_test(a_tag_that_cannot_be_asked_for_is_tried_again),
	    cmocka_unit_test(a_ping_says_whether_kamailio_answers),
	    cmocka_unit_test(what_kamailio_has_counted_is_told),
	};

	return cmocka_run_group_tests_name("sip", tests, NULL, NULL);
}
