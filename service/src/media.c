/**
 * @file media.c  What a leg hears: the choreography of rtpengine's commands
 *
 * Commands and their measured effects: rtpengine docs/ng_control_protocol.md, and
 * docs/architecture.md here.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "fault.h"
#include "json.h"
#include "log.h"
#include "media.h"
#include "media_format.h"
#include "media_query.h"
#include "metrics.h"
#include "nat.h"

/* The two sides of a leg's call. */
static const char SHIPPED[] = "hold.wav"; /* the music of rtpengine's image */
static const char ASK[] = "ask.wav";	  /* and its tone that asks for the PIN */
static const char OUTER[] = MEDIA_OUTER_TAG, INNER[] = "inner";

enum {
	NOBODY_PORT = 9,	 /* discard: the inner peer of a parked leg */
	MUSIC_REPEATS = 1000000, /* music plays until it is stopped */
	PLACE_FRESH_S = 30,	 /* for so long a NAT keeps what it has opened, at the least */
};

static const char NOBODY_IP[] = "127.0.0.1", INNER_FAMILY[] = "IP4";

static struct json *strings(const char *const *s)
{
	struct json *a = json_new_array();
	int err = 0;

	for (; *s; s++)
		err |= json_push_str(a, *s);
	return json_done(a, err);
}

static struct json *command(const char *name, const char *leg)
{
	struct json *c = json_new_object();
	int err = json_set_str(c, "command", name);

	err |= json_set_str(c, "call-id", leg);
	return json_done(c, err);
}

/* Sends a command, which is freed. An error that begins with `harmless` is none. The reply, if any,
 * is the caller's to free. */
static int send_command(const struct media *m, struct json *cmd, const struct media_leg *leg,
			const char *harmless, struct json **reply)
{
	const char *name = json_str(json_get(cmd, "command"));
	struct json *r = NULL;
	int err = cmd ? ng_call(m->ng, cmd, &r) : ENOMEM;
	const char *why = json_str(json_get(r, "error-reason"));

	if (err == EPROTO && harmless && why && strncmp(why, harmless, strlen(harmless)) == 0)
		err = 0;
	metrics_inc(err ? METRIC_MEDIA_FAILED : METRIC_MEDIA_COMMANDS);
	if (err)
		log_warn("media_command_failed", LOG_S("leg", leg->id),
			 LOG_S("call_id", leg->call_id), LOG_S("command", name),
			 LOG_E("error", err), LOG_S("answer", why));
	if (reply)
		*reply = r;
	else
		json_free(r);
	json_free(cmd);
	return err;
}

/* ----- commands ----- */

/* A leg on its way through an offer and an answer. */
struct side {
	const struct media_leg *leg;
	struct media_format own; /* what the caller speaks */
	enum sdp_dir dir;	 /* what the caller asks for */
	enum sdp_keys keys;	 /* ... and how encrypted, ... */
	bool ice, mux;		 /* ... by which way */
	bool hidden;		 /* not where they say, maybe: behind a NAT */
	char moved[SDP_MAX]; /* their description, with the place they were found at; "" = none */
	/* what rtpengine says to the offer: */
	char ip[SDP_IP_BUF];
	uint16_t port; /* of the inner side */
	int dtmf_pt;
};

/* The two halves of a negotiation. The inner peer is known exactly, and so is the caller who is
 * where they say: with "strict source" nobody else is heard, whenever they send. The address of one
 * behind a NAT is that of their first packet. */
static const struct half {
	const char *name;
	const char *direction[3]; /* interfaces: the sender's, and the other's */
	const char *learning;
	const char *mux;  /* what is said of a caller's rtcp-mux: the inner side has none */
	const char *dtls; /* ... and of the caller's DTLS */
	bool offers;	  /* the sender is the caller */
} OFFER = {"offer", {"ext", "inner", NULL}, "endpoint-learning-off", "demux", "DTLS-reverse", true},
  OFFER_LEARNING = {"offer", {"ext", "inner", NULL}, "endpoint-learning-immediate",
		    "demux", "DTLS-reverse",	     true},
  ANSWER = {"answer", {"inner", "ext", NULL}, "endpoint-learning-off", "accept", "DTLS", false};

static int add_list(struct json *cmd, const char *key, const char *const *words)
{
	return json_set(cmd, key, strings(words));
}

/* The caller's side has ICE, rtcp-mux and keys as they offered; the inner one is plain RTP. It is
 * the caller who begins with DTLS: they know when they have our answer. */
