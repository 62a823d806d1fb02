/**
 * @file test_sdp.c  Session descriptions: what we take of an offer
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

#include "sdp.h"
#include "sdp_samples.h"
#include "strbuf.h"

static int parse(const char *text, struct sdp_offer **offerp)
{
	return sdp_offer_parse(text, strlen(text), offerp);
}

static const struct {
	const char *name, *text;
	enum codec codec;
	int dtmf;
	enum sdp_dir dir;
} taken[] = {
    {"Twilio", SDP_TWILIO, CODEC_PCMU, 101, SDP_SENDRECV},
    {"Telnyx", SDP_TELNYX, CODEC_G722, 101, SDP_SENDRECV},
    {"Telekom", SDP_TELEKOM, CODEC_G722, 101, SDP_SENDRECV},
    {"Linphone", SDP_LINPHONE, CODEC_OPUS, 101, SDP_SENDRECV},
    {"baresip", SDP_BARESIP, CODEC_OPUS, SDP_DTMF_NONE, SDP_SENDRECV},

    {"PCMU without rtpmap", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\n", CODEC_PCMU, -1, 0},
    {"PCMA without rtpmap", SDP_HEAD "m=audio 4000 RTP/AVP 8\r\n", CODEC_PCMA, -1, 0},
    {"G722 without rtpmap", SDP_HEAD "m=audio 4000 RTP/AVP 9\r\n", CODEC_G722, -1, 0},
    {"the caller's order", SDP_HEAD "m=audio 4000 RTP/AVP 3 8 0\r\n", CODEC_PCMA, -1, 0},
    {"names in any case",
     SDP_HEAD "m=audio 4000 RTP/AVP 97 98\r\na=rtpmap:97 pcma/8000\r\n"
	      "a=rtpmap:98 TELEPHONE-EVENT/8000\r\n",
     CODEC_PCMA, 98, 0},
    {"a static payload type redefined",
     SDP_HEAD "m=audio 4000 RTP/AVP 0 8\r\na=rtpmap:0 G729/8000\r\n", CODEC_PCMA, -1, 0},
    {"opus without channels", SDP_HEAD "m=audio 4000 RTP/AVP 99\r\na=rtpmap:99 opus/48000\r\n",
     CODEC_OPUS, -1, 0},
    {"a wrong clock rate", SDP_HEAD "m=audio 4000 RTP/AVP 97 0\r\na=rtpmap:97 PCMA/16000\r\n",
     CODEC_PCMU, -1, 0},
    {"spaces",
     SDP_HEAD "m=audio  4000  RTP/AVP   0 101 \r\na=rtpmap:101  telephone-event/8000 \r\n",
     CODEC_PCMU, 101, 0},
    {"number of ports", SDP_HEAD "m=audio 4000/2 RTP/AVP 0\r\n", CODEC_PCMU, -1, 0},

    {"video first", SDP_HEAD "m=video 4002 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 8\r\n", CODEC_PCMA,
     -1, 0},
    {"two audio streams", SDP_HEAD "m=audio 4000 RTP/AVP 8\r\nm=audio 4002 RTP/AVP 0\r\n",
     CODEC_PCMA, -1, 0},
    {"first audio stream refused", SDP_HEAD "m=audio 0 RTP/AVP 8\r\nm=audio 4002 RTP/AVP 0\r\n",
     CODEC_PCMU, -1, 0},
    {"first audio stream encrypted",
     SDP_HEAD "m=audio 4000 RTP/SAVP 8\r\nm=audio 4002 RTP/AVP 0\r\n", CODEC_PCMU, -1, 0},
    {"first audio stream G729 only",
     SDP_HEAD "m=audio 4000 RTP/AVP 18\r\nm=audio 4002 RTP/AVP 0\r\n", CODEC_PCMU, -1, 0},
    {"fax beside", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\nm=image 4002 udptl t38\r\n", CODEC_PCMU, -1,
     0},

    {"hold", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n", CODEC_PCMU, -1, SDP_SENDONLY},
    {"hold for the session", SDP_HEAD "a=inactive\r\nm=audio 4000 RTP/AVP 0\r\n", CODEC_PCMU, -1,
     SDP_INACTIVE},
    {"the stream's direction counts",
     SDP_HEAD "a=inactive\r\nm=audio 4000 RTP/AVP 0\r\na=recvonly \r\n", CODEC_PCMU, -1,
     SDP_RECVONLY},
    {"another stream's direction does not",
     SDP_HEAD "m=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 96\r\na=inactive\r\n", CODEC_PCMU, -1,
     SDP_SENDRECV},
    {"an attribute that begins like one", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\na=sendonlyx:1\r\n",
     CODEC_PCMU, -1, SDP_SENDRECV},
    {"hold in the old way", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n", CODEC_PCMU,
     -1, SDP_SENDONLY},
    {"hold in both ways", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\na=recvonly\r\n",
     CODEC_PCMU, -1, SDP_INACTIVE},

    {"WebRTC", SDP_WEBRTC, CODEC_OPUS, 110, SDP_SENDRECV},

    {"line feeds only",
     "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n"
     "m=audio 4000 RTP/AVP 8\na=sendonly\n",
     CODEC_PCMA, -1, SDP_SENDONLY},
    {"carriage returns only",
     "v=0\ro=- 1 1 IN IP4 192.0.2.1\rs=-\rc=IN IP4 192.0.2.1\rt=0 0\r"
     "m=audio 4000 RTP/AVP 8\ra=sendonly\r",
     CODEC_PCMA, -1, SDP_SENDONLY},
    {"no end of the last line", SDP_HEAD "m=audio 4000 RTP/AVP 8", CODEC_PCMA, -1, 0},
    {"empty lines", "\r\n" SDP_HEAD "\r\nm=audio 4000 RTP/AVP 8\r\n\r\n", CODEC_PCMA, -1, 0},
    {"IPv6",
     "v=0\no=- 1 1 IN IP6 2001:db8::1\ns=-\nc=IN IP6 2001:db8::1\nt=0 0\n"
     "m=audio 4000 RTP/AVP 0\n",
     CODEC_PCMU, -1, 0},
    {"neither s= nor t=",
     "v=0\no=- 1 1 IN IP4 192.0.2.1\nc=IN IP4 192.0.2.1\n"
     "m=audio 4000 RTP/AVP 0\n",
     CODEC_PCMU, -1, 0},
    {"UTF-8",
     "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=Gespr\xc3\xa4"
     "ch\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\n",
     CODEC_PCMU, -1, 0},
};

static void offers_are_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		struct sdp_offer *offer;
		int err = parse(taken[i].text, &offer);

		if (err)
			fail_msg("%s: error %d", taken[i].name, err);
		if (sdp_offer_codec(offer) != taken[i].codec ||
		    sdp_offer_dtmf(offer) != taken[i].dtmf || sdp_offer_dir(offer) != taken[i].dir)
			fail_msg("%s: codec %s, telephone-event %d, direction %d", taken[i].name,
				 codec_name(sdp_offer_codec(offer)), sdp_offer_dtmf(offer),
				 (int)sdp_offer_dir(offer));
		sdp_offer_free(offer);
	}
}

static const struct {
	const char *name, *text;
	int err;
} refused[] = {
    {"no stream", SDP_HEAD, ENOTSUP},
    {"video only", SDP_HEAD "m=video 4000 RTP/AVP 96\r\n", ENOTSUP},
    {"G729 only", SDP_HEAD "m=audio 4000 RTP/AVP 18 101\r\n", ENOTSUP},
    {"telephone-event only",
     SDP_HEAD "m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n", ENOTSUP},
    {"a dynamic type without rtpmap", SDP_HEAD "m=audio 4000 RTP/AVP 96\r\n", ENOTSUP},
    {"SRTP only", SDP_HEAD "m=audio 4000 RTP/SAVP 0\r\n", ENOTSUP},
    {"port 0", SDP_HEAD "m=audio 0 RTP/AVP 0\r\n", ENOTSUP},
    {"no address", "v=0\no=- 1 1 IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\n", ENOTSUP},
    {"a name for an address", "v=0\no=- 1 1 IN IP4 h\nc=IN IP4 h.example\nm=audio 4000 RTP/AVP 0\n",
     ENOTSUP},
    {"multicast", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 233.252.0.1/127\r\n", ENOTSUP},
    {"IPv6 as IPv4", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 ::1\r\n", ENOTSUP},
    {"a payload type beyond 127", SDP_HEAD "m=audio 4000 RTP/AVP 128 264\r\n", ENOTSUP},
    {"a media type like audio", SDP_HEAD "m=audiox 4000 RTP/AVP 0\r\n", ENOTSUP},

    {"nothing", "", EBADMSG},
    {"line ends only", "\r\n\r\n", EBADMSG},
    {"text", "hello", EBADMSG},
    {"no version", "o=- 1 1 IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n", EBADMSG},
    {"version 1", "v=1\r\no=- 1 1 IN IP4 192.0.2.1\r\n", EBADMSG},
    {"no origin", "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n", EBADMSG},
    {"half an origin", "v=0\r\no=- 1\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n", EBADMSG},
    {"a line without type", SDP_HEAD "=x\r\n", EBADMSG},
    {"a type in capitals", SDP_HEAD "M=audio 4000 RTP/AVP 0\r\n", EBADMSG},
    {"a line without =", SDP_HEAD "m audio 4000 RTP/AVP 0\r\n", EBADMSG},
    {"an empty m=", SDP_HEAD "m=\r\n", EBADMSG},
    {"m= without a port", SDP_HEAD "m=audio\r\n", EBADMSG},
    {"m= without formats", SDP_HEAD "m=audio 4000 RTP/AVP\r\n", EBADMSG},
    {"m= with spaces for formats", SDP_HEAD "m=audio 4000 RTP/AVP  \r\n", EBADMSG},
    {"a port beyond 65535", SDP_HEAD "m=audio 65536 RTP/AVP 0\r\n", EBADMSG},
    {"a negative port", SDP_HEAD "m=audio -1 RTP/AVP 0\r\n", EBADMSG},
    {"a huge port", SDP_HEAD "m=audio 99999999999999999999999 RTP/AVP 0\r\n", EBADMSG},
    {"a port with letters", SDP_HEAD "m=audio 40x RTP/AVP 0\r\n", EBADMSG},
    {"a control character", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\na=\x01\r\n", EBADMSG},
    {"DEL", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\na=\x7f\r\n", EBADMSG},
};

static void offers_are_refused(void **state)
{
	struct sdp_offer *offer = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		int err = parse(refused[i].text, &offer);

		if (err != refused[i].err)
			fail_msg("%s: error %d", refused[i].name, err);
		assert_null(offer);
	}
}

static void nul_bytes_are_refused(void **state)
{
	static const char text[] = SDP_HEAD "m=audio 4000 RTP/AVP 0\r\n\0a=x\r\n";
	struct sdp_offer *offer;

	(void)state;
	assert_int_equal(sdp_offer_parse(text, sizeof(text) - 1, &offer), EBADMSG);
	assert_int_equal(sdp_offer_parse("\0", 1, &offer), EBADMSG);
}

/* The length counts, not a NUL: put the text at the very end of a block for ASan to watch. */
static void offers_need_no_nul(void **state)
{
	const size_t len = strlen(SDP_TWILIO);
	struct sdp_offer *offer;

	(void)state;
	for (size_t n = 0; n <= len; n++) {
		char *text = malloc(n ? n : 1);

		assert_non_null(text);
		memcpy(text, SDP_TWILIO, n);
		if (!sdp_offer_parse(text, n, &offer))
			sdp_offer_free(offer);
		free(text);
	}
}

