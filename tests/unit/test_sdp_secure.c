/**
 * @file test_sdp_secure.c  Session descriptions: keys, ICE and rtcp-mux
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

#define KEY "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
#define CRYPTO "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY
#define PRINT "a=fingerprint:sha-256 4A:AD:B9\r\na=setup:actpass\r\n"
#define ICE "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdef012345\r\n"
#define CANDIDATE "a=candidate:1 1 UDP 2130706431 192.0.2.10 4000 typ host\r\n"
#define HEAD_OF_OURS                                                                               \
	"v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=ExecLine\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"

static struct sdp_offer *parse(const char *text)
{
	struct sdp_offer *offer = NULL;
	int err = sdp_offer_parse(text, strlen(text), &offer);

	if (err)
		fail_msg("error %d: %s", err, text);
	return offer;
}

static void assert_keys(const char *text, enum sdp_keys keys, bool ice, bool mux,
			const char *reduced)
{
	struct sdp_offer *offer = parse(text);
	char out[SDP_MAX];

	assert_int_equal(sdp_offer_keys(offer), keys);
	assert_int_equal(sdp_offer_ice(offer), ice);
	assert_int_equal(sdp_offer_mux(offer), mux);
	assert_int_equal(sdp_offer_print(offer, out, sizeof(out)), 0);
	assert_string_equal(out, reduced);
	sdp_offer_free(offer);
}

static void keys_are_told_to_rtpengine(void **state)
{
	(void)state;
	assert_keys(SDP_HEAD "m=audio 4000 RTP/SAVP 0\r\n" CRYPTO "\r\n", SDP_SDES, false, false,
		    HEAD_OF_OURS "m=audio 4000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n" CRYPTO
				 "\r\na=sendrecv\r\n");
	assert_keys(SDP_HEAD PRINT "m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\n", SDP_DTLS, false, false,
		    HEAD_OF_OURS "m=audio 4000 UDP/TLS/RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n" PRINT
				 "a=sendrecv\r\n");
	assert_keys(SDP_HEAD "m=audio 4000 RTP/SAVPF 0\r\n" PRINT, SDP_DTLS, false, false,
		    HEAD_OF_OURS "m=audio 4000 UDP/TLS/RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n" PRINT
				 "a=sendrecv\r\n");
}

/* RFC 8643: keys with a plain profile are there to be used by who can. */
static void keys_of_a_plain_profile_are_used(void **state)
{
	(void)state;
	assert_keys(SDP_HEAD "m=audio 4000 RTP/AVP 0\r\n" CRYPTO "\r\n", SDP_SDES, false, false,
		    HEAD_OF_OURS "m=audio 4000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n" CRYPTO
				 "\r\na=sendrecv\r\n");
}

static void ice_and_mux_are_kept(void **state)
{
	(void)state;
	assert_keys(SDP_HEAD ICE "m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\n" CANDIDATE, SDP_PLAIN,
		    true, true,
		    HEAD_OF_OURS
		    "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=rtcp-mux\r\n" ICE CANDIDATE
		    "a=sendrecv\r\n");
	assert_keys(SDP_HEAD "a=ice-lite\r\nm=audio 4000 RTP/AVP 0\r\n" ICE, SDP_PLAIN, true, false,
		    HEAD_OF_OURS "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n" ICE
				 "a=ice-lite\r\na=sendrecv\r\n");
	/* half of it is none */
	assert_keys(
	    SDP_HEAD "a=ice-ufrag:abcd\r\nm=audio 4000 RTP/AVP 0\r\n" CANDIDATE, SDP_PLAIN, false,
	    false, HEAD_OF_OURS "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n");
}

static void the_first_usable_key_is_taken(void **state)
{
	static const char *const others[] = {
	    "a=crypto:1 F8_128_HMAC_SHA1_80 " KEY "\r\n",
	    "a=crypto:1 NULL_HMAC_SHA1_80 " KEY "\r\n",
	    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 \r\n",
	    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\r\n",
	    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline: x\r\n",
	    "a=crypto:1 AES_CM_128_HMAC_SHA1_8 " KEY "\r\n",
	    "a=crypto:x AES_CM_128_HMAC_SHA1_80 " KEY "\r\n",
	    "a=crypto:1x AES_CM_128_HMAC_SHA1_80 " KEY "\r\n",
	    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY " UNENCRYPTED_SRTP\r\n",
	    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY " WSH=64 UNAUTHENTICATED_SRTP\r\n",
	    "a=crypto:\r\n",
	};
	char text[SDP_MAX];
	struct sdp_offer *offer;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(text, sizeof(text), SDP_HEAD "m=audio 4000 RTP/SAVP 0\r\n%s", others[i]);
		assert_int_equal(sdp_offer_parse(text, strlen(text), &offer), ENOTSUP);
		snprintf(text, sizeof(text),
			 SDP_HEAD "m=audio 4000 RTP/SAVP 0\r\n%s" CRYPTO "|2^31\r\n", others[i]);
		assert_keys(text, SDP_SDES, false, false,
			    HEAD_OF_OURS
			    "m=audio 4000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n" CRYPTO
			    "|2^31\r\na=sendrecv\r\n");
	}
}