static int add_ways(struct json *cmd, const struct half *half, const struct side *s)
{
	const char *const mux[] = {half->mux, NULL};
	int err = json_set_str(cmd, "ICE", s->ice && !half->offers ? "force" : "remove");

	if (s->mux)
		err |= add_list(cmd, "rtcp-mux", mux);
	/* What rtpengine sends before its 200 has arrived is lost, and sent again after seconds. */
	if (s->keys == SDP_DTLS)
		err |= json_set_str(cmd, half->dtls, "passive");
	if (half->offers && s->keys != SDP_PLAIN)
		err |= json_set_str(cmd, "transport-protocol", "RTP/AVP");
	return err;
}

/* The caller's decoder hears one coder after another: music, each partner. Opus predicts a packet
 * from those before, so that a tone came at full volume for more than a second (measured). Without
 * SILK and prediction of the pitch (rtpengine lib/codeclib.c, libopus_set_enc_opts(); opus
 * celt/celt_encoder.c) what is left of the former coder halves with each packet. */
static int set_codec(struct json *cmd, const struct half *half, const struct side *s,
		     const char *transcode)
{
	static const char *const opus[] = {"opus/48000/2////application=low-delay; packet_loss=100",
					   NULL};
	const char *const codecs[] = {transcode, NULL};
	struct json *codec;
	int err = 0;

	if (!half->offers || (!transcode && s->own.codec != CODEC_OPUS))
		return 0;
	codec = json_new_object();
	if (transcode)
		err |= add_list(codec, "transcode", codecs);
	if (s->own.codec == CODEC_OPUS)
		err |= add_list(codec, "set", opus);
	return err | json_set(cmd, "codec", codec);
}

/* Offer or answer. Each side is told its interface each time: with another it would get other ports
 * (daemon/call.c, __get_endpoint_map()), and another ICE session. A caller at 0.0.0.0 is on hold
 * (RFC 2543); the inner side keeps its address. */
static int negotiate(const struct media *m, const struct half *half, const struct side *s,
		     const char *sdp, const char *transcode, char result[SDP_MAX])
{
	static const char *const replace[] = {"origin", "zero-address", NULL};
	const char *const flags[] = {"port latching", "strict source", half->learning,
				     half->offers ? "no-redis-update" : NULL, NULL};
	struct json *cmd = command(half->name, s->leg->id), *reply = NULL;
	const char *text;
	int err = json_set_str(cmd, "from-tag", OUTER);

	err |= json_set_str(cmd, "to-tag", INNER);
	err |= json_set_str(cmd, "sdp", sdp);
	err |= add_ways(cmd, half, s);
	if (half->offers)
		err |= json_set_str(cmd, "label", s->leg->line);
	err |= add_list(cmd, "direction", half->direction);
	if (half->offers) /* whatever the caller's; theirs stays that of their offer */
		err |= json_set_str(cmd, "address family", INNER_FAMILY);
	err |= add_list(cmd, "replace", replace);
	err |= add_list(cmd, "flags", flags);
	err |= set_codec(cmd, half, s, transcode);
	if (err) {
		json_free(cmd);
		return ENOMEM;
	}
	err = send_command(m, cmd, s->leg, NULL, &reply);
	text = json_str(json_get(reply, "sdp"));
	if (!err && !text)
		err = EPROTO;
	else if (!err && snprintf(result, SDP_MAX, "%s", text) >= SDP_MAX)
		err = EMSGSIZE;
	json_free(reply);
	return err;
}

/* ----- one leg ----- */

static int look_at(const struct media *m, struct side *s, const struct media_leg *leg)
{
	struct sdp_offer *o = NULL;
	int err = sdp_offer_parse(leg->sdp, strlen(leg->sdp), &o);

	if (err)
		return err;
	*s = (struct side){
	    .leg = leg,
	    .own = {sdp_offer_codec(o), sdp_offer_pt(o)},
	    .dir = sdp_offer_dir(o),
	    .keys = sdp_offer_keys(o),
	    .ice = sdp_offer_ice(o),
	    .mux = sdp_offer_mux(o),
	    .hidden = !sdp_offer_ice(o) &&
		      (m->learns || nat_may_be_elsewhere(sdp_offer_ip(o), leg->source)),
	};
	sdp_offer_free(o);
	return 0;
}

/* Whether it is the caller who sends from there: rtpengine has learnt it from the first packet,
 * which may be anybody's, and maybe their NAT has another port for them by now. */
