/**
 * @file test_sdp_print.c  Session descriptions: those we make
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sdp.h"
#include "sdp_samples.h"

enum { SESSION = 42 };

static struct sdp_offer *parse(const char *text)
{
	struct sdp_offer *offer;

	assert_int_equal(sdp_offer_parse(text, strlen(text), &offer), 0);
	return offer;
}

static void assert_printed(const char *offer_text, const char *want)
{
	struct sdp_offer *offer = parse(offer_text);
	char buf[SDP_MAX];

	assert_int_equal(sdp_offer_print(offer, buf, sizeof(buf)), 0);
	assert_string_equal(buf, want);
	sdp_offer_free(offer);
}

static int expand(const char *offer_text, const char *answer, char buf[SDP_MAX])
{
	struct sdp_offer *offer = parse(offer_text);
	int err;

	sdp_offer_session(offer, SESSION, 0);
	err = sdp_answer_expand(offer, answer, buf, SDP_MAX);
	sdp_offer_free(offer);
	return err;
}

static void assert_answered(const char *offer_text, const char *answer, const char *want)
{
	char buf[SDP_MAX] = "";

	assert_int_equal(expand(offer_text, answer, buf), 0);
	assert_string_equal(buf, want);
}

static void offers_are_reduced(void **state)
{
	(void)state;
	assert_printed(SDP_TWILIO, "v=0\r\n"
				   "o=- 1 1 IN IP4 168.86.128.51\r\n"
				   "s=ExecLine\r\n"
				   "c=IN IP4 168.86.128.51\r\n"
				   "t=0 0\r\n"
				   "m=audio 17346 RTP/AVP 0 101\r\n"
				   "a=rtpmap:0 PCMU/8000\r\n"
				   "a=rtpmap:101 telephone-event/8000\r\n"
				   "a=fmtp:101 0-16\r\n"
				   "a=ptime:20\r\n"
				   "a=maxptime:150\r\n"
				   "a=sendrecv\r\n");
	assert_printed(SDP_LINPHONE, "v=0\r\n"
				     "o=- 1 1 IN IP4 192.168.1.10\r\n"
				     "s=ExecLine\r\n"
				     "c=IN IP4 192.168.1.10\r\n"
				     "t=0 0\r\n"
				     "m=audio 7078 RTP/AVP 96 101\r\n"
				     "a=rtpmap:96 opus/48000/2\r\n"
				     "a=fmtp:96 useinbandfec=1\r\n"
				     "a=rtpmap:101 telephone-event/48000\r\n"
				     "a=sendrecv\r\n");
	assert_printed(SDP_BARESIP, "v=0\r\n"
				    "o=- 1 1 IN IP4 127.0.0.1\r\n"
				    "s=ExecLine\r\n"
				    "c=IN IP4 127.0.0.1\r\n"
				    "t=0 0\r\n"
				    "m=audio 10020 RTP/AVP 96\r\n"
				    "a=rtpmap:96 opus/48000/2\r\n"
				    "a=fmtp:96 stereo=1;sprop-stereo=1\r\n"
				    "a=ptime:20\r\n"
				    "a=rtcp:10021\r\n"
				    "a=sendrecv\r\n");
}

static void only_the_chosen_stream_is_printed(void **state)
{
	(void)state;
	assert_printed("v=0\no=- 1 1 IN IP6 ::1\ns=-\nt=0 0\na=ptime:99\n"
		       "m=video 4002 RTP/AVP 8\nc=IN IP6 ::2\na=fmtp:8 no\n"
		       "m=audio 4004 RTP/AVP 18 8\nc=IN IP6 2001:db8::3\na=rtcp:4005 IN IP6 ::4\n"
		       "a=ptime:x\na=maxptime:100000\na=inactive\n"
		       "m=audio 4006 RTP/AVP 0\nc=IN IP6 ::5\na=ptime:20\n",
		       "v=0\r\n"
		       "o=- 1 1 IN IP6 2001:db8::3\r\n"
		       "s=ExecLine\r\n"
		       "c=IN IP6 2001:db8::3\r\n"
		       "t=0 0\r\n"
		       "m=audio 4004 RTP/AVP 8\r\n"
		       "a=rtpmap:8 PCMA/8000\r\n"
		       "a=rtcp:4005\r\n"
		       "a=inactive\r\n");
}

static void a_printed_offer_is_taken_again(void **state)
{
	static const char *const samples[] = {SDP_TWILIO, SDP_TELNYX, SDP_TELEKOM, SDP_LINPHONE,
					      SDP_BARESIP};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct sdp_offer *offer = parse(samples[i]);
		char once[SDP_MAX];

		assert_int_equal(sdp_offer_print(offer, once, sizeof(once)), 0);
		assert_printed(once, once);
		sdp_offer_free(offer);
	}
}

static void one_stream_is_answered_with_one(void **state)
{
	(void)state;
	assert_answered(SDP_TWILIO, SDP_ANSWER,
			"v=0\r\n"
			"o=- 42 1567438492 IN IP4 203.0.113.5\r\n"
			"s=ExecLine\r\n"
			"c=IN IP4 203.0.113.5\r\n"
			"t=0 0\r\n"
			"m=audio 30012 RTP/AVP 0 101\r\n"
			"a=rtpmap:0 PCMU/8000\r\n"
			"a=rtpmap:101 telephone-event/8000\r\n"
			"a=fmtp:101 0-15\r\n"
			"a=rtcp:30013\r\n"
			"a=sendrecv\r\n");
}

static void refused_streams_keep_their_place(void **state)
{
	(void)state;
	assert_answered("v=0\no=- 7 8 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=1 2\n"
			"m=video 4002/2 RTP/AVPF 96 97\na=rtpmap:96 VP8/90000\n"
			"m=audio 4000 RTP/SAVP 0 8\n"
			"m=audio 4004 RTP/AVPF 18 0\na=rtcp-fb:* nack\n"
			"m=audio 4006 RTP/AVP 0\n"
			"m=application 0 UDP/DTLS/SCTP webrtc-datachannel\n",
			SDP_ANSWER,
			"v=0\r\n"
			"o=- 42 8 IN IP4 203.0.113.5\r\n"
			"s=ExecLine\r\n"
			"c=IN IP4 203.0.113.5\r\n"
			"t=1 2\r\n"
			"m=video 0 RTP/AVPF 96 97\r\n"
			"m=audio 0 RTP/SAVP 0 8\r\n"
			"m=audio 30012 RTP/AVPF 0 101\r\n"
			"a=rtpmap:0 PCMU/8000\r\n"
			"a=rtpmap:101 telephone-event/8000\r\n"
			"a=fmtp:101 0-15\r\n"
			"a=rtcp:30013\r\n"
			"a=sendrecv\r\n"
			"m=audio 0 RTP/AVP 0\r\n"
			"m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n");
}

static void refused_streams_have_an_address(void **state)
{
	(void)state;
	assert_answered(SDP_HEAD "m=audio 4000 RTP/AVP 8\r\nm=image 4002 udptl t38\r\n",
			"v=0\r\no=- 1 1 IN IP4 203.0.113.5\r\ns=-\r\nt=0 0\r\na=sendrecv\r\n"
			"m=audio 30012 RTP/AVP 8\r\nc=IN IP4 203.0.113.5\r\n",
			"v=0\r\n"
			"o=- 42 1522 IN IP4 203.0.113.5\r\n"
			"s=-\r\n"
			"t=0 0\r\n"
			"m=audio 30012 RTP/AVP 8\r\n"
			"c=IN IP4 203.0.113.5\r\n"
			"a=sendrecv\r\n"
			"m=image 0 udptl t38\r\n"
			"c=IN IP4 203.0.113.5\r\n");
}

static void the_direction_fits_the_offer(void **state)
{
	static const struct {
		const char *offer, *want;
	} cases[] = {
	    {"a=sendrecv\r\n", "\r\na=sendrecv\r\n"},
	    {"a=sendonly\r\n", "\r\na=recvonly\r\n"},
	    {"a=recvonly\r\n", "\r\na=sendonly\r\n"},
	    {"a=inactive\r\n", "\r\na=inactive\r\n"},
	    {"c=IN IP4 0.0.0.0\r\n", "\r\na=recvonly\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char offer[512], buf[SDP_MAX];

		snprintf(offer, sizeof(offer), SDP_HEAD "m=audio 4000 RTP/AVP 0 101\r\n%s",
			 cases[i].offer);
		assert_int_equal(expand(offer, SDP_ANSWER, buf), 0);
		assert_non_null(strstr(buf, cases[i].want));
		if (i)
			assert_null(strstr(buf, "sendrecv"));
	}
}

static void unusable_answers_are_refused(void **state)
{
	static const struct {
		const char *answer;
		int err;
	} cases[] = {
	    /* seen after a restore from Redis */
	    {SDP_HEAD "m=audio 30012 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n", EPROTO},
	    {SDP_HEAD "m=audio 30012 RTP/AVP 8\r\n", EPROTO},
	    {SDP_HEAD "m=audio 0 RTP/AVP 0\r\n", EPROTO},
	    {SDP_HEAD "m=video 30012 RTP/AVP 0\r\n", EPROTO},
	    {SDP_HEAD "m=audio 30012 RTP/AVP 0\r\nm=audio 30014 RTP/AVP 0\r\n", EPROTO},
	    {SDP_HEAD, EPROTO},
	    {"v=0\no=- 1 1 IN IP4 192.0.2.1\nm=audio 30012 RTP/AVP 0\n", EPROTO},
	    {"", EBADMSG},
	    {"garbage", EBADMSG},
	};
	char buf[SDP_MAX] = "untouched";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(expand(SDP_TWILIO, cases[i].answer, buf), cases[i].err);
	assert_string_equal(buf, "untouched");
}

