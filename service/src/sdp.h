/**
 * @file sdp.h  Session descriptions: what we take of an offer, and the answers to it
 *
 * One audio stream with one codec (and its telephone-event) is taken, everything else is
 * answered with port 0. rtpengine never sees more than that. No state, no I/O; descriptions of
 * foreign making are bounded by the limits below. RFC 4566, RFC 3264.
 */
#ifndef SDP_H
#define SDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SDP_MAX = 16384,      /**< bytes of a description, and a buffer for any that we print */
	SDP_LINE_MAX = 1024,  /**< bytes of a line */
	SDP_LINES_MAX = 512,  /**< lines of a description */
	SDP_STREAMS_MAX = 16, /**< m= lines of a description */
	SDP_IP_BUF = 46,      /**< INET6_ADDRSTRLEN */
	SDP_DTMF_NONE = -1,   /**< no telephone-event */
};

/** Codecs served: enumerator, encoding name, RTP clock rate in Hz, payload type of RFC 3551 (-1:
 * none). G722 has a clock of 8000 there, by mistake. */
#define CODECS(X)                                                                                  \
	X(CODEC_PCMU, "PCMU", 8000, 0)                                                             \
	X(CODEC_PCMA, "PCMA", 8000, 8)                                                             \
	X(CODEC_G722, "G722", 8000, 9)                                                             \
	X(CODEC_OPUS, "opus", 48000, -1)

enum codec {
#define X(id, name, clock, pt) id,
	CODECS(X)
#undef X
};

/** Direction of a stream as its own side sees it, RFC 3264 §5.1 */
enum sdp_dir {
	SDP_SENDRECV,
	SDP_SENDONLY,
	SDP_RECVONLY,
	SDP_INACTIVE,
};

/** How a stream is encrypted. */
enum sdp_keys {
	SDP_PLAIN,
	SDP_SDES, /**< keys in the description: RFC 4568 */
	SDP_DTLS, /**< keys by DTLS, whose certificates the descriptions name: RFC 5763 */
};

struct sdp_offer;

/** An inner peer as rtpengine is told about it: it has one codec. */
struct sdp_peer {
	enum codec codec;
	int pt;	     /**< payload type of the codec */
	int dtmf_pt; /**< payload type of telephone-event, or SDP_DTMF_NONE */
	enum sdp_dir dir;
	const char *ip; /**< IPv4 or IPv6 address */
	uint16_t port;	/**< not 0 */
};

/** @return encoding name of a codec, "???" if there is no such codec */
const char *codec_name(enum codec codec);

/** @return its payload type by RFC 3551, -1 if it has none */
int codec_pt(enum codec codec);

/**
 * The codec of that (encoding) name, in any case.
 *
 * @return 0, EINVAL, ENOENT no such codec is served
 */
__attribute__((warn_unused_result)) int codec_parse(const char *name, enum codec *codec);

/**
 * Parse an offer and choose from it: the first encrypted audio stream that has a codec we serve,
 * else the first plain one; of its codecs the one the caller likes best. The profiles with feedback
 * (RTP/AVPF) are treated like those without.
 *
 * @param text    Offer, not necessarily NUL-terminated
 * @param len     Number of bytes
 * @param offerp  Result, written only on success; free with sdp_offer_free()
 *
 * @return 0, EINVAL, EBADMSG unparsable or beyond the limits, ENOTSUP nothing we can serve, ENOMEM
 */
__attribute__((warn_unused_result)) int sdp_offer_parse(const char *text, size_t len,
							struct sdp_offer **offerp);

/** @param offer  Offer, may be NULL */
void sdp_offer_free(struct sdp_offer *offer);

/** @return the chosen codec */
enum codec sdp_offer_codec(const struct sdp_offer *offer);

/** @return the payload type that the caller gave it */
int sdp_offer_pt(const struct sdp_offer *offer);

/** @return payload type of telephone-event at the clock rate of the chosen codec, else
 *  SDP_DTMF_NONE */
int sdp_offer_dtmf(const struct sdp_offer *offer);

/** @return direction the caller asks for; a hold in the old way (c=0.0.0.0) is SDP_SENDONLY */
enum sdp_dir sdp_offer_dir(const struct sdp_offer *offer);

/** @return how the chosen stream is encrypted */
enum sdp_keys sdp_offer_keys(const struct sdp_offer *offer);

/** @return whether its way is to be found by ICE */
bool sdp_offer_ice(const struct sdp_offer *offer);

/** @return whether RTCP is to share the port (RFC 5761) */
bool sdp_offer_mux(const struct sdp_offer *offer);

/** @return the address where the caller wants their audio; lives as long as the offer */
const char *sdp_offer_ip(const struct sdp_offer *offer);