/* SDP_HEAD, an audio stream, and then the unit so many times */
static int parse_repeated(const char *unit, size_t times)
{
	struct sdp_offer *offer;
	struct strbuf b;
	int err;

	strbuf_init(&b, 1 << 20);
	strbuf_addf(&b, "%s", SDP_HEAD "m=audio 4000 RTP/AVP 0\r\na=");
	for (size_t i = 0; i < times; i++)
		strbuf_addf(&b, "%s", unit);
	assert_int_equal(b.err, 0);

	err = parse(b.p, &offer);
	if (!err)
		sdp_offer_free(offer);
	strbuf_free(&b);
	return err;
}

static void limits_hold(void **state)
{
	(void)state;
	assert_int_equal(parse_repeated("x", SDP_LINE_MAX - 2), 0);
	assert_int_equal(parse_repeated("x", SDP_LINE_MAX - 1), EBADMSG);
	assert_int_equal(parse_repeated("x\r\na=", SDP_LINES_MAX - 7), 0);
	assert_int_equal(parse_repeated("x\r\na=", SDP_LINES_MAX - 6), EBADMSG);
	assert_int_equal(parse_repeated("x\r\nm=a 0 b c\r\na=", SDP_STREAMS_MAX - 1), 0);
	assert_int_equal(parse_repeated("x\r\nm=a 0 b c\r\na=", SDP_STREAMS_MAX), EBADMSG);
	assert_int_equal(parse_repeated("0123456789abcdef\r\na=", SDP_MAX / 20), EBADMSG);
	assert_int_equal(parse_repeated("m", 65000), EBADMSG);
}