static bool is_theirs(const struct side *s, const struct media_place *place)
{
	return nat_is_source(place->ip, s->leg->source) &&
	       clock_now_ms() / 1000 - place->at_s <= PLACE_FRESH_S;
}

/* Each command makes rtpengine forget whom it has let in (daemon/call.c, dialogue_unconfirm()): the
 * next packet to come would do, whoever sent it. So it is told where the caller of a call that is
 * up has been found. Not of one with keys, which would begin to count their packets anew with the
 * address (call_stream_crypto_reset()), and whose peers nobody can imitate. */
static void find(const struct media *m, struct side *s)
{
	const bool looks = s->hidden && s->keys == SDP_PLAIN;
	struct json *cmd = looks ? command("query", s->leg->id) : NULL, *reply = NULL;
	struct media_place place;
	struct sdp_offer *o = NULL;

	if (cmd && ng_call(m->ng, cmd, &reply) == 0 && media_query_place(reply, &place) &&
	    is_theirs(s, &place) && sdp_offer_parse(s->leg->sdp, strlen(s->leg->sdp), &o) == 0) {
		sdp_offer_move(o, place.ip, place.port);
		if (sdp_offer_print(o, s->moved, sizeof(s->moved)))
			s->moved[0] = '\0';
	}
	sdp_offer_free(o);
	json_free(reply);
	json_free(cmd);
}

/* Offers the caller's description, with the inner codec added if it is another one. */
static int offer(const struct media *m, struct side *s, const struct media_format *inner)
{
	const char *transcode = media_format_same(&s->own, inner) ? NULL : codec_name(inner->codec);
	const struct half *half = s->hidden && !s->moved[0] ? &OFFER_LEARNING : &OFFER;
	const char *sdp = s->moved[0] ? s->moved : s->leg->sdp;
	char offered[SDP_MAX];
	int err = negotiate(m, half, s, sdp, transcode, offered);

	if (err)
		return err;
	s->dtmf_pt = sdp_dtmf(offered, inner->codec);
	return sdp_media_addr(offered, s->ip, &s->port);
}

/* Points the inner side at a peer, which does what the caller lets it do. */
static int answer(const struct media *m, const struct side *s, const struct media_format *inner,
		  const char *ip, uint16_t port, char result[SDP_MAX])
{
	const struct sdp_peer peer = {
	    .codec = inner->codec,
	    .pt = inner->pt,
	    .dtmf_pt = s->dtmf_pt,
	    .dir = sdp_dir_mirror(s->dir),
	    .ip = ip,
	    .port = port,
	};
	char sdp[SDP_MAX];
	int err = sdp_peer_print(&peer, sdp, sizeof(sdp));

	return err ? err : negotiate(m, &ANSWER, s, sdp, NULL, result);
}

static int park(const struct media *m, struct side *s, char result[SDP_MAX])
{
	int err = offer(m, s, &s->own);

	return err ? err : answer(m, s, &s->own, NOBODY_IP, NOBODY_PORT, result);
}

int media_create(const struct media *m, const struct media_leg *leg, char result[SDP_MAX])
{
	struct side s;
	int err = look_at(m, &s, leg);

	return err ? err : park(m, &s, result);
}

static int play_path(const struct media *m, const struct media_leg *leg, const char *tag,
		     const char *path, bool *readable)
{
	const int64_t times = leg->asks || tag == INNER ? 1 : MUSIC_REPEATS;
	static const char unreadable[] = "Failed to start media playback";
	struct json *cmd = command("play media", leg->id), *reply = NULL;
	const char *why;
	int err = json_set_str(cmd, "from-tag", tag);

	err |= json_set_str(cmd, "file", path);
	err |= json_set_int(cmd, "repeat-times", times);
	if (err) {
		json_free(cmd);
		return ENOMEM;
	}
	err = send_command(m, cmd, leg, NULL, &reply);
	why = json_str(json_get(reply, "error-reason"));
	*readable = !why || strncmp(why, unreadable, strlen(unreadable)) != 0;
	json_free(reply);
	return err;
}

static int stop(const struct media *m, const struct media_leg *leg, const char *tag)
{
	struct json *cmd = command("stop media", leg->id);

	if (json_set_str(cmd, "from-tag", tag)) {
		json_free(cmd);
		return ENOMEM;
	}
	return send_command(m, cmd, leg, "Not currently playing", NULL);
}