#define PCMA_PEER(ip, port) {CODEC_PCMA, 8, 101, SDP_SENDRECV, ip, port}

/* ----- an offer of our own, made of the outline of theirs and of the answer to it ----- */

static void outline(const char *offer_text, char buf[SDP_MAX])
{
	struct sdp_offer *offer = parse(offer_text);

	assert_int_equal(sdp_offer_outline(offer, buf, SDP_MAX), 0);
	sdp_offer_free(offer);
}

static void an_outline_has_what_an_answer_needs(void **state)
{
	static const char *const samples[] = {
	    SDP_TWILIO, SDP_TELNYX, SDP_BARESIP,
	    SDP_HEAD "m=video 0 RTP/AVP 34\r\nm=audio 4000 RTP/AVPF 0\r\na=sendonly\r\n"
		     "m=audio 4002 RTP/AVP 0\r\n"};
	char from_offer[SDP_MAX], from_outline[SDP_MAX], text[SDP_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		outline(samples[i], text);
		if (expand(samples[i], SDP_ANSWER, from_offer) == EPROTO)
			continue; /* SDP_ANSWER has another codec */
		assert_int_equal(expand(text, SDP_ANSWER, from_outline), 0);
		assert_string_equal(from_outline, from_offer);
	}
}

static void an_outline_says_no_more_than_needed(void **state)
{
	char text[SDP_MAX];

	(void)state;
	outline(SDP_HEAD "a=ice-lite\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=ptime:20\r\n"
			 "m=video 5000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
		text);
	assert_string_equal(text, SDP_HEAD "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
					   "a=sendrecv\r\nm=video 0 RTP/AVP 96\r\n");
}