/* A fixed generator, so that a failure can be had again */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void parse_and_print(const char *text, size_t len)
{
	static char out[SDP_MAX];
	struct sdp_offer *offer;
	char ip[SDP_IP_BUF];
	uint16_t port;

	if (!sdp_offer_parse(text, len, &offer)) {
		if (!sdp_offer_print(offer, out, sizeof(out)))
			assert_int_equal(sdp_media_addr(out, ip, &port), 0);
		(void)!sdp_answer_expand(offer, SDP_ANSWER, out, sizeof(out));
		sdp_offer_free(offer);
	}
}

static void garbage_does_no_harm(void **state)
{
	static char text[65536];
	uint32_t seed = 20261122;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)next_random(&seed);
	for (size_t len = 1; len <= sizeof(text); len *= 2)
		parse_and_print(text, len);

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "v=0\r\nm audio/:1"[next_random(&seed) % 15];
	for (size_t at = 0; at < 4096; at++)
		parse_and_print(text + at, 512);
}

static void mutations_do_no_harm(void **state)
{
	static const char *const samples[] = {SDP_TWILIO,   SDP_TELNYX,	 SDP_TELEKOM,
					      SDP_LINPHONE, SDP_BARESIP, SDP_WEBRTC};
	static const char bytes[] = "\0\r\n =/:;09mcaov-\xff";
	uint32_t seed = 1;

	(void)state;
	for (size_t i = 0; i < 12000; i++) {
		char text[4096];
		size_t len = strlen(samples[i % 6]);

		memcpy(text, samples[i % 6], len);
		for (uint32_t n = next_random(&seed) % 8; n; n--)
			text[next_random(&seed) % len] =
			    bytes[next_random(&seed) % (sizeof(bytes) - 1)];
		parse_and_print(text, len - next_random(&seed) % len);
	}
}

