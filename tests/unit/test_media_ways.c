/**
 * @file test_media_ways.c  How rtpengine is told to reach a caller: behind a NAT, encrypted, by
 * ICE; or not at all
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "fake_rtpengine.h"
#include "json.h"
#include "media.h"

#define SDP_AT(ip)                                                                                 \
	"v=0\r\no=- 1 1 IN IP4 " ip "\r\ns=-\r\nc=IN IP4 " ip "\r\nt=0 0\r\n"                      \
	"m=audio 4000 RTP/AVP 0\r\n"

static struct fake_rtpengine fake;
static struct media media;
static char result[SDP_MAX];

typedef int(verb)(const struct media *, const struct media_leg *, char *);

/* A verb for a leg with that description, whose messages come from there. */
static void run(verb *v, const char *query, const char *sdp, const char *source)
{
	const struct media_leg leg = {.id = "a",
				      .line = "shop",
				      .call_id = "call",
				      .sdp = sdp,
				      .music = "",
				      .source = source};

	fake_rtpengine_forget(&fake);
	fake = (struct fake_rtpengine){.rules = {{query ? "query" : "nothing", NULL, query}}};
	fake_rtpengine_start(&fake);
	assert_int_equal(ng_alloc(&media.ng, "127.0.0.1", fake.port), 0);
	assert_int_equal(music_alloc(&media.music, 1), 0);
	media.standard = "hold.wav";
	assert_int_equal(v(&media, &leg, result), 0);
	music_free(media.music);
	ng_free(media.ng);
	fake_rtpengine_stop(&fake);
}

static int forget(void **state)
{
	(void)state;
	fake_rtpengine_forget(&fake);
	return 0;
}

static void assert_learns(size_t n, bool learns)
{
	const struct json *flags = json_get(fake.commands[n], "flags");
	const char *learning = json_str(json_at(flags, 2));

	assert_string_equal(learning,
			    learns ? "endpoint-learning-immediate" : "endpoint-learning-off");
}

static void who_is_behind_a_nat_is_learnt_from_their_first_packet(void **state)
{
	(void)state;
	run(media_create, NULL, SDP_AT("10.0.0.7"), "192.0.2.1:5060");
	assert_string_equal(fake_story(&fake), "offer a, answer a");
	assert_learns(0, true);
	assert_learns(1, false); /* the inner peer is known */
}

/* Whatever the source of a public address; and a private one that is the source's. */
static void who_is_where_they_say_is_not_learnt(void **state)
{
	(void)state;
	run(media_park, NULL, SDP_AT("192.0.2.1"), "192.0.2.9:5060");
	assert_string_equal(fake_story(&fake), "offer a, answer a, play media a");
	assert_learns(0, false);
	run(media_park, NULL, SDP_AT("10.0.0.7"), "10.0.0.7:5060");
	assert_string_equal(fake_story(&fake), "offer a, answer a, play media a");
	assert_learns(0, false);
}

static void everybody_is_learnt_where_that_is_wanted(void **state)
{
	(void)state;
	media.learns = true;
	run(media_create, NULL, SDP_AT("192.0.2.1"), "192.0.2.9:5060");
	media.learns = false;
	assert_learns(0, true);
}

static const char *found_at(const char *ip, int port, int64_t age_s)
{
	static char reply[512];

	snprintf(reply, sizeof(reply),
		 "{\"result\":\"ok\",\"tags\":{\"leg\":{\"medias\":[{\"streams\":[{\"last packet\":"
		 "%lld,\"stats\":{\"packets\":3},\"endpoint\":{\"family\":\"IPv4\",\"address\":"
		 "\"%s\",\"port\":%d}}]}]}}}",
		 (long long)(clock_now_ms() / 1000 - age_s), ip, port);
	return reply;
}

static void assert_found(const char *reply, const char *stream)
{
	run(media_park, reply, SDP_AT("10.0.0.7"), "192.0.2.1:5060");
	assert_string_equal(fake_story(&fake), "query a, offer a, answer a, play media a");
	assert_non_null(strstr(fake_text(&fake, 1, "sdp"), stream));
}

static void who_was_found_behind_a_nat_is_held_to_it(void **state)
{
	(void)state;
	assert_found(found_at("192.0.2.1", 4321, 0),
		     "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4321 ");
	assert_learns(1, false);
	assert_found(found_at("192.0.2.1", 4321, 20),
		     "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4321 ");
	assert_learns(1, false);
}

static void who_was_not_found_is_learnt_anew(void **state)
{
	static const char *const strange[] = {
	    "{\"result\":\"ok\"}",
	    "{\"result\":\"error\",\"error-reason\":\"Unknown call-id\"}",
	};
	const struct {
		const char *ip;
		int port;
		int64_t age_s;
	} others[] = {
	    {"192.0.2.1", 4321, 40}, /* their NAT may have forgotten them */
	    {"192.0.2.9", 4321, 0},  /* a stranger was first */
	    {"192.0.2.1", 0, 0},     {"192.0.2.1", 65536, 0}, {"", 4321, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_found(found_at(others[i].ip, others[i].port, others[i].age_s),
			     "c=IN IP4 10.0.0.7\r\nt=0 0\r\nm=audio 4000 ");
		assert_learns(1, true);
	}
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		assert_found(strange[i], "m=audio 4000 ");
		assert_learns(1, true);
	}
}

