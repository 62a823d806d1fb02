/**
 * @file sdp_priv.h  A description taken apart; private to sdp*.c
 */
#ifndef SDP_PRIV_H
#define SDP_PRIV_H

#include "sdp.h"
#include "strbuf.h"

/** Lines [first, end) of a description: its session part, or a stream without its m= line */
struct sdp_part {
	size_t first, end;
};

struct sdp_stream {
	const char *media;   /**< "audio" */
	uint16_t port;	     /**< 0 = refused */
	const char *proto;   /**< "RTP/AVP" */
	const char *formats; /**< "0 8 101" */
	struct sdp_part part;
};

struct sdp {
	char *text; /**< copy of the description; all strings point into it */
	char *line[SDP_LINES_MAX];
	size_t linec;
	struct sdp_part session;
	struct sdp_stream stream[SDP_STREAMS_MAX];
	size_t streamc;
};

struct sdp_offer {
	struct sdp *sdp;
	const struct sdp_stream *chosen;
	char ip[SDP_IP_BUF]; /**< where it wants its audio */
	uint16_t port;
	bool moved; /**< ... by sdp_offer_move() */
	enum codec codec;
	int pt;	  /**< payload type of the codec */
	int dtmf; /**< payload type of telephone-event, or SDP_DTMF_NONE */
	enum sdp_dir dir;
	unsigned session; /**< id of ours */
	enum sdp_keys keys;
	const char *crypto; /**< with SDP_SDES: what follows "a=crypto:" */
	bool ice, mux;
	unsigned ahead; /**< offers of our own in this dialog */
};

/* ----- sdp_parse.c: lines and streams ----- */

/** Take a description apart: 0, EBADMSG unparsable or beyond the limits, ENOMEM */
__attribute__((warn_unused_result)) int sdp_parse(const char *text, size_t len, struct sdp **sdpp);

/** @param sdp  May be NULL */
void sdp_free(struct sdp *sdp);

/** What follows the prefix in the first line of the part that begins with it, else NULL */
const char *sdp_find(const struct sdp *sdp, struct sdp_part part, const char *prefix);

/** As sdp_find(), for "<prefix><payload type> ...": what follows the payload type, else NULL */
const char *sdp_find_pt(const struct sdp *sdp, struct sdp_part part, const char *prefix, int pt);

/** As sdp_find(), for "<prefix><number>": the number, or 0 if there is none up to max */
unsigned sdp_find_number(const struct sdp *sdp, struct sdp_part part, const char *prefix,
			 unsigned max);

/** A line from its n-th word on, counted from 0; "" if it has less */
const char *sdp_word(const char *line, unsigned n);

/** The first audio stream, else NULL */
const struct sdp_stream *sdp_first_audio(const struct sdp *sdp);

/** Numeric address of a stream: 0, or EBADMSG if it has none */
int sdp_address(const struct sdp *sdp, const struct sdp_stream *stream, char ip[SDP_IP_BUF]);

/** A decimal number of at most max: 0 or EBADMSG; s moves behind it */
int sdp_number(const char **s, unsigned max, unsigned *n);

/** Direction that a line stands for, -1 if it is no direction attribute */
int sdp_line_dir(const char *line);

/** Name of a direction attribute: "sendrecv" */
const char *sdp_dir_name(enum sdp_dir dir);

/* ----- sdp_codec.c: codecs and payload types ----- */

/** Clock rate in [Hz], RFC 3551 */
unsigned codec_rate(enum codec codec);

/** Payload type of the first format of a stream that is a codec we serve, else -1 */
int sdp_find_codec(const struct sdp *sdp, const struct sdp_stream *stream, enum codec *codec);

/** Payload type of the first format of a stream with that name and clock rate, else -1 */
int sdp_find_format(const struct sdp *sdp, const struct sdp_stream *stream, const char *name,
		    unsigned rate);

/** Whether a stream has that payload type among its formats */
bool sdp_has_pt(const struct sdp_stream *stream, int pt);

/* ----- sdp_secure.c: keys, ICE, rtcp-mux ----- */

/** Whether the profile of a stream is one that we serve, and its keys are there; notes them. */
bool sdp_take_keys(struct sdp_offer *offer, const struct sdp_stream *stream);

/** The profile under which rtpengine is told of a stream. */
const char *sdp_reduced_proto(enum sdp_keys keys);

void sdp_print_keys(struct strbuf *b, const struct sdp_offer *offer);
void sdp_print_ice(struct strbuf *b, const struct sdp_offer *offer);

#endif
