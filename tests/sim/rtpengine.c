/**
 * @file rtpengine.c  A fake rtpengine in memory
 *
 * Its answers are those of rtpengine 12.5 (docs/ng_control_protocol.md there) as far as media.c and
 * media_run.c read them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "digest.h"
#include "json.h"
#include "mood.h"
#include "mutants.h"
#include "ng.h"
#include "phones.h"
#include "rtpengine.h"
#include "sdp.h"
#include "seam.h"
#include "tell.h"
#include "vtime.h"

enum { CALLS_MAX = 128, FIRST_PORT = 20000, NOBODY_PORT = 9 };

static const char OUTER_IP[] = "192.0.2.7", INNER_IP[] = "127.0.0.1";

/* What rtpengine keeps in Redis. */
struct kept {
	unsigned outer, inner; /* ports */
	unsigned caller;       /* where the caller wants RTP */
	unsigned peer;	       /* where the inner side sends; 0 = not answered yet */
	bool closed;	       /* the inner side takes nothing but what its peer sends */
	bool transcodes;
	enum sdp_dir dir; /* of the caller */
	enum codec codec;
	int pt, dtmf;
};

struct media {
	char id[LEG_ID_MAX];
	struct kept now, saved;
	bool is_saved, restored, playing;
	enum codec restored_codec;
};

static struct media calls[CALLS_MAX];
static size_t n_calls;
static unsigned next_port;
static unsigned runs;
static int64_t silent_until;

struct ng {
	char unused;
};

void rtpengine_begin(void)
{
	n_calls = 0;
	next_port = FIRST_PORT;
	runs = 1;
	silent_until = 0;
}

void rtpengine_be_silent(unsigned ms)
{
	silent_until = vtime_ms() + ms;
}

void rtpengine_restart(bool with_calls)
{
	size_t n = 0;

	runs++;
	for (size_t i = 0; with_calls && i < n_calls; i++) {
		if (!calls[i].is_saved)
			continue;
		calls[n] = calls[i];
		calls[n].now = calls[n].saved;
		calls[n].playing = false;
		calls[n].restored_codec = calls[n].now.codec;
		calls[n++].restored = true;
	}
	n_calls = n;
}

/* ----- who hears what ----- */

static struct media *find(const char *id)
{
	for (size_t i = 0; id && i < n_calls; i++)
		if (strcmp(calls[i].id, id) == 0)
			return &calls[i];
	return NULL;
}

size_t rtpengine_count(void)
{
	return n_calls;
}

const char *rtpengine_nth(size_t n)
{
	return calls[n].id;
}

unsigned rtpengine_port(const char *leg)
{
	const struct media *m = find(leg);

	return m ? m->now.outer : 0;
}

unsigned rtpengine_sends_to(const char *leg)
{
	const struct media *m = find(leg);

	return m ? m->now.caller : 0;
}

bool rtpengine_speaks(const char *leg)
{
	const struct media *m = find(leg);

	return m && m->now.peer != NOBODY_PORT;
}

static bool listens(const struct media *m)
{
	return m->now.dir == SDP_SENDRECV || m->now.dir == SDP_RECVONLY;
}

static bool speaks(const struct media *m)
{
	return m->now.dir == SDP_SENDRECV || m->now.dir == SDP_SENDONLY;
}

static bool reaches(const struct media *from, const struct media *to)
{
	return from != to && from->now.peer == to->now.inner && speaks(from) && listens(to) &&
	       (!to->now.closed || to->now.peer == from->now.inner);
}

bool rtpengine_heard(const char *leg, char out[RTPENGINE_HEARD_BUF])
{
	const struct media *m = find(leg);
	size_t n = 0;

	out[0] = '\0';
	if (!m)
		return false;
	if (m->playing && listens(m))
		n = (size_t)snprintf(out, RTPENGINE_HEARD_BUF, "music");
	for (size_t i = 0; i < n_calls; i++)
		if (reaches(&calls[i], m) && n < RTPENGINE_HEARD_BUF)
			n += (size_t)snprintf(out + n, RTPENGINE_HEARD_BUF - n, "%s%s",
					      n ? " " : "", calls[i].id);
	return true;
}

void rtpengine_lose(unsigned n)
{
	calls[n] = calls[--n_calls];
}

/* ----- commands ----- */

static const char *text_of(const struct json *cmd, const char *key)
{
	const char *text = json_str(json_get(cmd, key));

	return text ? text : "";
}

static bool has_flag(const struct json *cmd, const char *flag)
{
	const struct json *flags = json_get(cmd, "flags");

	for (size_t i = 0; i < json_len(flags); i++)
		if (strcmp(json_str(json_at(flags, i)), flag) == 0)
			return true;
	return false;
}

static void refuse(struct json *reply, const char *why)
{
	json_set_str(reply, "result", "error");
	json_set_str(reply, "error-reason", why);
}

