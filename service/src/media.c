/**
 * @file media.c  What a leg hears: the choreography of rtpengine's commands
 *
 * Commands and their measured effects: rtpengine docs/ng_control_protocol.md, and docs/media.md
 * here.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "log.h"
#include "media.h"
#include "metrics.h"

/* The two sides of a leg's call. */
static const char OUTER[] = "leg", INNER[] = "inner";

enum {
	NOBODY_PORT = 9,	 /* discard: the inner peer of a parked leg */
	MUSIC_REPEATS = 1000000, /* music plays until it is stopped */
};

static const char NOBODY_IP[] = "127.0.0.1";

static struct json *strings(const char *const *s)
{
	struct json *a = json_new_array();
	int err = 0;

	for (; *s; s++)
		err |= json_push_str(a, *s);
	if (err) {
		json_free(a);
		a = NULL;
	}
	return a;
}

static struct json *command(const char *name, const char *leg)
{
	struct json *c = json_new_object();
	int err = json_set_str(c, "command", name);

	err |= json_set_str(c, "call-id", leg);
	if (err) {
		json_free(c);
		c = NULL;
	}
	return c;
}

/* Sends a command, which is freed. An error that begins with `harmless` is none. */
static int send_command(const struct media *m, struct json *cmd, const char *leg,
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
		log_warn("media_command_failed", LOG_S("leg", leg), LOG_S("command", name),
			 LOG_E("error", err), LOG_S("answer", why));
	if (!err && reply)
		*reply = r;
	else
		json_free(r);
	json_free(cmd);
	return err;
}

/* Offer or answer: their attributes are the same, so that a repeated pair changes no port. */
static int negotiate(const struct media *m, const char *name, const char *leg, const char *sdp,
		     const char *transcode, char result[SDP_MAX])
{
	static const char *const direction[] = {"ext", "inner", NULL};
	static const char *const replace[] = {"origin", NULL};
	static const char *const flags[] = {"port latching", "strict source", NULL};
	const char *const codecs[] = {transcode, NULL};
	struct json *cmd = command(name, leg), *codec = NULL, *reply = NULL;
	const char *text;
	int err = json_set_str(cmd, "from-tag", OUTER);

	err |= json_set_str(cmd, "to-tag", INNER);
	err |= json_set_str(cmd, "sdp", sdp);
	err |= json_set_str(cmd, "ICE", "remove");
	err |= json_set(cmd, "direction", strings(direction));
	err |= json_set(cmd, "replace", strings(replace));
	err |= json_set(cmd, "flags", strings(flags));
	if (transcode) {
		codec = json_new_object();
		err |= json_set(codec, "transcode", strings(codecs));
		err |= json_set(cmd, "codec", codec);
	}
	if (err) {
		json_free(cmd);
		return ENOMEM;
	}
	err = send_command(m, cmd, leg, NULL, &reply);
	if (err)
		return err;
	text = json_str(json_get(reply, "sdp"));
	if (!text)
		err = EPROTO;
	else if (snprintf(result, SDP_MAX, "%s", text) >= SDP_MAX)
		err = EMSGSIZE;
	json_free(reply);
	return err;
}

struct codec_choice {
	enum codec codec;
	int dtmf_pt;
};

static int chosen(const struct media_leg *leg, struct codec_choice *c)
{
	struct sdp_offer *o = NULL;
	int err = sdp_offer_parse(leg->sdp, strlen(leg->sdp), &o);

	if (err)
		return err;
	c->codec = sdp_offer_codec(o);
	c->dtmf_pt = sdp_offer_dtmf(o) == SDP_DTMF_NONE ? SDP_DTMF_NONE : SDP_DTMF_PT;
	sdp_offer_free(o);
	return 0;
}

/* Points the inner side at a peer that speaks `inner`. */
static int answer_from(const struct media *m, const char *leg, const struct codec_choice *inner,
		       const char *ip, uint16_t port, char answer[SDP_MAX])
{
	const struct sdp_peer peer = {inner->codec, inner->dtmf_pt, ip, port};
	char sdp[SDP_MAX];
	int err = sdp_peer_print(&peer, sdp, sizeof(sdp));

	return err ? err : negotiate(m, "answer", leg, sdp, NULL, answer);
}

int media_create(const struct media *m, const struct media_leg *leg, char answer[SDP_MAX])
{
	struct codec_choice own;
	char offered[SDP_MAX];
	int err = chosen(leg, &own);

	if (!err)
		err = negotiate(m, "offer", leg->id, leg->sdp, NULL, offered);
	if (!err)
		err = answer_from(m, leg->id, &own, NOBODY_IP, NOBODY_PORT, answer);
	return err;
}

static int play(const struct media *m, const char *leg, const char *file)
{
	struct json *cmd = command("play media", leg);
	int err = json_set_str(cmd, "from-tag", OUTER);

	err |= json_set_str(cmd, "file", file);
	err |= json_set_int(cmd, "repeat-times", MUSIC_REPEATS);
	if (err) {
		json_free(cmd);
		return ENOMEM;
	}
	return send_command(m, cmd, leg, NULL, NULL);
}

static int stop(const struct media *m, const char *leg)
{
	struct json *cmd = command("stop media", leg);

	if (json_set_str(cmd, "from-tag", OUTER)) {
		json_free(cmd);
		return ENOMEM;
	}
	return send_command(m, cmd, leg, "Not currently playing", NULL);
}

int media_park(const struct media *m, const struct media_leg *leg, char answer[SDP_MAX])
{
	char file[MEDIA_FILE_BUF];
	int err = media_create(m, leg, answer);

	if (err)
		return err;
	if (leg->music[0]) {
		snprintf(file, sizeof(file), "/music/custom/%s", leg->music);
		if (play(m, leg->id, file) == 0)
			return 0;
		log_warn("line_music_unplayable", LOG_S("leg", leg->id), LOG_S("file", file));
	}
	snprintf(file, sizeof(file), "/music/%s", m->music);
	return play(m, leg->id, file);
}

/* The leg's offer with the inner codec added, and where its inner side is. */
static int offer_inner(const struct media *m, const struct media_leg *leg, enum codec own,
		       enum codec inner, char ip[SDP_IP_BUF], uint16_t *port)
{
	char offered[SDP_MAX];
	int err = negotiate(m, "offer", leg->id, leg->sdp, own == inner ? NULL : codec_name(inner),
			    offered);

	return err ? err : sdp_media_addr(offered, ip, port);
}

int media_connect(const struct media *m, const struct media_leg *host,
		  const struct media_leg *member, char answers[2][SDP_MAX])
{
	const struct media_leg *legs[2] = {host, member};
	struct codec_choice own[2], inner;
	char ip[2][SDP_IP_BUF];
	uint16_t port[2];
	int err;

	for (int i = 0; i < 2; i++) {
		err = chosen(legs[i], &own[i]);
		if (err)
			return err;
	}
	inner = own[0];
	for (int i = 0; i < 2; i++) {
		err = offer_inner(m, legs[i], own[i].codec, inner.codec, ip[i], &port[i]);
		if (err)
			return err;
	}
	for (int i = 0; i < 2; i++) {
		inner.dtmf_pt = own[i].dtmf_pt;
		err = answer_from(m, legs[i]->id, &inner, ip[1 - i], port[1 - i], answers[i]);
		if (err)
			return err;
	}
	for (int i = 0; i < 2; i++) {
		err = stop(m, legs[i]->id);
		if (err)
			return err;
	}
	return 0;
}

int media_delete(const struct media *m, const char *id)
{
	int err = send_command(m, command("delete", id), id, NULL, NULL);

	return err == ENOENT ? 0 : err;
}
