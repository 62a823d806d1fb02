/**
 * @file test_media.c  Commands to rtpengine: which, in what order, and what if one fails
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_rtpengine.h"
#include "json.h"
#include "media.h"

#define SDP_OF(stream)                                                                             \
	"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" stream
#define PCMU SDP_OF("m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n")
#define PCMA SDP_OF("m=audio 4000 RTP/AVP 8\r\n")
#define OPUS SDP_OF("m=audio 4000 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n")
#define OPUS_SET "\"set\":[\"opus/48000/2////application=low-delay; packet_loss=100\"]"

static const char REFUSED[] = "{\"result\":\"error\",\"error-reason\":\"No\"}";
static const char UNKNOWN[] = "{\"result\":\"error\",\"error-reason\":\"Unknown call-id\"}";

/* One run of a verb against a fake. */
static struct fake_rtpengine fake;
static struct media media;
static char result[SDP_MAX], answers[2][SDP_MAX];

static void start(const struct fake_rtpengine *how)
{
	fake_rtpengine_forget(&fake);
	fake = *how;
	fake_rtpengine_start(&fake);
	assert_int_equal(ng_alloc(&media.ng, "127.0.0.1", fake.port), 0);
	assert_int_equal(music_alloc(&media.music, 1), 0);
	media.standard = "hold.wav";
	snprintf(result, sizeof(result), "untouched");
}

static int stop(int err)
{
	music_free(media.music);
	ng_free(media.ng);
	fake_rtpengine_stop(&fake);
	return err;
}

static int forget(void **state)
{
	(void)state;
	fake_rtpengine_forget(&fake);
	return 0;
}

static const struct fake_rtpengine obliging;

static int create(const struct fake_rtpengine *how, const char *sdp)
{
	const struct media_leg leg = {"a", "shop", "call", sdp, "", false, false, NULL};

	start(how);
	return stop(media_create(&media, &leg, result));
}

static int park(const struct fake_rtpengine *how, const char *sdp, const char *music)
{
	const struct media_leg leg = {"a", "shop", "call", sdp, music, false, false, NULL};

	start(how);
	return stop(media_park(&media, &leg, result));
}

static int join(const struct fake_rtpengine *how, const char *host_sdp, const char *member_sdp)
{
	const struct media_leg host = {"h", "shop", "call-h", host_sdp, "", false, false, NULL},
			       member = {"m", "shop", "call-m", member_sdp, "", false, false, NULL};

	start(how);
	return stop(media_connect(&media, &host, &member, answers));
}

static void assert_has(const char *text, const char *piece)
{
	if (!strstr(text, piece))
		fail_msg("no \"%s\" in \"%s\"", piece, text);
}

/* ----- one leg ----- */

static void a_leg_has_two_sides(void **state)
{
	(void)state;
	assert_int_equal(create(&obliging, PCMU), 0);
	assert_string_equal(fake_story(&fake), "offer a, answer a");
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(fake_text(&fake, i, "from-tag"), "leg");
		assert_string_equal(fake_text(&fake, i, "to-tag"), "inner");
		assert_string_equal(fake_text(&fake, i, "ICE"), "remove");
		assert_string_equal(fake_json(&fake, i, "direction"),
				    i == 0 ? "[\"ext\",\"inner\"]" : "[\"inner\",\"ext\"]");
		assert_string_equal(fake_json(&fake, i, "replace"),
				    "[\"origin\",\"zero-address\"]");
		assert_string_equal(fake_json(&fake, i, "codec"), "");
		assert_string_equal(fake_text(&fake, i, "address family"), i == 0 ? "IP4" : "");
	}
	assert_string_equal(fake_json(&fake, 0, "flags"),
			    "[\"port latching\",\"strict source\",\"endpoint-learning-off\","
			    "\"no-redis-update\"]");
	assert_string_equal(fake_json(&fake, 1, "flags"),
			    "[\"port latching\",\"strict source\",\"endpoint-learning-off\"]");
	assert_string_equal(fake_text(&fake, 0, "label"), "shop"); /* the caller's side alone */
	assert_string_equal(fake_text(&fake, 1, "label"), "");
	assert_string_equal(fake_text(&fake, 0, "sdp"), PCMU);
	assert_has(fake_text(&fake, 1, "sdp"), "c=IN IP4 127.0.0.1\r\n");
	assert_has(fake_text(&fake, 1, "sdp"), "m=audio 9 RTP/AVP 0 101\r\n");
	assert_has(result, "c=IN IP4 " FAKE_OUTER_IP);
}