static void offers_of_our_own_put_the_version_ahead(void **state)
{
	static const struct {
		const char *version;
		unsigned ahead;
		const char *want;
	} cases[] = {
	    {"7", 0, "7"},
	    {"7", 3, "10"},
	    {"18446744073709551610", 5, "18446744073709551615"},
	    {"99999999999999999999", 1, "99999999999999999999"},
	    {"v7", 1, "v7"},
	    {"-7", 1, "-7"},
	};
	char text[SDP_MAX], buf[SDP_MAX], want[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sdp_offer *offer;

		snprintf(text, sizeof(text),
			 "v=0\r\no=a 5 %s IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\n"
			 "t=0 0\r\nm=audio 4000 RTP/AVP 0\r\n",
			 cases[i].version);
		snprintf(want, sizeof(want), "o=- 42 %s IN IP4 ", cases[i].want);
		offer = parse(text);
		sdp_offer_session(offer, SESSION, cases[i].ahead);
		assert_int_equal(sdp_answer_expand(offer, SDP_ANSWER, buf, sizeof(buf)), 0);
		assert_non_null(strstr(buf, want));
		sdp_offer_free(offer);
	}
}

static void offers_to_who_asks_have_all_that_we_serve(void **state)
{
	struct sdp_offer *offer =
	    parse(SDP_HEAD "m=video 0 RTP/AVP 34\r\nm=audio 4000 RTP/AVP 0\r\na=inactive\r\n");
	char buf[SDP_MAX];

	(void)state;
	sdp_offer_session(offer, SESSION, 1);
	assert_int_equal(sdp_ours_print(offer, SDP_ANSWER, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "v=0\r\n"
				 "o=- 42 1523 IN IP4 203.0.113.5\r\n"
				 "s=ExecLine\r\n"
				 "c=IN IP4 203.0.113.5\r\n"
				 "t=0 0\r\n"
				 "m=video 0 RTP/AVP 34\r\n"
				 "m=audio 30012 RTP/AVP 0 101 8 9\r\n"
				 "a=rtpmap:8 PCMA/8000\r\n"
				 "a=rtpmap:9 G722/8000\r\n"
				 "a=rtpmap:0 PCMU/8000\r\n"
				 "a=rtpmap:101 telephone-event/8000\r\n"
				 "a=fmtp:101 0-15\r\n"
				 "a=rtcp:30013\r\n"
				 "a=sendrecv\r\n");
	assert_int_equal(
	    sdp_ours_print(offer, SDP_HEAD "m=audio 0 RTP/AVP 0\r\n", buf, sizeof(buf)), EPROTO);
	sdp_offer_free(offer);
}

static void inner_peers_are_described(void **state)
{
	struct sdp_peer peer = PCMA_PEER("127.0.0.1", 9);
	char buf[SDP_MAX];

	(void)state;
	assert_int_equal(sdp_peer_print(&peer, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "v=0\r\n"
				 "o=- 1 1 IN IP4 127.0.0.1\r\n"
				 "s=ExecLine\r\n"
				 "c=IN IP4 127.0.0.1\r\n"
				 "t=0 0\r\n"
				 "m=audio 9 RTP/AVP 8 101\r\n"
				 "a=rtpmap:8 PCMA/8000\r\n"
				 "a=rtpmap:101 telephone-event/8000\r\n"
				 "a=fmtp:101 0-15\r\n"
				 "a=sendrecv\r\n");

	peer = (struct sdp_peer){CODEC_OPUS, 111, 101, SDP_RECVONLY, "::1", 65535};
	assert_int_equal(sdp_peer_print(&peer, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "v=0\r\n"
				 "o=- 1 1 IN IP6 ::1\r\n"
				 "s=ExecLine\r\n"
				 "c=IN IP6 ::1\r\n"
				 "t=0 0\r\n"
				 "m=audio 65535 RTP/AVP 111 101\r\n"
				 "a=rtpmap:111 opus/48000/2\r\n"
				 "a=rtpmap:101 telephone-event/48000\r\n"
				 "a=fmtp:101 0-15\r\n"
				 "a=recvonly\r\n");

	peer.dtmf_pt = SDP_DTMF_NONE;
	assert_int_equal(sdp_peer_print(&peer, buf, sizeof(buf)), 0);
	assert_non_null(strstr(buf, "m=audio 65535 RTP/AVP 111\r\n"));
	assert_null(strstr(buf, "telephone-event"));
}

static void impossible_peers_are_refused(void **state)
{
	static const struct sdp_peer peers[] = {
	    PCMA_PEER("127.0.0.1", 0),
	    PCMA_PEER(NULL, 9),
	    PCMA_PEER("localhost", 9),
	    PCMA_PEER("127.0.0.1\r\na=x", 9),
	    {CODEC_PCMA, 8, 8, SDP_SENDRECV, "127.0.0.1", 9},
	    {CODEC_PCMA, 8, 128, SDP_SENDRECV, "127.0.0.1", 9},
	    {CODEC_PCMA, 8, -2, SDP_SENDRECV, "127.0.0.1", 9},
	    {CODEC_OPUS, -1, 101, SDP_SENDRECV, "127.0.0.1", 9},
	    {CODEC_OPUS, 128, 101, SDP_SENDRECV, "127.0.0.1", 9},
	    {(enum codec)99, 8, 101, SDP_SENDRECV, "127.0.0.1", 9},
	};
	char buf[SDP_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++)
		assert_int_equal(sdp_peer_print(&peers[i], buf, sizeof(buf)), EINVAL);
}

static void a_small_buffer_is_left_alone(void **state)
{
	const struct sdp_peer peer = PCMA_PEER("127.0.0.1", 9);
	struct sdp_offer *offer = parse(SDP_TWILIO);
	char buf[SDP_MAX], full[SDP_MAX];
	size_t n;

	(void)state;
	assert_int_equal(sdp_peer_print(&peer, full, sizeof(full)), 0);
	n = strlen(full);
	assert_int_equal(sdp_peer_print(&peer, buf, n + 1), 0);
	assert_string_equal(buf, full);

	memset(buf, 'x', sizeof(buf));
	assert_int_equal(sdp_peer_print(&peer, buf, n), ENOSPC);
	assert_int_equal(sdp_peer_print(&peer, buf, 0), ENOSPC);
	assert_int_equal(sdp_offer_print(offer, buf, 100), ENOSPC);
	assert_int_equal(sdp_offer_outline(offer, buf, 100), ENOSPC);
	assert_int_equal(sdp_answer_expand(offer, SDP_ANSWER, buf, 100), ENOSPC);
	assert_int_equal(buf[0], 'x');
	sdp_offer_free(offer);
}

static void arguments_are_checked(void **state)
{
	const struct sdp_peer peer = PCMA_PEER("127.0.0.1", 9);
	struct sdp_offer *offer = parse(SDP_TWILIO);
	char buf[SDP_MAX];

	(void)state;
	assert_int_equal(sdp_offer_print(NULL, buf, sizeof(buf)), EINVAL);
	assert_int_equal(sdp_offer_print(offer, NULL, sizeof(buf)), EINVAL);
	assert_int_equal(sdp_offer_outline(NULL, buf, sizeof(buf)), EINVAL);
	assert_int_equal(sdp_offer_outline(offer, NULL, sizeof(buf)), EINVAL);
	assert_int_equal(sdp_ours_print(NULL, SDP_ANSWER, buf, sizeof(buf)), EINVAL);
	assert_int_equal(sdp_answer_expand(NULL, SDP_ANSWER, buf, sizeof(buf)), EINVAL);
	assert_int_equal(sdp_answer_expand(offer, NULL, buf, sizeof(buf)), EINVAL);
	assert_int_equal(sdp_answer_expand(offer, SDP_ANSWER, NULL, sizeof(buf)), EINVAL);
	assert_int_equal(sdp_peer_print(NULL, buf, sizeof(buf)), EINVAL);
	assert_int_equal(sdp_peer_print(&peer, NULL, sizeof(buf)), EINVAL);
	sdp_offer_free(offer);
}

static void an_offer_can_be_moved(void **state)
{
	struct sdp_offer *offer =
	    parse("v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=-\r\nc=IN IP4 10.0.0.7\r\n"
		  "t=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=rtcp:4005\r\n");
	char buf[SDP_MAX];

	(void)state;
	assert_string_equal(sdp_offer_ip(offer), "10.0.0.7");
	sdp_offer_move(offer, "192.0.2.1", 4321);
	assert_int_equal(sdp_offer_print(offer, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=ExecLine\r\n"
				 "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4321 RTP/AVP 0\r\n"
				 "a=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n");
	sdp_offer_free(offer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_offer_can_be_moved),
	    cmocka_unit_test(offers_are_reduced),
	    cmocka_unit_test(only_the_chosen_stream_is_printed),
	    cmocka_unit_test(a_printed_offer_is_taken_again),
	    cmocka_unit_test(one_stream_is_answered_with_one),
	    cmocka_unit_test(refused_streams_keep_their_place),
	    cmocka_unit_test(refused_streams_have_an_address),
	    cmocka_unit_test(the_direction_fits_the_offer),
	    cmocka_unit_test(unusable_answers_are_refused),
	    cmocka_unit_test(an_outline_has_what_an_answer_needs),
	    cmocka_unit_test(an_outline_says_no_more_than_needed),
	    cmocka_unit_test(offers_of_our_own_put_the_version_ahead),
	    cmocka_unit_test(offers_to_who_asks_have_all_that_we_serve),
	    cmocka_unit_test(inner_peers_are_described),
	    cmocka_unit_test(impossible_peers_are_refused),
	    cmocka_unit_test(a_small_buffer_is_left_alone),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests_name("sdp_print", tests, NULL, NULL);
}