static int print_codec(char *out, size_t max, enum codec codec, int pt)
{
	return snprintf(out, max, "a=rtpmap:%d %s\r\n", pt,
			codec == CODEC_OPUS   ? "opus/48000/2"
			: codec == CODEC_G722 ? "G722/8000"
			: codec == CODEC_PCMA ? "PCMA/8000"
					      : "PCMU/8000");
}

/* One of the two sides. After a restore, the outer one of a call that is transcoded lacks its codec
 * (seen in 12.5.1.31); one that is offered for the first time it is taken to have. */
static void describe(struct json *reply, const struct media *m, bool outer)
{
	char sdp[1024], formats[32] = "", maps[128] = "";
	bool bare = outer && m->restored && m->now.transcodes && m->now.codec == m->restored_codec;
	int dtmf = m->now.dtmf;

	if (!bare) {
		snprintf(formats, sizeof(formats), " %d", m->now.pt);
		print_codec(maps, sizeof(maps), m->now.codec, m->now.pt);
	}
	if (dtmf != SDP_DTMF_NONE) {
		size_t n = strlen(formats), k = strlen(maps);

		snprintf(formats + n, sizeof(formats) - n, " %d", dtmf);
		snprintf(maps + k, sizeof(maps) - k, "a=rtpmap:%d telephone-event/8000\r\n", dtmf);
	} else if (bare) {
		snprintf(formats, sizeof(formats), " 101");
	}
	snprintf(sdp, sizeof(sdp),
		 "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
		 "m=audio %u RTP/AVP%s\r\n%sa=sendrecv\r\n",
		 outer ? OUTER_IP : INNER_IP, outer ? OUTER_IP : INNER_IP,
		 outer ? m->now.outer : m->now.inner, formats, maps);
	json_set_str(reply, "result", "ok");
	json_set_str(reply, "sdp", sdp);
}

static struct media *make(const char *id)
{
	struct media *m;

	if (n_calls == CALLS_MAX)
		abort();
	m = &calls[n_calls++];
	*m = (struct media){.now = {.outer = next_port, .inner = next_port + 2}};
	next_port += 4;
	snprintf(m->id, sizeof(m->id), "%s", id);
	return m;
}

static void offer(const struct json *cmd, struct json *reply)
{
	const char *sdp = text_of(cmd, "sdp");
	struct media *m = find(text_of(cmd, "call-id"));
	struct sdp_offer *o = NULL;
	char ip[SDP_IP_BUF];
	uint16_t port;

	if (sdp_offer_parse(sdp, strlen(sdp), &o) || sdp_media_addr(sdp, ip, &port)) {
		sdp_offer_free(o);
		refuse(reply, "Failed to parse SDP");
		return;
	}
	if (!m)
		m = make(text_of(cmd, "call-id"));
	m->now.caller = port;
	m->now.dir = sdp_offer_dir(o);
	m->now.codec = sdp_offer_codec(o);
	m->now.pt = sdp_offer_pt(o);
	m->now.dtmf = sdp_offer_dtmf(o);
	m->now.transcodes = json_get(json_get(cmd, "codec"), "transcode") != NULL;
	sdp_offer_free(o);
	describe(reply, m, false);
}

static void answer(const struct json *cmd, struct json *reply)
{
	struct media *m = find(text_of(cmd, "call-id"));
	char ip[SDP_IP_BUF];
	uint16_t port;

	if (!m) {
		refuse(reply, "Unknown call-id");
	} else if (sdp_media_addr(text_of(cmd, "sdp"), ip, &port)) {
		refuse(reply, "Failed to parse SDP");
	} else {
		m->now.peer = port;
		m->now.closed = has_flag(cmd, "endpoint-learning-off");
		m->saved = m->now;
		m->is_saved = true;
		describe(reply, m, true);
	}
}

static void play(const struct json *cmd, struct json *reply)
{
	struct media *m = find(text_of(cmd, "call-id"));

	if (!m) {
		refuse(reply, "Unknown call-ID");
	} else if (!listens(m) || chance_of(mood.music_bad)) {
		tell("rtpengine cannot play %s", text_of(cmd, "file"));
		refuse(reply, "Failed to start media playback from file");
	} else {
		m->playing = true;
		json_set_str(reply, "result", "ok");
	}
}

static void stop(const struct json *cmd, struct json *reply)
{
	struct media *m = find(text_of(cmd, "call-id"));

	if (!m)
		refuse(reply, "Unknown call-ID");
	else if (!m->playing)
		refuse(reply, "Not currently playing media");
	else
		json_set_str(reply, "result", "ok");
	if (m)
		m->playing = false;
}

static void delete(const struct json *cmd, struct json *reply)
{
	struct media *m = find(text_of(cmd, "call-id"));

	if (m) {
		*m = calls[--n_calls];
		json_set_str(reply, "result", "ok");
	} else {
		refuse(reply, "Unknown call-id");
	}
}

static void statistics(const struct json *cmd, struct json *reply)
{
	struct json *all = json_new_object(), *interfaces = json_new_array(),
		    *run = json_new_object();
	char name[32];

	(void)cmd;
	snprintf(name, sizeof(name), "run-%u", runs);
	json_set_str(run, "name", name);
	json_push(interfaces, run);
	json_set(all, "interfaces", interfaces);
	json_set(reply, "statistics", all);
	json_set_str(reply, "result", "ok");
}

