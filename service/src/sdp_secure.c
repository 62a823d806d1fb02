/**
 * @file sdp_secure.c  Session descriptions: keys (RFC 4568, 5763), ICE (RFC 8839) and rtcp-mux (RFC
 * 5761)
 */
#include <string.h>

#include "sdp_priv.h"

/* What is more than encryption and authentication of whole packets is not asked for: RFC 4568 §6.3,
 * and suites of RFC 4568, 6188 and 7714 that rtpengine has (daemon/crypto.c). */
static const char *const suites[] = {
    "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AES_256_CM_HMAC_SHA1_80",
    "AES_256_CM_HMAC_SHA1_32", "AEAD_AES_128_GCM",	  "AEAD_AES_256_GCM",
};
static const char *const unwanted[] = {"UNENCRYPTED_", "UNAUTHENTICATED_"};

enum {
	CANDIDATES_MAX = 16,	    /* of ICE, the first */
	CRYPTO_TAG_MAX = 999999999, /* RFC 4568 §9.1: nine digits */
};

static bool is_one_of(const char *word, size_t len, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (len == strlen(names[i]) && strncmp(word, names[i], len) == 0)
			return true;
	}
	return false;
}

/* <tag> <suite> inline:<key> [<session parameter> ...] */
static bool is_served(const char *crypto)
{
	const char *suite = sdp_word(crypto, 1), *key = sdp_word(crypto, 2);
	const char *tag = crypto;
	unsigned n;

	if (sdp_number(&tag, CRYPTO_TAG_MAX, &n) || *tag != ' ' ||
	    !is_one_of(suite, strcspn(suite, " \t"), suites, sizeof(suites) / sizeof(suites[0])))
		return false;
	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++) {
		if (strstr(key, unwanted[i]))
			return false;
	}
	return strncmp(key, "inline:", 7) == 0 && key[7] && key[7] != ' ';
}

/* The first line of a stream with keys that we can use, without its "a=crypto:"; else NULL. Only
 * this one is offered to rtpengine, so that a repeated offer leads to the same answer. */
static const char *find_crypto(const struct sdp *sdp, const struct sdp_stream *stream)
{
	static const char prefix[] = "a=crypto:";

	for (size_t i = stream->part.first; i < stream->part.end; i++) {
		const char *line = sdp->line[i];

		if (strncmp(line, prefix, sizeof(prefix) - 1) == 0 &&
		    is_served(line + sizeof(prefix) - 1))
			return line + sizeof(prefix) - 1;
	}
	return NULL;
}

/* An attribute of the stream, or of the session. */
static const char *find(const struct sdp *sdp, const struct sdp_stream *stream, const char *prefix)
{
	const char *value = sdp_find(sdp, stream->part, prefix);

	return value ? value : sdp_find(sdp, sdp->session, prefix);
}

static bool is_one(const char *proto, const char *a, const char *b)
{
	return strcmp(proto, a) == 0 || strcmp(proto, b) == 0;
}

/* Also with RTP/AVP, where an answer with keys says that they are used (RFC 8643). */
bool sdp_take_keys(struct sdp_offer *offer, const struct sdp_stream *stream)
{
	const struct sdp *sdp = offer->sdp;
	const bool plain = is_one(stream->proto, "RTP/AVP", "RTP/AVPF"),
		   srtp = is_one(stream->proto, "RTP/SAVP", "RTP/SAVPF"),
		   dtls = is_one(stream->proto, "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF"),
		   has_print = find(sdp, stream, "a=fingerprint:") != NULL;

	offer->crypto = plain || srtp ? find_crypto(sdp, stream) : NULL;
	if (offer->crypto)
		offer->keys = SDP_SDES;
	else if (has_print && (srtp || dtls))
		offer->keys = SDP_DTLS;
	else if (plain)
		offer->keys = SDP_PLAIN;
	else
		return false;
	offer->ice = find(sdp, stream, "a=ice-ufrag:") && find(sdp, stream, "a=ice-pwd:");
	offer->mux = false;
	for (size_t i = stream->part.first; i < stream->part.end; i++)
		offer->mux = offer->mux || strcmp(sdp->line[i], "a=rtcp-mux") == 0;
	return true;
}

const char *sdp_reduced_proto(enum sdp_keys keys)
{
	static const char *const protos[] = {
	    [SDP_PLAIN] = "RTP/AVP",
	    [SDP_SDES] = "RTP/SAVP",
	    [SDP_DTLS] = "UDP/TLS/RTP/SAVP",
	};

	return protos[keys];
}

static void print_found(struct strbuf *b, const struct sdp_offer *offer, const char *prefix)
{
	const char *value = find(offer->sdp, offer->chosen, prefix);

	if (value)
		strbuf_addf(b, "%s%s\r\n", prefix, value);
}

static void print_candidates(struct strbuf *b, const struct sdp_offer *offer)
{
	static const char prefix[] = "a=candidate:";
	size_t n = 0;

	for (size_t i = offer->chosen->part.first; i < offer->chosen->part.end; i++) {
		const char *line = offer->sdp->line[i];

		if (strncmp(line, prefix, sizeof(prefix) - 1) == 0 && n++ < CANDIDATES_MAX)
			strbuf_addf(b, "%s\r\n", line);
	}
}

void sdp_print_keys(struct strbuf *b, const struct sdp_offer *offer)
{
	if (offer->keys == SDP_SDES)
		strbuf_addf(b, "a=crypto:%s\r\n", offer->crypto);
	if (offer->keys == SDP_DTLS) {
		print_found(b, offer, "a=fingerprint:");
		print_found(b, offer, "a=setup:");
	}
}

void sdp_print_ice(struct strbuf *b, const struct sdp_offer *offer)
{
	if (offer->mux)
		strbuf_addf(b, "a=rtcp-mux\r\n");
	if (!offer->ice)
		return;
	print_found(b, offer, "a=ice-ufrag:");
	print_found(b, offer, "a=ice-pwd:");
	if (sdp_find(offer->sdp, offer->sdp->session, "a=ice-lite"))
		strbuf_addf(b, "a=ice-lite\r\n");
	print_candidates(b, offer);
}

static const char *const key_prefixes[] = {"a=crypto:", "a=fingerprint:", "a=ice-ufrag:"};

bool sdp_same_keys(const char *one, const char *other)
{
	const size_t n = sizeof(key_prefixes) / sizeof(key_prefixes[0]);
	struct sdp *a = NULL, *b = NULL;
	bool same = sdp_parse(one, strnlen(one, SDP_MAX + 1), &a) == 0 &&
		    sdp_parse(other, strnlen(other, SDP_MAX + 1), &b) == 0;
	const struct sdp_stream *x = same ? sdp_first_audio(a) : NULL,
				*y = same ? sdp_first_audio(b) : NULL;

	same = x && y;
	for (size_t i = 0; i < n && same; i++) {
		const char *v = find(a, x, key_prefixes[i]), *w = find(b, y, key_prefixes[i]);

		same = v && w ? strcmp(v, w) == 0 : v == w;
	}
	sdp_free(a);
	sdp_free(b);
	return same;
}
