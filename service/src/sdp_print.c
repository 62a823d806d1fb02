/**
 * @file sdp_print.c  Session descriptions: those we make
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sdp_priv.h"
#include "strbuf.h"

enum { PTIME_MAX_MS = 1000, PT_MAX = 127 };

/* Hand the text over to the caller's buffer, or say why not; the builder is freed. */
static int finish(struct strbuf *b, char *buf, size_t max)
{
	int err = b->err;

	if (!err && b->len >= max)
		err = ENOSPC;
	if (!err)
		memcpy(buf, b->p, b->len + 1);
	strbuf_free(b);
	return err;
}

/* Nobody but rtpengine reads the session part: of the caller's, only the address is in it. */
static void print_session(struct strbuf *b, const char *ip)
{
	char family = strchr(ip, ':') ? '6' : '4';

	strbuf_addf(b, "v=0\r\no=- 1 1 IN IP%c %s\r\n", family, ip);
	strbuf_addf(b, "s=ExecLine\r\nc=IN IP%c %s\r\nt=0 0\r\n", family, ip);
}

static void print_audio(struct strbuf *b, uint16_t port, enum sdp_keys keys, int pt, int dtmf)
{
	strbuf_addf(b, "m=audio %u %s %d", port, sdp_reduced_proto(keys), pt);
	if (dtmf != SDP_DTMF_NONE)
		strbuf_addf(b, " %d", dtmf);
	strbuf_addf(b, "\r\n");
}

/* rtpmap and, if given, fmtp of a codec and of telephone-event */
static void print_codec(struct strbuf *b, enum codec codec, int pt, const char *fmtp)
{
	/* RFC 7587 §7: two channels, always */
	strbuf_addf(b, "a=rtpmap:%d %s/%u%s\r\n", pt, codec_name(codec), codec_rate(codec),
		    codec == CODEC_OPUS ? "/2" : "");
	if (fmtp)
		strbuf_addf(b, "a=fmtp:%d %s\r\n", pt, fmtp);
}

static void print_dtmf(struct strbuf *b, enum codec codec, int dtmf, const char *fmtp)
{
	if (dtmf == SDP_DTMF_NONE)
		return;
	strbuf_addf(b, "a=rtpmap:%d telephone-event/%u\r\n", dtmf, codec_rate(codec));
	if (fmtp)
		strbuf_addf(b, "a=fmtp:%d %s\r\n", dtmf, fmtp);
}

static void print_number(struct strbuf *b, const struct sdp_offer *offer, const char *name,
			 unsigned max)
{
	unsigned n = sdp_find_number(offer->sdp, offer->chosen->part, name, max);

	if (n)
		strbuf_addf(b, "%s%u\r\n", name, n);
}

int sdp_offer_print(const struct sdp_offer *offer, char *buf, size_t max)
{
	const struct sdp_stream *stream;
	struct strbuf b;

	if (!offer || !buf)
		return EINVAL;

	stream = offer->chosen;
	strbuf_init(&b, SDP_MAX);
	print_session(&b, offer->ip);
	print_audio(&b, offer->port, offer->keys, offer->pt, offer->dtmf);
	print_codec(&b, offer->codec, offer->pt,
		    sdp_find_pt(offer->sdp, stream->part, "a=fmtp:", offer->pt));
	print_dtmf(&b, offer->codec, offer->dtmf,
		   sdp_find_pt(offer->sdp, stream->part, "a=fmtp:", offer->dtmf));
	print_number(&b, offer, "a=ptime:", PTIME_MAX_MS);
	print_number(&b, offer, "a=maxptime:", PTIME_MAX_MS);
	if (!offer->moved)
		print_number(&b, offer, "a=rtcp:", UINT16_MAX);
	sdp_print_keys(&b, offer);
	sdp_print_ice(&b, offer);
	strbuf_addf(&b, "a=%s\r\n", sdp_dir_name(offer->dir));
	return finish(&b, buf, max);
}

/* A stream that was not chosen has port 0, so that it is not chosen of the outline either. */
static void print_stream(struct strbuf *b, const struct sdp_offer *offer,
			 const struct sdp_stream *stream)
{
	if (stream != offer->chosen) {
		strbuf_addf(b, "m=%s 0 %s %s\r\n", stream->media, stream->proto, stream->formats);
		return;
	}
	strbuf_addf(b, "m=audio %u %s %d\r\n", stream->port, stream->proto, offer->pt);
	print_codec(b, offer->codec, offer->pt, NULL);
	sdp_print_keys(b, offer);
	strbuf_addf(b, "a=%s\r\n", sdp_dir_name(offer->dir));
}