static const char *text_at(size_t n, const char *list)
{
	const struct json *found = json_get(fake.commands[n], list);
	const char *text = json_str(json_at(found, 0));

	return text ? text : "";
}

#define SDES                                                                                       \
	"v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=-\r\nc=IN IP4 10.0.0.7\r\nt=0 0\r\n"                  \
	"m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abcd\r\n"
#define ICE                                                                                        \
	"v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=-\r\nc=IN IP4 10.0.0.7\r\nt=0 0\r\n"                  \
	"m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\n"

/* Who is encrypted is not held to where they were found: see find() in media.c. */
static void the_inner_side_is_plain(void **state)
{
	(void)state;
	run(media_park, found_at("192.0.2.1", 4321, 0), SDES, "192.0.2.1:5060");
	assert_string_equal(fake_story(&fake), "offer a, answer a, play media a");
	assert_non_null(strstr(fake_text(&fake, 0, "sdp"), "RTP/SAVP"));
	assert_string_equal(fake_text(&fake, 0, "transport-protocol"), "RTP/AVP");
	assert_string_equal(fake_text(&fake, 1, "transport-protocol"), "");
	assert_non_null(strstr(fake_text(&fake, 1, "sdp"), "RTP/AVP"));
	assert_learns(0, true);
}

#define DTLS                                                                                       \
	"v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=-\r\nc=IN IP4 10.0.0.7\r\nt=0 0\r\n"                  \
	"m=audio 4000 UDP/TLS/RTP/SAVP 0\r\na=fingerprint:sha-256 4A\r\na=setup:actpass\r\n"

static void the_caller_begins_with_dtls(void **state)
{
	(void)state;
	run(media_park, NULL, DTLS, "10.0.0.7:5060");
	assert_string_equal(fake_text(&fake, 0, "DTLS-reverse"), "passive");
	assert_string_equal(fake_text(&fake, 1, "DTLS"), "passive");
	run(media_park, NULL, SDES, "10.0.0.7:5060");
	assert_string_equal(fake_text(&fake, 0, "DTLS-reverse"), "");
	assert_string_equal(fake_text(&fake, 1, "DTLS"), "");
}

static void ice_is_for_the_caller_only(void **state)
{
	(void)state;
	run(media_park, found_at("192.0.2.1", 4321, 0), ICE, "192.0.2.1:5060");
	assert_string_equal(fake_story(&fake), "offer a, answer a, play media a");
	assert_string_equal(fake_text(&fake, 0, "ICE"), "remove");
	assert_string_equal(text_at(0, "rtcp-mux"), "demux");
	assert_string_equal(fake_text(&fake, 1, "ICE"), "force");
	assert_string_equal(text_at(1, "rtcp-mux"), "accept");
	assert_string_equal(fake_text(&fake, 0, "transport-protocol"), "");
	assert_learns(0, false); /* it finds the way, and nobody else */
}

/* ----- no way ----- */

/* A BYE may be waiting for its turn. */
static void who_does_not_answer_is_not_asked_for_another_file(void **state)
{
	const struct media_leg leg = {.id = "a",
				      .line = "shop",
				      .call_id = "call",
				      .sdp = SDP_AT("192.0.2.1"),
				      .music = "own.wav",
				      .source = ""};

	(void)state;
	fake_rtpengine_forget(&fake);
	fake = (struct fake_rtpengine){.rules = {{"play media", NULL, ""}}};
	fake_rtpengine_start(&fake);
	assert_int_equal(ng_alloc(&media.ng, "127.0.0.1", fake.port), 0);
	assert_int_equal(music_alloc(&media.music, 1), 0);
	media.standard = "hold.wav";
	assert_int_equal(media_play(&media, &leg), ETIMEDOUT);
	music_free(media.music);
	ng_free(media.ng);
	fake_rtpengine_stop(&fake);
	assert_true(fake.n > 0);
	for (size_t i = 0; i < fake.n; i++)
		assert_non_null(strstr(fake_text(&fake, i, "file"), "custom/own.wav"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_is_behind_a_nat_is_learnt_from_their_first_packet),
	    cmocka_unit_test(who_is_where_they_say_is_not_learnt),
	    cmocka_unit_test(everybody_is_learnt_where_that_is_wanted),
	    cmocka_unit_test(who_was_found_behind_a_nat_is_held_to_it),
	    cmocka_unit_test(who_was_not_found_is_learnt_anew),
	    cmocka_unit_test(the_inner_side_is_plain),
	    cmocka_unit_test(the_caller_begins_with_dtls),
	    cmocka_unit_test(ice_is_for_the_caller_only),
	    cmocka_unit_test(who_does_not_answer_is_not_asked_for_another_file),
	};

	return cmocka_run_group_tests_name("media_ways", tests, NULL, forget);
}