/* The inner peer names payload types of rtpengine's own reply, not those of the caller. */
static void the_inner_peer_speaks_as_offered(void **state)
{
	const struct fake_rtpengine bare = {.formats = "0"}, opus = {.formats = "111 102 101"};

	(void)state;
	assert_int_equal(create(&bare, PCMU), 0);
	assert_has(fake_text(&fake, 1, "sdp"), "m=audio 9 RTP/AVP 0\r\n");
	assert_int_equal(create(&opus, OPUS), 0);
	assert_has(fake_text(&fake, 1, "sdp"), "m=audio 9 RTP/AVP 111 102\r\n");
}

static void the_inner_peer_mirrors_the_direction(void **state)
{
	static const char *const dirs[][2] = {{"sendrecv", "sendrecv"},
					      {"sendonly", "recvonly"},
					      {"recvonly", "sendonly"},
					      {"inactive", "inactive"}};
	char sdp[512], line[32];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		snprintf(sdp, sizeof(sdp), "%sa=%s\r\n", PCMU, dirs[i][0]);
		snprintf(line, sizeof(line), "a=%s\r\n", dirs[i][1]);
		assert_int_equal(create(&obliging, sdp), 0);
		assert_has(fake_text(&fake, 1, "sdp"), line);
	}
}

static void a_parked_leg_hears_music(void **state)
{
	int64_t repeats = 0;

	(void)state;
	assert_int_equal(park(&obliging, PCMU, ""), 0);
	assert_string_equal(fake_story(&fake), "offer a, answer a, play media a");
	assert_string_equal(fake_text(&fake, 2, "from-tag"), "leg");
	assert_string_equal(fake_text(&fake, 2, "file"), "/music/hold.wav");
	assert_int_equal(json_int(json_get(fake.commands[2], "repeat-times"), &repeats), 0);
	assert_true(repeats >= 10000); /* a minute each: a week */
	assert_string_equal(fake_json(&fake, 2, "to-tag"), "");
	assert_has(result, "c=IN IP4 " FAKE_OUTER_IP);
}

/* Whether the n-th command plays a file, whatever slashes and dots are in its path (music.h). */
static void assert_plays(size_t n, const char *folder, const char *file)
{
	const char *path = fake_text(&fake, n, "file");
	size_t len = strlen(folder);

	assert_int_equal(strncmp(path, folder, len), 0);
	assert_string_equal(path + len + strspn(path + len, "/."), file);
}

/* Whatever music the line has, and once. */
static void a_leg_that_is_asked_hears_the_tone(void **state)
{
	const struct media_leg leg = {"a", "shop", "call", PCMU, "own.wav", true, false, NULL};
	int64_t repeats = 0;

	(void)state;
	start(&obliging);
	assert_int_equal(media_play(&media, &leg), 0);
	assert_int_equal(stop(media_park(&media, &leg, result)), 0);
	assert_string_equal(fake_story(&fake), "play media a, offer a, answer a, play media a");
	for (size_t i = 0; i < 4; i += 3) {
		assert_string_equal(fake_text(&fake, i, "file"), "/music/ask.wav");
		assert_int_equal(json_int(json_get(fake.commands[i], "repeat-times"), &repeats), 0);
		assert_int_equal(repeats, 1);
	}
}

/* The inner side begins the music: a player that was the first to play the tone must not. That of
 * who only listens cannot play. */
static void after_the_tone_music_begins_inside(void **state)
{
	const struct media_leg leg = {"a", "shop", "call", PCMU, "", false, true, NULL};
	const struct media_leg mute = {"b", "shop", "call", PCMU "a=recvonly\r\n",
				       "",  false,  true,   NULL};
	int64_t repeats = 0;

	(void)state;
	start(&obliging);
	assert_int_equal(media_park(&media, &leg, result), 0);
	assert_int_equal(stop(media_park(&media, &mute, result)), 0);
	assert_string_equal(fake_story(&fake),
			    "offer a, answer a, play media a, stop media a, play media a, "
			    "offer b, answer b, play media b");
	for (size_t i = 2; i < 5; i++)
		assert_string_equal(fake_text(&fake, i, "from-tag"), i == 4 ? "leg" : "inner");
	for (size_t i = 2; i < 5; i += 2)
		assert_string_equal(fake_text(&fake, i, "file"), "/music/hold.wav");
	assert_int_equal(json_int(json_get(fake.commands[2], "repeat-times"), &repeats), 0);
	assert_int_equal(repeats, 1);
}

