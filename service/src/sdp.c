/**
 * @file sdp.c  Session descriptions: what we take of an offer
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdp_priv.h"

static enum sdp_dir stream_dir(const struct sdp *sdp, const struct sdp_stream *stream)
{
	const struct sdp_part parts[] = {stream->part, sdp->session};

	for (size_t i = 0; i < 2; i++) {
		for (size_t k = parts[i].first; k < parts[i].end; k++) {
			int dir = sdp_line_dir(sdp->line[k]);

			if (dir >= 0)
				return (enum sdp_dir)dir;
		}
	}
	return SDP_SENDRECV;
}

/* A caller at 0.0.0.0 receives nothing: how RFC 2543 put a call on hold (RFC 3264 §8.4). With ICE
 * it says that candidates are yet to come. */
static enum sdp_dir offered_dir(const struct sdp_offer *offer)
{
	enum sdp_dir dir = stream_dir(offer->sdp, offer->chosen);

	if (strcmp(offer->ip, "0.0.0.0") != 0 || offer->ice)
		return dir;
	return dir == SDP_SENDRECV || dir == SDP_SENDONLY ? SDP_SENDONLY : SDP_INACTIVE;
}

/* Whether we can serve the stream; fills in what it says then. */
static bool take_stream(struct sdp_offer *offer, const struct sdp_stream *stream)
{
	const struct sdp *sdp = offer->sdp;

	if (strcmp(stream->media, "audio") != 0 || !stream->port || !sdp_take_keys(offer, stream))
		return false;
	if (sdp_address(sdp, stream, offer->ip))
		return false;

	offer->pt = sdp_find_codec(sdp, stream, &offer->codec);
	if (offer->pt < 0)
		return false;

	offer->chosen = stream;
	offer->port = stream->port;
	offer->dtmf = sdp_find_format(sdp, stream, "telephone-event", codec_rate(offer->codec));
	offer->dir = offered_dir(offer);
	return true;
}

/* Who offers both, a stream each, is answered with the encrypted one, whichever comes first. */
static int choose_stream(struct sdp_offer *offer)
{
	const struct sdp_stream *plain = NULL;

	for (size_t i = 0; i < offer->sdp->streamc; i++) {
		const struct sdp_stream *stream = &offer->sdp->stream[i];

		if (!take_stream(offer, stream))
			continue;
		if (offer->keys != SDP_PLAIN)
			return 0;
		if (!plain)
			plain = stream;
	}
	return plain && take_stream(offer, plain) ? 0 : ENOTSUP;
}

/* o=<user> <id> <version> IN IP4 <address>: the answer needs id and version */
static bool has_origin(const struct sdp *sdp)
{
	const char *origin = sdp_find(sdp, sdp->session, "o=");

	return origin && *sdp_word(origin, 5);
}

int sdp_offer_parse(const char *text, size_t len, struct sdp_offer **offerp)
{
	struct sdp_offer *offer;
	int err;

	if (!text || !offerp)
		return EINVAL;

	offer = calloc(1, sizeof(*offer));
	if (!offer)
		return ENOMEM;

	err = sdp_parse(text, len, &offer->sdp);
	if (err)
		goto out;
	err = has_origin(offer->sdp) ? choose_stream(offer) : EBADMSG;
out:
	if (err)
		sdp_offer_free(offer);
	else
		*offerp = offer;
	return err;
}

void sdp_offer_free(struct sdp_offer *offer)
{
	if (!offer)
		return;

	sdp_free(offer->sdp);
	free(offer);
}

enum codec sdp_offer_codec(const struct sdp_offer *offer)
{
	return offer->codec;
}

int sdp_offer_pt(const struct sdp_offer *offer)
{
	return offer->pt;
}

int sdp_offer_dtmf(const struct sdp_offer *offer)
{
	return offer->dtmf;
}

enum sdp_dir sdp_offer_dir(const struct sdp_offer *offer)
{
	return offer->dir;
}

enum sdp_keys sdp_offer_keys(const struct sdp_offer *offer)
{
	return offer->keys;
}

bool sdp_offer_ice(const struct sdp_offer *offer)
{
	return offer->ice;
}

bool sdp_offer_mux(const struct sdp_offer *offer)
{
	return offer->mux;
}

const char *sdp_offer_ip(const struct sdp_offer *offer)
{
	return offer->ip;
}

void sdp_offer_move(struct sdp_offer *offer, const char *ip, uint16_t port)
{
	snprintf(offer->ip, sizeof(offer->ip), "%s", ip);
	offer->port = port;
	offer->moved = true;
}

void sdp_offer_session(struct sdp_offer *offer, unsigned id, unsigned ours)
{
	offer->session = id;
	offer->ahead = ours;
}

enum sdp_dir sdp_dir_mirror(enum sdp_dir offered)
{
	switch (offered) {

	case SDP_SENDONLY:
		return SDP_RECVONLY;
	case SDP_RECVONLY:
		return SDP_SENDONLY;
	default:
		return offered;
	}
}

int sdp_media_addr(const char *text, char ip[SDP_IP_BUF], uint16_t *port)
{
	const struct sdp_stream *stream;
	struct sdp *sdp;
	int err;

	if (!text || !ip || !port)
		return EINVAL;

	err = sdp_parse(text, strnlen(text, SDP_MAX + 1), &sdp);
	if (err)
		return err;

	stream = sdp_first_audio(sdp);
	err = stream ? sdp_address(sdp, stream, ip) : ENOENT;
	if (!err)
		*port = stream->port;

	sdp_free(sdp);
	return err;
}

int sdp_dtmf(const char *text, enum codec codec)
{
	const struct sdp_stream *stream;
	int pt = SDP_DTMF_NONE;
	struct sdp *sdp;

	if (!text || sdp_parse(text, strnlen(text, SDP_MAX + 1), &sdp))
		return SDP_DTMF_NONE;

	stream = sdp_first_audio(sdp);
	if (stream)
		pt = sdp_find_format(sdp, stream, "telephone-event", codec_rate(codec));

	sdp_free(sdp);
	return pt;
}

bool sdp_has_codec(const char *text)
{
	const struct sdp_stream *stream;
	enum codec codec;
	struct sdp *sdp;
	bool has;

	if (!text || sdp_parse(text, strnlen(text, SDP_MAX + 1), &sdp))
		return false;

	stream = sdp_first_audio(sdp);
	has = stream && sdp_find_codec(sdp, stream, &codec) >= 0;

	sdp_free(sdp);
	return has;
}