/**
 * From now on the offer is printed as if its caller had named another place, with RTCP at the next
 * port.
 *
 * @param ip  IPv4 or IPv6 address of less than SDP_IP_BUF bytes
 */
void sdp_offer_move(struct sdp_offer *offer, const char *ip, uint16_t port);

/** @return the direction that fits an offered one, seen from the other side, RFC 3264 §6.1 */
enum sdp_dir sdp_dir_mirror(enum sdp_dir offered);

/**
 * Print the offer reduced to what was chosen: for rtpengine.
 *
 * @param offer  Offer
 * @param buf    Description, written only on success
 * @param max    Size of buf in bytes; SDP_MAX is enough for any
 *
 * @return 0, EINVAL, ENOSPC, ENOMEM
 */
__attribute__((warn_unused_result)) int sdp_offer_print(const struct sdp_offer *offer, char *buf,
							size_t max);

/**
 * Print what is needed of the offer to describe the session once more: its id and version, its
 * streams, of the chosen one the codec. It is an offer itself, of which sdp_offer_parse() chooses
 * the same.
 *
 * @param buf  Description, written only on success
 * @param max  Size of buf in bytes; SDP_MAX is enough for any
 *
 * @return 0, EINVAL, ENOSPC, ENOMEM
 */
__attribute__((warn_unused_result)) int sdp_offer_outline(const struct sdp_offer *offer, char *buf,
							  size_t max);

/**
 * Our session has an id of its own and the version of the caller's. Each offer of our own puts it
 * that much ahead (RFC 3264 §8), for the rest of the dialog.
 *
 * @param id    digest_session()
 * @param ours  How many offers of our own the caller has been sent
 */
void sdp_offer_session(struct sdp_offer *offer, unsigned id, unsigned ours);

/**
 * Turn rtpengine's answer with its one stream into an answer to the whole offer: as many
 * streams in the same order, those not chosen with port 0 (RFC 3264 §6), the profile (RTP/AVPF)
 * as offered, and a direction that fits the offered one.
 *
 * @param offer   Offer
 * @param text    rtpengine's answer
 * @param buf     Answer for the caller, written only on success
 * @param max     Size of buf in bytes
 *
 * @return 0, EINVAL, EBADMSG the answer cannot be parsed, EPROTO it is not one audio stream with
 *         a port and a codec (see sdp_has_codec()), ENOSPC, ENOMEM
 */
__attribute__((warn_unused_result)) int sdp_answer_expand(const struct sdp_offer *offer,
							  const char *text, char *buf, size_t max);

/**
 * Our own offer, to a caller who asks for one: where rtpengine's answer says, to be talked and
 * listened to, with every codec that has a payload type of RFC 3551 beside what the answer has.
 * Other streams of theirs have port 0.
 *
 * @param theirs  What they have described before
 *
 * @return as sdp_answer_expand()
 */
__attribute__((warn_unused_result)) int sdp_ours_print(const struct sdp_offer *theirs,
						       const char *text, char *buf, size_t max);

/**
 * Print the description of an inner peer.
 *
 * @param peer  Peer
 * @param buf   Description, written only on success
 * @param max   Size of buf in bytes
 *
 * @return 0, EINVAL, ENOSPC, ENOMEM
 */
__attribute__((warn_unused_result)) int sdp_peer_print(const struct sdp_peer *peer, char *buf,
						       size_t max);

/**
 * Address and port of the first audio stream.
 *
 * @param text  Description
 * @param ip    IPv4 or IPv6 address, written only on success
 * @param port  Port, 0 if the stream is refused; written only on success
 *
 * @return 0, EINVAL, EBADMSG unparsable or no numeric address, ENOENT no audio stream, ENOMEM
 */
__attribute__((warn_unused_result)) int sdp_media_addr(const char *text, char ip[SDP_IP_BUF],
						       uint16_t *port);

/** @return whether two descriptions of ours name the same keys, and the same ICE session */
bool sdp_same_keys(const char *one, const char *other);

/**
 * Find telephone-event in the first audio stream.
 *
 * @param text   Description
 * @param codec  Codec whose clock rate it must have
 *
 * @return its payload type, SDP_DTMF_NONE if there is none
 */
int sdp_dtmf(const char *text, enum codec codec);

/**
 * Whether the first audio stream has a codec beside telephone-event and comfort noise. Restored
 * from Redis, rtpengine 12.5 may answer a transcoded leg with "m=audio ... RTP/AVP 101":
 * such an answer must not go to a caller.
 *
 * @return true if it has one
 */
bool sdp_has_codec(const char *text);

#endif