/* rtpengine 12.5 dies when a player that was the first to play one file is the first to play
 * another: it gave its packet away with the first (daemon/media_player.c,
 * media_player_cache_entry_init()). A file in another codec is another one. So for who may have
 * heard something else before, the inner side, whose peer is nobody, begins the music. */
static int begin_inside(const struct media *m, const struct side *s, const char *path,
			bool *readable)
{
	int err;

	if (!s->leg->heard_other || s->leg->asks || s->dir != SDP_SENDRECV)
		return 0;
	err = play_path(m, s->leg, INNER, path, readable);
	return err ? err : stop(m, s->leg, INNER);
}

static int play(const struct media *m, const struct side *s, const char *name, bool own)
{
	const struct music_file file = {
	    .name = name,
	    .own = own,
	    .pt = media_format_static(&s->own) ? MUSIC_PT_STATIC : s->own.pt,
	};
	char path[MUSIC_PATH_BUF];
	bool readable = true;
	int err = music_begin(m->music, &file, path);

	if (err)
		return err;
	err = begin_inside(m, s, path, &readable);
	if (!err)
		err = play_path(m, s->leg, OUTER, path, &readable);
	music_end(m->music, &file, readable);
	if (!readable)
		log_error("music_unreadable", LOG_S("leg", s->leg->id),
			  LOG_S("call_id", s->leg->call_id), LOG_S("file", name),
			  LOG_B("own", own));
	return err;
}

/* A caller who holds us hears nothing, and rtpengine refuses to play; resuming parks them anew. */
static bool listens(const struct side *s)
{
	return s->dir == SDP_SENDRECV || s->dir == SDP_RECVONLY;
}

/* An rtpengine that does not answer is not asked for another file: that takes time again, which a
 * BYE would wait for. */
static bool is_away(int err)
{
	return err == ETIMEDOUT || err == ECONNREFUSED;
}

static int play_music(const struct media *m, const struct side *s)
{
	int err = ENOENT; /* of what was tried so far */

	if (!listens(s))
		return 0;
	if (s->leg->asks)
		return play(m, s, ASK, false);
	if (s->leg->music[0])
		err = play(m, s, s->leg->music, true);
	if (err && !is_away(err) && strcmp(m->standard, SHIPPED) != 0)
		err = play(m, s, m->standard, true);
	if (err && !is_away(err))
		err = play(m, s, SHIPPED, false);
	return err;
}

int media_play(const struct media *m, const struct media_leg *leg)
{
	struct side s;
	int err = look_at(m, &s, leg);

	return err ? err : play_music(m, &s);
}

int media_park(const struct media *m, const struct media_leg *leg, char result[SDP_MAX])
{
	struct side s;
	int err = look_at(m, &s, leg);

	if (err)
		return err;
	find(m, &s);
	err = park(m, &s, result);
	return err ? err : play_music(m, &s);
}

/* ----- two legs ----- */

int media_connect(const struct media *m, const struct media_leg *host,
		  const struct media_leg *member, char answers[2][SDP_MAX])
{
	const struct media_leg *legs[2] = {host, member};
	struct side sides[2];
	struct media_format inner;
	int err = 0;

	for (int i = 0; i < 2 && !err; i++)
		err = look_at(m, &sides[i], legs[i]);
	if (err)
		return err;
	for (int i = 0; i < 2; i++)
		find(m, &sides[i]);
	inner = media_format_common(&sides[0].own, &sides[1].own);
	for (int i = 0; i < 2 && !err; i++)
		err = offer(m, &sides[i], &inner);
	for (int i = 0; i < 2 && !err; i++) {
		err = answer(m, &sides[i], &inner, sides[1 - i].ip, sides[1 - i].port, answers[i]);
		fault_here(FAULT_HALF_CONNECTED);
	}
	for (int i = 0; i < 2 && !err; i++)
		err = stop(m, legs[i], OUTER);
	return err;
}

int media_last_packet(const struct media *m, const struct media_leg *leg, int64_t *at_ms)
{
	struct json *reply = NULL;
	int err = send_command(m, command("query", leg->id), leg, NULL, &reply);

	if (!err)
		*at_ms = media_query_last_s(reply) * 1000;
	json_free(reply);
	return err;
}

int media_delete(const struct media *m, const struct media_leg *leg)
{
	int err = send_command(m, command("delete", leg->id), leg, NULL, NULL);

	return err == ENOENT ? 0 : err;
}