/* A phone that is up and not on hold sends; what came from it before the last restart is forgotten.
 */
static void query(const struct json *cmd, struct json *reply)
{
	const char *id = text_of(cmd, "call-id");
	const struct call *c = phones_of_leg(id);
	bool sends = c && c->state == PHONE_UP && !c->gone && !chance_of(mood.muted);
	struct json *stream = json_new_object(), *streams = json_new_array(),
		    *stats = json_new_object(), *media = json_new_object(),
		    *medias = json_new_array(), *leg = json_new_object(), *tags = json_new_object();

	json_set_int(stats, "packets", sends);
	json_set(stream, "stats", stats);
	json_set_int(stream, "last packet", vtime_ms() / 1000);
	json_push(streams, stream);
	json_set(media, "streams", streams);
	json_push(medias, media);
	json_set(leg, "medias", medias);
	json_set(tags, "leg", leg);
	json_set(reply, "tags", tags);
	if (find(id))
		json_set_str(reply, "result", "ok");
	else
		refuse(reply, "Unknown call-id");
}

void rtpengine_stray(void)
{
	char id[LEG_ID_MAX];

	snprintf(id, sizeof(id), "%020x", next_port);
	make(id);
}

static void list(const struct json *cmd, struct json *reply)
{
	struct json *ids = json_new_array();
	int64_t limit = 32;

	(void)json_int(json_get(cmd, "limit"), &limit);
	for (size_t i = 0; i < n_calls && (int64_t)i < limit; i++)
		json_push_str(ids, calls[i].id);
	json_set(reply, "calls", ids);
	json_set_str(reply, "result", "ok");
}

static void ping(const struct json *cmd, struct json *reply)
{
	(void)cmd;
	json_set_str(reply, "result", "pong");
}

static const struct command {
	const char *name;
	void (*make)(const struct json *cmd, struct json *reply);
} commands[] = {
    {"offer", offer},	  {"answer", answer}, {"play media", play},
    {"stop media", stop}, {"delete", delete}, {"statistics", statistics},
    {"query", query},	  {"list", list},     {"ping", ping},
};

static void obey(const struct json *cmd, struct json *reply)
{
	const char *name = text_of(cmd, "command");

	if (mutants_forget(name)) {
		json_set_str(reply, "result", "ok");
		return;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0) {
			commands[i].make(cmd, reply);
			return;
		}
	}
	broken("rtpengine is told \"%s\", which the fake does not know", name);
	refuse(reply, "Unrecognized command");
}

/* ----- ng.h ----- */

int ng_alloc(struct ng **ngp, const char *host, uint16_t port)
{
	(void)host;
	(void)port;
	*ngp = calloc(1, sizeof(**ngp));
	return *ngp ? 0 : ENOMEM;
}

void ng_free(struct ng *ng)
{
	free(ng);
}

static int silence(const char *why, const struct json *cmd)
{
	tell("rtpengine: %s %s: %s", text_of(cmd, "command"), text_of(cmd, "call-id"), why);
	vtime_skip(NG_TIMEOUT_MS);
	return ETIMEDOUT;
}

static int result_of(const struct json *reply)
{
	const char *why = text_of(reply, "error-reason");

	if (strcmp(text_of(reply, "result"), "error") != 0)
		return 0;
	return strncmp(why, "Unknown call", 12) == 0 ? ENOENT : EPROTO;
}

static enum seam seam_of(const struct json *cmd)
{
	static const char *const questions[] = {"statistics", "query", "ping"};

	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (strcmp(text_of(cmd, "command"), questions[i]) == 0)
			return SEAM_NG;
	return SEAM_MEDIA;
}

int ng_call(struct ng *ng, const struct json *cmd, struct json **replyp)
{
	const enum seam at = seam_of(cmd);
	struct json *reply;
	int err;

	(void)ng;
	if (!seam_before(at))
		return ECONNREFUSED;
	if (vtime_ms() < silent_until || chance_of(mood.ng_silent))
		return silence("no answer", cmd);
	reply = json_new_object();
	obey(cmd, reply);
	err = result_of(reply);
	if (strcmp(text_of(cmd, "command"), "statistics") != 0)
		tell("rtpengine: %s %s%s%s", text_of(cmd, "command"), text_of(cmd, "call-id"),
		     err ? ": " : "", text_of(reply, "error-reason"));
	if (chance_of(mood.ng_lost))
		err = silence("the answer is lost", cmd);
	if (!seam_after(at))
		err = ECONNREFUSED;
	if (replyp && (!err || err == ENOENT || err == EPROTO))
		*replyp = reply;
	else
		json_free(reply);
	return err;
}

int ng_ping(struct ng *ng)
{
	struct json *cmd = json_new_object();
	int err = json_set_str(cmd, "command", "ping");

	if (!err)
		err = ng_call(ng, cmd, NULL);
	json_free(cmd);
	return err;
}
