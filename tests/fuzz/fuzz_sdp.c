/**
 * @file fuzz_sdp.c  Descriptions of callers and of rtpengine
 *
 * Parts: the offer, rtpengine's answer to it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "sdp_priv.h"

static bool is_address(const char *ip)
{
	unsigned char addr[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, ip, addr) == 1 || inet_pton(AF_INET6, ip, addr) == 1;
}

static void same_choice(const struct sdp_offer *a, const struct sdp_offer *b)
{
	fuzz_require(sdp_offer_codec(a) == sdp_offer_codec(b));
	fuzz_require(sdp_offer_pt(a) == sdp_offer_pt(b));
	fuzz_require(sdp_offer_dtmf(a) == sdp_offer_dtmf(b));
	fuzz_require(sdp_offer_dir(a) == sdp_offer_dir(b));
}

/* What is printed for rtpengine means the same, and is printed the same once more. */
static void check_print(const struct sdp_offer *offer, char printed[SDP_MAX])
{
	struct sdp_offer *again = NULL;
	char other[SDP_MAX];
	size_t len;

	fuzz_require(sdp_offer_print(offer, printed, SDP_MAX) == 0);
	len = strlen(printed);
	fuzz_require(fuzz_is_clean(printed, "\r\n\t", false));
	fuzz_require(sdp_offer_parse(printed, len, &again) == 0);
	same_choice(offer, again);
	fuzz_require(sdp_offer_print(again, other, sizeof(other)) == 0);
	fuzz_require(strcmp(printed, other) == 0);
	sdp_offer_free(again);

	fuzz_poison(other, sizeof(other));
	fuzz_require(sdp_offer_print(offer, other, len) == ENOSPC);
	fuzz_require(fuzz_untouched(other, sizeof(other)));
	fuzz_require(sdp_offer_print(offer, other, len + 1) == 0);
}

/* The next m= line: its words but the formats. @return behind it, NULL if there is none */
static const char *next_stream(const char *p, char media[SDP_MAX], unsigned *port,
			       char proto[SDP_MAX])
{
	const char *end;

	for (; *p && strncmp(p, "m=", 2) != 0; p = end + 2) {
		end = strstr(p, "\r\n");
		fuzz_require(end);
	}
	if (!*p)
		return NULL;
	fuzz_require(sscanf(p, "m=%16383s %5u %16383s", media, port, proto) >= 2);
	return strstr(p, "\r\n") + 2;
}

/* An answer has the streams of the offer in their order, and only the chosen one is taken. */
static void check_answer(const struct sdp_offer *offer, const char *answer)
{
	char media[SDP_MAX], proto[SDP_MAX];
	const char *p = answer;
	unsigned port;

	fuzz_require(fuzz_is_clean(answer, "\r\n\t", false));
	for (size_t i = 0; i < offer->sdp->streamc; i++) {
		const struct sdp_stream *stream = &offer->sdp->stream[i];

		proto[0] = '\0';
		p = next_stream(p, media, &port, proto);
		fuzz_require(p && strcmp(media, stream->media) == 0);
		fuzz_require(strcmp(proto, stream->proto) == 0);
		fuzz_require((port != 0) == (stream == offer->chosen));
	}
	fuzz_require(next_stream(p, media, &port, proto) == NULL);
}

/* An offer of our own has the same streams, and can be made of whatever gives an answer.
 * @return whether there is an answer */
static bool check_expand(const struct sdp_offer *offer, const char *text)
{
	char answer[SDP_MAX], ours[SDP_MAX];
	int err;

	fuzz_poison(answer, sizeof(answer));
	fuzz_poison(ours, sizeof(ours));
	err = sdp_answer_expand(offer, text, answer, sizeof(answer));
	fuzz_require((sdp_ours_print(offer, text, ours, sizeof(ours)) == 0) == (err == 0));
	if (err) {
		fuzz_require(fuzz_untouched(answer, sizeof(answer)));
		fuzz_require(fuzz_untouched(ours, sizeof(ours)));
	} else {
		check_answer(offer, answer);
		check_answer(offer, ours);
	}
	return err == 0;
}

static void check_peer(const struct sdp_offer *offer)
{
	const struct sdp_peer peer = {
	    .codec = sdp_offer_codec(offer),
	    .pt = sdp_offer_pt(offer),
	    .dtmf_pt = sdp_offer_dtmf(offer),
	    .dir = sdp_dir_mirror(sdp_offer_dir(offer)),
	    .ip = offer->ip,
	    .port = offer->chosen->port,
	};
	struct sdp_offer *again = NULL;
	char printed[SDP_MAX];

	fuzz_require(sdp_peer_print(&peer, printed, sizeof(printed)) == 0);
	fuzz_require(sdp_offer_parse(printed, strlen(printed), &again) == 0);
	fuzz_require(sdp_offer_codec(again) == peer.codec && sdp_offer_pt(again) == peer.pt);
	fuzz_require(sdp_offer_dtmf(again) == peer.dtmf_pt);
	sdp_offer_free(again);
}

static void check_readers(const char *text)
{
	uint16_t port = 4711;
	char ip[SDP_IP_BUF];
	int dtmf;

	fuzz_poison(ip, sizeof(ip));
	if (sdp_media_addr(text, ip, &port))
		fuzz_require(fuzz_untouched(ip, sizeof(ip)) && port == 4711);
	else
		fuzz_require(is_address(ip));
	dtmf = sdp_dtmf(text, CODEC_PCMU);
	fuzz_require(dtmf >= SDP_DTMF_NONE && dtmf <= 127);
	(void)sdp_has_codec(text);
}

bool fuzz_one(struct fuzz *f)
{
	struct sdp_offer *offer = NULL;
	char printed[SDP_MAX];
	const char *text, *answer;
	bool taken, answered;
	size_t len;

	text = fuzz_bytes(f, &len);
	answer = fuzz_text(f);
	taken = sdp_offer_parse(text, len, &offer) == 0;
	answered = !answer[0];
	fuzz_require(taken == (offer != NULL));
	if (taken) {
		fuzz_require(offer->pt >= 0 && offer->pt <= 127 && is_address(offer->ip));
		check_print(offer, printed);
		check_peer(offer);
		check_expand(offer, printed);
		answered = check_expand(offer, answer) || answered;
		check_readers(printed);
	}
	check_readers(answer);
	sdp_offer_free(offer);
	return taken && answered;
}