int sdp_offer_outline(const struct sdp_offer *offer, char *buf, size_t max)
{
	const struct sdp *sdp;
	const char *times;
	struct strbuf b;

	if (!offer || !buf)
		return EINVAL;

	sdp = offer->sdp;
	times = sdp_find(sdp, sdp->session, "t=");
	strbuf_init(&b, SDP_MAX);
	strbuf_addf(&b, "v=0\r\no=%s\r\ns=-\r\n", sdp_find(sdp, sdp->session, "o="));
	strbuf_addf(&b, "c=IN IP%c %s\r\n", strchr(offer->ip, ':') ? '6' : '4', offer->ip);
	strbuf_addf(&b, "t=%s\r\n", times ? times : "0 0");
	for (size_t i = 0; i < sdp->streamc; i++)
		print_stream(&b, offer, &sdp->stream[i]);
	return finish(&b, buf, max);
}

static int address_family(const char *ip)
{
	unsigned char addr[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, ip, addr) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, ip, addr) == 1 ? AF_INET6 : AF_UNSPEC;
}

int sdp_peer_print(const struct sdp_peer *peer, char *buf, size_t max)
{
	struct strbuf b;

	if (!peer || !peer->ip || !peer->port || !buf)
		return EINVAL;
	if (address_family(peer->ip) == AF_UNSPEC || !strcmp(codec_name(peer->codec), "???"))
		return EINVAL;
	if (peer->pt < 0 || peer->pt > PT_MAX || peer->dtmf_pt < SDP_DTMF_NONE ||
	    peer->dtmf_pt > PT_MAX || peer->dtmf_pt == peer->pt)
		return EINVAL;

	strbuf_init(&b, SDP_MAX);
	print_session(&b, peer->ip);
	print_audio(&b, peer->port, SDP_PLAIN, peer->pt, peer->dtmf_pt);
	print_codec(&b, peer->codec, peer->pt, NULL);
	print_dtmf(&b, peer->codec, peer->dtmf_pt, "0-15");
	strbuf_addf(&b, "a=%s\r\n", sdp_dir_name(peer->dir));
	return finish(&b, buf, max);
}

/* A version is a number of 64 bits (RFC 4566 §5.2); one that is none stays as it is. */
static void print_version(struct strbuf *b, const char *version, unsigned ahead)
{
	const size_t len = strcspn(version, " \t");
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(version, &end, 10);
	if (ahead && isdigit((unsigned char)*version) && end == version + len && !errno)
		strbuf_addf(b, "%" PRIu64, n + ahead);
	else
		strbuf_add(b, version, len);
}

/* Our session has the version of the caller's: a changed offer has a new version, so the answer to
 * it has one too (RFC 3264 §8), and nobody has to remember any but the number of offers of our own.
 */
static void print_origin(struct strbuf *b, const struct sdp_offer *offer, const char *ours)
{
	const char *theirs = sdp_find(offer->sdp, offer->sdp->session, "o=");

	strbuf_addf(b, "o=- %u ", offer->session);
	print_version(b, sdp_word(theirs, 2), offer->ahead);
	strbuf_addf(b, " %s\r\n", sdp_word(ours, 3));
}

static void print_answer_session(struct strbuf *b, const struct sdp_offer *whole,
				 const struct sdp *answer)
{
	const struct sdp *offer = whole->sdp;
	const char *times = sdp_find(offer, offer->session, "t=");

	for (size_t i = 0; i < answer->session.end; i++) {
		const char *line = answer->line[i];

		if (!strncmp(line, "o=", 2))
			print_origin(b, whole, line + 2);
		else if (!strncmp(line, "t=", 2) && times)
			strbuf_addf(b, "t=%s\r\n", times); /* as offered, RFC 3264 §6 */
		else if (sdp_line_dir(line) < 0)
			strbuf_addf(b, "%s\r\n", line);
	}
}

