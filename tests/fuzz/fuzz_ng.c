/**
 * @file fuzz_ng.c  What rtpengine replies
 *
 * Parts: replies to what is done with a leg, and with a second one.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "outside.h"

enum {
	COMMANDS_MAX = 16, /* of one verb of media.h */
	TURNS_MS =
	    2 * 3 * MUSIC_TURN_MS, /* to play: three files, of whom somebody else has the turn */
};

static const char SDP[] =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n";

static const struct media_leg one = {
    .id = "00000000000000000001", .line = "main", .call_id = "call-1", .sdp = SDP, .music = ""};
static const struct media_leg other = {.id = "00000000000000000002",
				       .line = "main",
				       .call_id = "call-2",
				       .sdp = SDP,
				       .music = "own.wav"};
static const struct media_leg asked = {.id = "00000000000000000003",
				       .line = "main",
				       .call_id = "call-3",
				       .sdp = SDP,
				       .music = "",
				       .asks = true};

/* A result is written only on success, and no command waits for longer than it may. */
static void check(int err, const char *result, int64_t began_ms)
{
	int64_t took_ms = outside_elapsed_ms() - began_ms;

	if (err)
		fuzz_require(fuzz_untouched(result, SDP_MAX));
	else
		fuzz_require(memchr(result, '\0', SDP_MAX));
	fuzz_require(took_ms <= COMMANDS_MAX * (NG_TIMEOUT_MS + 1) + TURNS_MS);
}

/* The result is what rtpengine has said last. */
static void check_result(const char *result)
{
	const char *reply = outside_ng_reply();
	struct json *o = NULL;

	fuzz_require(json_parse(reply, strlen(reply), &o) == 0);
	fuzz_require(json_str(json_get(o, "sdp")) && !strcmp(json_str(json_get(o, "sdp")), result));
	json_free(o);
}

static bool single(const struct media *m, char result[SDP_MAX])
{
	int64_t began_ms = outside_elapsed_ms(), at_ms = -1;
	int created, parked, err;

	fuzz_poison(result, SDP_MAX);
	created = media_create(m, &one, result);
	check(created, result, began_ms);
	if (!created)
		check_result(result);

	began_ms = outside_elapsed_ms();
	fuzz_poison(result, SDP_MAX);
	parked = media_park(m, &other, result);
	fuzz_require(parked || memchr(result, '\0', SDP_MAX));

	err = media_last_packet(m, &one, &at_ms);
	fuzz_require(err ? at_ms == -1 : at_ms >= 0 || at_ms % 1000 == 0);
	return !created && !parked;
}

static bool pair(const struct media *m)
{
	static char answers[2][SDP_MAX];
	int err;

	fuzz_poison(answers, sizeof(answers));
	err = media_connect(m, &one, &other, answers);
	if (!err)
		fuzz_require(memchr(answers[0], '\0', SDP_MAX) &&
			     memchr(answers[1], '\0', SDP_MAX));
	return !err;
}

static void rest(const struct media *m)
{
	int err = media_delete(m, &one);

	(void)err;
	err = media_play(m, &asked);
	(void)err;
	err = ng_ping(m->ng);
	(void)err;
}

bool fuzz_one(struct fuzz *f)
{
	static char result[SDP_MAX];
	const struct media *m = &outside_app()->media;
	bool alone, together;

	(void)f;
	alone = single(m, result);
	together = pair(m);
	rest(m);
	return alone && together;
}
