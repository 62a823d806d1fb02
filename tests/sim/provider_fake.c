/**
 * @file provider_fake.c  A fake SMS provider
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "http_seam.h"
#include "json.h"
#include "mood.h"
#include "provider_fake.h"
#include "redis.h"
#include "tell.h"
#include "vtime.h"

enum { MESSAGES_MAX = 256, ID_BUF = 80 };

struct message {
	char id[ID_BUF];
	unsigned tried, accepted, order;
	int64_t attempt; /* of its row, the last that was sent */
	bool refused;
};

static struct message all[MESSAGES_MAX];
static size_t n_all;
static unsigned orders;
static int64_t away_until;

void provider_begin(void)
{
	n_all = 0;
	orders = 0;
	away_until = 0;
}

void provider_be_away(unsigned ms)
{
	away_until = vtime_ms() + ms;
}

static struct message *message_of(const char *id, bool make)
{
	for (size_t i = 0; i < n_all; i++)
		if (strcmp(all[i].id, id) == 0)
			return &all[i];
	if (!make)
		return NULL;
	if (n_all == MESSAGES_MAX)
		abort();
	all[n_all] = (struct message){.attempt = 0};
	snprintf(all[n_all].id, ID_BUF, "%s", id);
	return &all[n_all++];
}

/* messagebird calls it reference, our webhook id */
static struct message *read(const char *body)
{
	struct json *o = NULL;
	const char *id = NULL;
	struct message *m;

	if (json_parse(body, strlen(body), &o) == 0) {
		id = json_str(json_get(o, "reference"));
		id = id ? id : json_str(json_get(o, "id"));
	}
	if (!id)
		broken("the provider is sent %s", body);
	m = message_of(id ? id : "", true);
	json_free(o);
	return m;
}

void provider_submitted(const char *body)
{
	struct message *m = read(body);
	char status[32];
	int64_t attempts;

	redis_message(m->id, status, sizeof(status), &attempts);
	tell("%s is sent, attempt %d", m->id, (int)attempts);
	m->tried++;
	if (strcmp(status, "sending") != 0 || attempts == m->attempt)
		broken("5. %s is sent, but is %s, and attempt %d was sent before", m->id, status,
		       (int)m->attempt);
	m->attempt = attempts;
}

/* What was given up long ago may still arrive, out of order. */
static void take(const struct request *r, struct message *m)
{
	m->accepted++;
	if (!m->order && http_is_awaited(r))
		m->order = ++orders;
	tell("the provider takes %s%s", m->id, m->accepted > 1 ? " again" : "");
}

static void succeed(struct request *r, struct message *m)
{
	char answer[64];

	take(r, m);
	snprintf(answer, sizeof(answer), "{\"id\":\"p%u\"}", m->order);
	http_answer(r, 201, answer, 0);
}

/* Bytes have left; whether they were taken nobody knows but the provider. */
static void vanish(struct request *r, struct message *m, int err)
{
	if (chance_of(500))
		take(r, m);
	tell("... but the answer is lost");
	if (err)
		http_fail(r, err, true);
	else
		http_hold(r, NULL); /* until the time is over */
}

static void fail(struct request *r, struct message *m)
{
	switch (chance_below(9)) {
	case 0:
		http_fail(r, ECONNREFUSED, false);
		break;
	case 1:
		http_answer(r, 429, "{}", chance_below(2) ? 3 : 0);
		break;
	case 2:
		http_answer(r, 500, "<html>", 0);
		break;
	case 3:
		http_answer(r, 503, "", 0);
		break;
	case 4:
		vanish(r, m, EIO);
		break;
	case 5:
		vanish(r, m, 0);
		break;
	case 6:
		take(r, m);
		http_answer(r, 200, "garbage", 0);
		break;
	case 7:
		m->refused = true;
		http_answer(r, 422, "{\"errors\":[{\"description\":\"no\"}]}", 0);
		break;
	default:
		vtime_skip(2000);
		succeed(r, m);
	}
}

void provider_serve(struct request *r)
{
	struct message *m = read(http_body(r));

	if (vtime_ms() < away_until)
		http_fail(r, ECONNREFUSED, false);
	else if (chance_of(mood.sms_bad))
		fail(r, m);
	else
		succeed(r, m);
}

unsigned provider_accepted(const char *id)
{
	const struct message *m = message_of(id, false);

	return m ? m->accepted : 0;
}

unsigned provider_tried(const char *id)
{
	const struct message *m = message_of(id, false);

	return m ? m->tried : 0;
}

bool provider_refused(const char *id)
{
	const struct message *m = message_of(id, false);

	return m && m->refused;
}

unsigned provider_order(const char *id)
{
	const struct message *m = message_of(id, false);

	return m ? m->order : 0;
}