/* All lines of the answer's stream but its direction. */
static void print_lines(struct strbuf *b, const struct sdp *answer)
{
	const struct sdp_stream *stream = &answer->stream[0];

	for (size_t i = stream->part.first; i < stream->part.end; i++) {
		if (sdp_line_dir(answer->line[i]) < 0)
			strbuf_addf(b, "%s\r\n", answer->line[i]);
	}
}

static void print_accepted(struct strbuf *b, const struct sdp_offer *offer,
			   const struct sdp *answer)
{
	const struct sdp_stream *stream = &answer->stream[0];

	strbuf_addf(b, "m=audio %u %s %s\r\n", stream->port, offer->chosen->proto, stream->formats);
	print_lines(b, answer);
	/* We are willing to do whatever is offered. */
	strbuf_addf(b, "a=%s\r\n", sdp_dir_name(sdp_dir_mirror(offer->dir)));
}

/* What was agreed on comes first, with the payload types that it has. */
static void print_ours(struct strbuf *b, const struct sdp_offer *offer, const struct sdp *answer)
{
	static const enum codec all[] = {
#define X(id, name, rate, pt) id,
	    CODECS(X)
#undef X
	};
	const struct sdp_stream *stream = &answer->stream[0];
	struct strbuf maps;

	strbuf_init(&maps, SDP_MAX);
	strbuf_addf(b, "m=audio %u %s %s", stream->port, offer->chosen->proto, stream->formats);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const int pt = codec_pt(all[i]);

		if (pt < 0 || sdp_has_pt(stream, pt))
			continue;
		strbuf_addf(b, " %d", pt);
		print_codec(&maps, all[i], pt, NULL);
	}
	strbuf_addf(b, "\r\n%s", maps.p ? maps.p : "");
	strbuf_free(&maps);
	print_lines(b, answer);
	strbuf_addf(b, "a=%s\r\n", sdp_dir_name(SDP_SENDRECV));
}

static void print_refused(struct strbuf *b, const struct sdp_stream *stream,
			  const struct sdp *answer)
{
	strbuf_addf(b, "m=%s 0 %s %s\r\n", stream->media, stream->proto, stream->formats);

	/* RFC 4566 §5.7: each stream needs one, or the session */
	if (!sdp_find(answer, answer->session, "c="))
		strbuf_addf(b, "c=%s\r\n", sdp_find(answer, answer->stream[0].part, "c="));
}

/* One audio stream, with an address, a port and the codec we chose */
static bool is_usable(const struct sdp_offer *offer, const struct sdp *answer)
{
	const struct sdp_stream *stream = &answer->stream[0];
	char ip[SDP_IP_BUF];

	return answer->streamc == 1 && !strcmp(stream->media, "audio") && stream->port &&
	       !sdp_address(answer, stream, ip) &&
	       sdp_find_format(answer, stream, codec_name(offer->codec),
			       codec_rate(offer->codec)) >= 0;
}

typedef void(print_stream_h)(struct strbuf *, const struct sdp_offer *, const struct sdp *);

/* As many streams as the caller has described, the chosen one with what rtpengine says of it. */
static int print_whole(const struct sdp_offer *offer, const char *text,
		       print_stream_h *print_chosen, char *buf, size_t max)
{
	struct sdp *answer;
	struct strbuf b;
	int err;

	if (!offer || !text || !buf)
		return EINVAL;

	err = sdp_parse(text, strnlen(text, SDP_MAX + 1), &answer);
	if (err)
		return err;
	if (!is_usable(offer, answer)) {
		err = EPROTO;
		goto out;
	}

	strbuf_init(&b, SDP_MAX);
	print_answer_session(&b, offer, answer);
	for (size_t i = 0; i < offer->sdp->streamc; i++) {
		const struct sdp_stream *stream = &offer->sdp->stream[i];

		if (stream == offer->chosen)
			print_chosen(&b, offer, answer);
		else
			print_refused(&b, stream, answer);
	}
	err = finish(&b, buf, max);
out:
	sdp_free(answer);
	return err;
}

int sdp_answer_expand(const struct sdp_offer *offer, const char *text, char *buf, size_t max)
{
	return print_whole(offer, text, print_accepted, buf, max);
}

int sdp_ours_print(const struct sdp_offer *theirs, const char *text, char *buf, size_t max)
{
	return print_whole(theirs, text, print_ours, buf, max);
}