static void media_address_is_found(void **state)
{
	char ip[SDP_IP_BUF] = "untouched";
	uint16_t port = 7;

	(void)state;
	assert_int_equal(sdp_media_addr(SDP_HEAD, ip, &port), ENOENT);
	assert_int_equal(sdp_media_addr("", ip, &port), EBADMSG);
	assert_int_equal(
	    sdp_media_addr(SDP_HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 a.example\r\n", ip, &port),
	    EBADMSG);
	assert_string_equal(ip, "untouched");
	assert_int_equal(port, 7);

	assert_int_equal(sdp_media_addr(SDP_ANSWER, ip, &port), 0);
	assert_string_equal(ip, "203.0.113.5");
	assert_int_equal(port, 30012);
	assert_int_equal(sdp_media_addr(SDP_HEAD "m=video 4002 RTP/AVP 96\r\n"
						 "m=audio 0 RTP/AVP 0\r\n"
						 "c=IN IP6 2001:db8::7 \r\n",
					ip, &port),
			 0);
	assert_string_equal(ip, "2001:db8::7");
	assert_int_equal(port, 0);
}

static void a_codec_is_told_from_events(void **state)
{
	(void)state;
	assert_true(sdp_has_codec(SDP_ANSWER));
	assert_true(sdp_has_codec(SDP_HEAD "m=audio 4000 RTP/AVP 101 8\r\n"));
	assert_false(sdp_has_codec(SDP_HEAD "m=audio 4000 RTP/AVP 101\r\n"
					    "a=rtpmap:101 telephone-event/8000\r\n"));
	assert_false(sdp_has_codec(SDP_HEAD "m=audio 4000 RTP/AVP 101 13\r\n"));
	assert_false(sdp_has_codec(SDP_HEAD "m=video 4000 RTP/AVP 0\r\n"));
	assert_false(sdp_has_codec(SDP_HEAD));
	assert_false(sdp_has_codec("garbage"));
	assert_false(sdp_has_codec(NULL));
}

/* As rtpengine offers a leg whose inner side is transcoded: events at either clock rate. */
static void events_are_found_by_their_clock_rate(void **state)
{
	static const char sdp[] = SDP_HEAD "m=audio 4000 RTP/AVP 111 0 101 96\r\n"
					   "a=rtpmap:111 opus/48000/2\r\n"
					   "a=rtpmap:101 telephone-event/48000\r\n"
					   "a=rtpmap:96 telephone-event/8000\r\n";

	(void)state;
	assert_int_equal(sdp_dtmf(sdp, CODEC_OPUS), 101);
	assert_int_equal(sdp_dtmf(sdp, CODEC_PCMU), 96);
	assert_int_equal(sdp_dtmf(SDP_HEAD "m=audio 4000 RTP/AVP 0\r\n", CODEC_PCMU),
			 SDP_DTMF_NONE);
	assert_int_equal(sdp_dtmf(SDP_HEAD, CODEC_PCMU), SDP_DTMF_NONE);
	assert_int_equal(sdp_dtmf("garbage", CODEC_PCMU), SDP_DTMF_NONE);
	assert_int_equal(sdp_dtmf(NULL, CODEC_PCMU), SDP_DTMF_NONE);
}

static void directions_are_mirrored(void **state)
{
	(void)state;
	assert_int_equal(sdp_dir_mirror(SDP_SENDRECV), SDP_SENDRECV);
	assert_int_equal(sdp_dir_mirror(SDP_SENDONLY), SDP_RECVONLY);
	assert_int_equal(sdp_dir_mirror(SDP_RECVONLY), SDP_SENDONLY);
	assert_int_equal(sdp_dir_mirror(SDP_INACTIVE), SDP_INACTIVE);
}

static void codecs_have_names(void **state)
{
	enum codec codec = CODEC_PCMU;

	(void)state;
	assert_string_equal(codec_name(CODEC_PCMU), "PCMU");
	assert_string_equal(codec_name(CODEC_OPUS), "opus");
	assert_string_equal(codec_name((enum codec)99), "???");
	assert_int_equal(codec_pt(CODEC_PCMA), 8);
	assert_int_equal(codec_pt(CODEC_OPUS), -1);
	assert_int_equal(codec_parse("g722", &codec), 0);
	assert_int_equal(codec, CODEC_G722);
	assert_int_equal(codec_parse("G729", &codec), ENOENT);
	assert_int_equal(codec_parse("", &codec), ENOENT);
	assert_int_equal(codec_parse(NULL, &codec), EINVAL);
	assert_int_equal(codec_parse("PCMA", NULL), EINVAL);
	assert_int_equal(codec, CODEC_G722);
}

static void arguments_are_checked(void **state)
{
	struct sdp_offer *offer;
	char ip[SDP_IP_BUF];
	uint16_t port;

	(void)state;
	assert_int_equal(sdp_offer_parse(NULL, 0, &offer), EINVAL);
	assert_int_equal(sdp_offer_parse("", 0, NULL), EINVAL);
	assert_int_equal(sdp_media_addr(NULL, ip, &port), EINVAL);
	assert_int_equal(sdp_media_addr("", NULL, &port), EINVAL);
	assert_int_equal(sdp_media_addr("", ip, NULL), EINVAL);
	sdp_offer_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(offers_are_taken),
	    cmocka_unit_test(offers_are_refused),
	    cmocka_unit_test(nul_bytes_are_refused),
	    cmocka_unit_test(offers_need_no_nul),
	    cmocka_unit_test(limits_hold),
	    cmocka_unit_test(garbage_does_no_harm),
	    cmocka_unit_test(mutations_do_no_harm),
	    cmocka_unit_test(media_address_is_found),
	    cmocka_unit_test(a_codec_is_told_from_events),
	    cmocka_unit_test(events_are_found_by_their_clock_rate),
	    cmocka_unit_test(directions_are_mirrored),
	    cmocka_unit_test(codecs_have_names),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests_name("sdp", tests, NULL, NULL);
}