static void no_keys_no_encrypted_stream(void **state)
{
	static const char *const texts[] = {
	    SDP_HEAD "m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\n" CRYPTO "\r\n",
	    SDP_HEAD "m=audio 4000 UDP/TLS/RTP/SAVP 0\r\n",
	    SDP_HEAD "m=audio 4000 RTP/SAVP 0\r\n",
	    SDP_HEAD "m=audio 4000 TCP/RTP/AVP 0\r\n",
	};
	struct sdp_offer *offer;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(sdp_offer_parse(texts[i], strlen(texts[i]), &offer), ENOTSUP);
}

#define ANSWER                                                                                     \
	"v=0\r\no=- 7 7 IN IP4 192.0.2.9\r\ns=x\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"                \
	"m=audio 20000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
#define ANSWERED "v=0\r\no=- 3724 1522 IN IP4 192.0.2.9\r\ns=x\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"

/* Of two streams for the same the encrypted one is taken, in its place, under the profile it has.
 */
static void the_encrypted_alternative_is_taken(void **state)
{
	static const struct {
		const char *offer, *streams;
	} cases[] = {
	    {SDP_HEAD "m=audio 4000 RTP/SAVP 0\r\n" CRYPTO "\r\nm=audio 4002 RTP/AVP 0\r\n",
	     "m=audio 20000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n" CRYPTO
	     "x\r\na=sendrecv\r\nm=audio 0 RTP/AVP 0\r\n"},
	    {SDP_HEAD "m=audio 4002 RTP/AVP 0\r\nm=audio 4000 RTP/SAVPF 0\r\n" CRYPTO "\r\n",
	     "m=audio 0 RTP/AVP 0\r\nm=audio 20000 RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\n" CRYPTO
	     "x\r\na=sendrecv\r\n"},
	    {SDP_HEAD "m=audio 4000 RTP/AVP 0\r\n" CRYPTO "\r\n",
	     "m=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n" CRYPTO "x\r\na=sendrecv\r\n"},
	};
	char out[SDP_MAX], outline[SDP_MAX], again[SDP_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sdp_offer *offer = parse(cases[i].offer), *once_more;

		assert_int_equal(sdp_answer_expand(offer, ANSWER CRYPTO "x\r\n", out, sizeof(out)),
				 0);
		assert_string_equal(strstr(out, "m=audio"), cases[i].streams);
		/* an offer of our own has the same streams */
		assert_int_equal(sdp_offer_outline(offer, outline, sizeof(outline)), 0);
		once_more = parse(outline);
		assert_int_equal(
		    sdp_answer_expand(once_more, ANSWER CRYPTO "x\r\n", again, sizeof(again)), 0);
		assert_string_equal(again, out);
		sdp_offer_free(once_more);
		sdp_offer_free(offer);
	}
}

static void a_plain_stream_is_taken_where_the_other_is_of_no_use(void **state)
{
	(void)state;
	assert_keys(
	    SDP_HEAD "m=audio 4000 RTP/SAVP 0\r\nm=audio 4002 RTP/AVP 0\r\n", SDP_PLAIN, false,
	    false, HEAD_OF_OURS "m=audio 4002 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n");
	assert_keys(SDP_HEAD "m=audio 4002 RTP/AVP 0\r\nm=audio 4004 RTP/AVP 8\r\n"
			     "m=audio 4000 RTP/SAVP 18\r\n" CRYPTO "\r\n",
		    SDP_PLAIN, false, false,
		    HEAD_OF_OURS
		    "m=audio 4002 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n");
}

static void other_keys_are_noticed(void **state)
{
	(void)state;
	assert_true(sdp_same_keys(ANSWER, ANSWER "a=ptime:20\r\n"));
	assert_true(sdp_same_keys(ANSWER CRYPTO "\r\n", ANSWER CRYPTO "\r\n"));
	assert_false(sdp_same_keys(ANSWER CRYPTO "\r\n", ANSWER CRYPTO "x\r\n"));
	assert_false(sdp_same_keys(ANSWER CRYPTO "\r\n", ANSWER));
	assert_false(sdp_same_keys(ANSWER, ANSWER PRINT));
	assert_false(sdp_same_keys(ANSWER ICE, ANSWER "a=ice-ufrag:x\r\n"));
	assert_false(sdp_same_keys(ANSWER, "garbage"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_are_told_to_rtpengine),
	    cmocka_unit_test(keys_of_a_plain_profile_are_used),
	    cmocka_unit_test(ice_and_mux_are_kept),
	    cmocka_unit_test(the_first_usable_key_is_taken),
	    cmocka_unit_test(no_keys_no_encrypted_stream),
	    cmocka_unit_test(the_encrypted_alternative_is_taken),
	    cmocka_unit_test(a_plain_stream_is_taken_where_the_other_is_of_no_use),
	    cmocka_unit_test(other_keys_are_noticed),
	};

	return cmocka_run_group_tests_name("sdp_secure", tests, NULL, NULL);
}