static void a_line_has_music_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(park(&obliging, PCMU, "own.wav"), 0);
	assert_plays(2, "/music/", "custom/own.wav");
	assert_int_equal(fake.n, 3);
}

/* A second play of a file that it could not read would end rtpengine. */
static void an_unreadable_file_is_not_played_twice(void **state)
{
	const struct fake_rtpengine how = {
	    .rules = {{"play media", NULL,
		       "{\"result\":\"error\",\"error-reason\":\"Failed to start media playback "
		       "from file\"}"}}};
	const struct media_leg leg = {"a", "shop", "call", PCMU, "own.wav", false, false, NULL};

	(void)state;
	start(&how);
	assert_int_equal(media_park(&media, &leg, result), EPROTO);
	assert_int_equal(media_play(&media, &leg), ENOENT);
	assert_int_equal(stop(media_park(&media, &leg, result)), ENOENT);
	assert_string_equal(fake_story(&fake), "offer a, answer a, play media a, play media a, "
					       "offer a, answer a");
	assert_plays(2, "/music/", "custom/own.wav");
	assert_plays(3, "/music/", "hold.wav"); /* not silence */
}

static void a_player_that_fails_otherwise_is_asked_again(void **state)
{
	const struct fake_rtpengine how = {.rules = {{"play media", NULL, UNKNOWN}}};
	const struct media_leg leg = {"a", "shop", "call", PCMU, "", false, false, NULL};

	(void)state;
	start(&how);
	assert_int_equal(media_play(&media, &leg), ENOENT);
	assert_int_equal(stop(media_play(&media, &leg)), ENOENT);
	assert_string_equal(fake_story(&fake), "play media a, play media a");
}

static void a_caller_who_holds_us_hears_nothing(void **state)
{
	(void)state;
	assert_int_equal(park(&obliging, PCMU "a=sendonly\r\n", "own.wav"), 0);
	assert_string_equal(fake_story(&fake), "offer a, answer a");
}

static void music_is_named_by_its_payload_type(void **state)
{
	(void)state;
	assert_int_equal(park(&obliging, OPUS, ""), 0);
	assert_string_equal(fake_text(&fake, 2, "file"), "/music/pt111/hold.wav");
	assert_string_equal(fake_json(&fake, 0, "codec"), "{" OPUS_SET "}");
	assert_string_equal(fake_json(&fake, 1, "codec"), "");
	assert_int_equal(park(&obliging, OPUS, "own.wav"), 0);
	assert_plays(2, "/music/pt111/", "custom/own.wav");
}

static void what_is_gone_needs_no_deletion(void **state)
{
	const struct fake_rtpengine gone = {.rules = {{NULL, NULL, UNKNOWN}}};
	const struct fake_rtpengine broken = {.rules = {{NULL, NULL, REFUSED}}};
	const struct fake_rtpengine warning = {
	    .rules = {{NULL, NULL, "{\"result\":\"ok\",\"warning\":\"Call-ID not found\"}"}}};

	(void)state;
	start(&obliging);
	assert_int_equal(stop(media_delete(&media, &(struct media_leg){.id = "a"})), 0);
	assert_string_equal(fake_story(&fake), "delete a");
	start(&gone);
	assert_int_equal(stop(media_delete(&media, &(struct media_leg){.id = "a"})), 0);
	start(&warning);
	assert_int_equal(stop(media_delete(&media, &(struct media_leg){.id = "a"})), 0);
	start(&broken);
	assert_int_equal(stop(media_delete(&media, &(struct media_leg){.id = "a"})), EPROTO);
}

/* ----- two legs ----- */

static void inner_sides_point_at_each_other(void **state)
{
	char line[64];

	(void)state;
	assert_int_equal(join(&obliging, PCMU, PCMU), 0);
	assert_string_equal(fake_story(&fake), "offer h, offer m, answer h, answer m, "
					       "stop media h, stop media m");
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(fake_json(&fake, i, "codec"), "");
	snprintf(line, sizeof(line), "m=audio %d RTP/AVP 0 101\r\n", FAKE_INNER_PORT("m"));
	assert_has(fake_text(&fake, 2, "sdp"), line);
	snprintf(line, sizeof(line), "m=audio %d RTP/AVP 0 101\r\n", FAKE_INNER_PORT("h"));
	assert_has(fake_text(&fake, 3, "sdp"), line);
	assert_has(answers[0], "c=IN IP4 " FAKE_OUTER_IP);
	assert_has(answers[1], "c=IN IP4 " FAKE_OUTER_IP);
}

static void only_the_leg_that_differs_is_transcoded(void **state)
{
	(void)state;
	assert_int_equal(join(&obliging, PCMU, PCMA), 0);
	assert_string_equal(fake_json(&fake, 0, "codec"), "");
	assert_string_equal(fake_json(&fake, 1, "codec"), "{\"transcode\":[\"PCMU\"]}");
	for (size_t i = 2; i < 4; i++) {
		assert_string_equal(fake_json(&fake, i, "codec"), "");
		assert_has(fake_text(&fake, i, "sdp"), "a=rtpmap:0 PCMU/8000\r\n");
	}

	assert_int_equal(join(&obliging, OPUS, PCMA), 0);
	assert_string_equal(fake_json(&fake, 0, "codec"),
			    "{\"transcode\":[\"PCMA\"]," OPUS_SET "}");
	assert_string_equal(fake_json(&fake, 1, "codec"), "");
}

static void music_that_does_not_play_need_not_stop(void **state)
{
	const struct fake_rtpengine silent = {
	    .rules = {{"stop media", NULL,
		       "{\"result\":\"error\",\"error-reason\":\"Not currently playing media\"}"}}};

	(void)state;
	assert_int_equal(join(&silent, PCMU, PCMU), 0);
}

/* ----- faults ----- */

static void nothing_follows_a_command_that_failed(void **state)
{
	static const struct {
		struct fake_rule rule;
		const char *story;
	} cases[] = {
	    {{"offer", "h", REFUSED}, "offer h"},
	    {{"offer", "m", REFUSED}, "offer h, offer m"},
	    {{"answer", "h", REFUSED}, "offer h, offer m, answer h"},
	    {{"answer", "m", REFUSED}, "offer h, offer m, answer h, answer m"},
	    {{"stop media", "h", REFUSED}, "offer h, offer m, answer h, answer m, stop media h"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fake_rtpengine how = {.rules = {cases[i].rule}};

		assert_int_equal(join(&how, PCMU, PCMU), EPROTO);
		assert_string_equal(fake_story(&fake), cases[i].story);
	}
}

static void a_description_that_cannot_be_used_is_an_error(void **state)
{
	static const struct {
		const char *reply;
		int err;
	} cases[] = {
	    {"{\"result\":\"ok\"}", EPROTO},
	    {"{\"result\":\"ok\",\"sdp\":7}", EPROTO},
	    {"{\"result\":\"ok\",\"sdp\":\"garbage\"}", EBADMSG},
	    {"{\"result\":\"ok\",\"sdp\":\"v=0\\r\\nm=audio 1 RTP/AVP 0\\r\\n\"}", EBADMSG},
	    {"{\"result\":\"ok\",\"sdp\":\"v=0\\r\\n\"}", ENOENT},
	    {"garbage", EBADMSG},
	    {UNKNOWN, ENOENT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fake_rtpengine how = {.rules = {{"offer", NULL, cases[i].reply}}};

		assert_int_equal(create(&how, PCMU), cases[i].err);
		assert_string_equal(fake_story(&fake), "offer a");
		assert_string_equal(result, "untouched");
	}
}

static void an_answer_that_is_too_long_is_an_error(void **state)
{
	static char reply[SDP_MAX + 64];
	const struct fake_rtpengine how = {.rules = {{"answer", NULL, reply}}};
	int n = snprintf(reply, sizeof(reply), "{\"result\":\"ok\",\"sdp\":\"");

	(void)state;
	memset(reply + n, 'x', SDP_MAX);
	snprintf(reply + n + SDP_MAX, sizeof(reply) - (size_t)n - SDP_MAX, "\"}");
	assert_int_equal(create(&how, PCMU), EMSGSIZE);
}

static void silence_is_an_error(void **state)
{
	const struct fake_rtpengine how = {.rules = {{"answer", NULL, ""}}};

	(void)state;
	assert_int_equal(create(&how, PCMU), ETIMEDOUT);
	assert_string_equal(fake_story(&fake), "offer a, answer a");
	assert_string_equal(result, "untouched");
}

static void a_leg_without_a_description_costs_no_command(void **state)
{
	static const char *const sdps[] = {"", "garbage", SDP_OF("m=video 1 RTP/AVP 96\r\n")};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_not_equal(create(&obliging, sdps[i]), 0);
		assert_int_not_equal(join(&obliging, PCMU, sdps[i]), 0);
		assert_string_equal(fake_story(&fake), "");
	}
}

#define STREAM(packets, last) "{\"last packet\":" #last ",\"stats\":{\"packets\":" #packets "}}"
#define QUERY_OF(streams)                                                                          \
	"{\"result\":\"ok\",\"tags\":{\"inner\":{\"medias\":[{\"streams\":[" STREAM(               \
	    9, 99) "]}]},"                                                                         \
		   "\"leg\":{\"medias\":[{\"streams\":[" streams "]}]}}}"

/* Of the caller's side, audio or RTCP; a stream without a packet tells when its port was opened. */
static void the_last_packet_is_the_youngest_of_the_caller(void **state)
{
	static const struct {
		const char *reply;
		int err;
		int64_t at_ms;
	} cases[] = {
	    {QUERY_OF(STREAM(0, 50) "," STREAM(0, 60)), 0, 0},
	    {QUERY_OF(STREAM(3, 50) "," STREAM(0, 60)), 0, 50000},
	    {QUERY_OF(STREAM(3, 50) "," STREAM(1, 60)), 0, 60000},
	    {QUERY_OF(STREAM(3, 9223372036854775807) "," STREAM(1, -60)), 0, 0},
	    {QUERY_OF(""), 0, 0},
	    {"{\"result\":\"ok\"}", 0, 0},
	    {UNKNOWN, ENOENT, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fake_rtpengine how = {.rules = {{"query", NULL, cases[i].reply}}};
		const struct media_leg leg = {.id = "a", .call_id = "call"};
		int64_t at_ms = -1;

		start(&how);
		assert_int_equal(stop(media_last_packet(&media, &leg, &at_ms)), cases[i].err);
		assert_int_equal(at_ms, cases[i].at_ms);
		assert_string_equal(fake_story(&fake), "query a");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_leg_has_two_sides),
	    cmocka_unit_test(the_inner_peer_speaks_as_offered),
	    cmocka_unit_test(the_inner_peer_mirrors_the_direction),
	    cmocka_unit_test(a_parked_leg_hears_music),
	    cmocka_unit_test(a_leg_that_is_asked_hears_the_tone),
	    cmocka_unit_test(after_the_tone_music_begins_inside),
	    cmocka_unit_test(a_line_has_music_of_its_own),
	    cmocka_unit_test(an_unreadable_file_is_not_played_twice),
	    cmocka_unit_test(a_player_that_fails_otherwise_is_asked_again),
	    cmocka_unit_test(a_caller_who_holds_us_hears_nothing),
	    cmocka_unit_test(music_is_named_by_its_payload_type),
	    cmocka_unit_test(what_is_gone_needs_no_deletion),
	    cmocka_unit_test(inner_sides_point_at_each_other),
	    cmocka_unit_test(only_the_leg_that_differs_is_transcoded),
	    cmocka_unit_test(music_that_does_not_play_need_not_stop),
	    cmocka_unit_test(nothing_follows_a_command_that_failed),
	    cmocka_unit_test(a_description_that_cannot_be_used_is_an_error),
	    cmocka_unit_test(an_answer_that_is_too_long_is_an_error),
	    cmocka_unit_test(silence_is_an_error),
	    cmocka_unit_test(a_leg_without_a_description_costs_no_command),
	    cmocka_unit_test(the_last_packet_is_the_youngest_of_the_caller),
	};

	return cmocka_run_group_tests_name("media", tests, NULL, forget);
}
