/**
 * @file provider_fake.c  A fake SMS provider
 *
 * It is asked as MessageBird is (a list by recipient), and as our webhook, which cannot be asked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "http_seam.h"
#include "json.h"
#include "mood.h"
#include "numbers.h"
#include "proc.h"
#include "provider_fake.h"
#include "redis.h"
#include "reports.h"
#include "tell.h"
#include "vtime.h"

enum { MESSAGES_MAX = 512, DOUBTS_MAX = 3 };

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

struct message *provider_message(const char *id)
{
	for (size_t i = 0; i < n_all; i++)
		if (strcmp(all[i].id, id) == 0)
			return &all[i];
	if (n_all == MESSAGES_MAX)
		abort();
	all[n_all] = (struct message){.is_left = strstr(id, "-left-") != NULL};
	snprintf(all[n_all].id, sizeof(all[n_all].id), "%s", id);
	return &all[n_all++];
}

static const char *text_of(const struct json *o, const char *key)
{
	const char *text = json_str(json_get(o, key));

	return text ? text : "";
}

/* messagebird has it as reference, our webhook as id */
static struct message *read(const char *body)
{
	struct json *o = NULL;
	struct message *m;
	bool reference;

	if (json_parse(body, strlen(body), &o))
		broken("the provider is sent %s", body);
	reference = json_get(o, "reference") != NULL;
	m = provider_message(text_of(o, reference ? "reference" : "id"));
	m->can_be_asked = reference;
	snprintf(m->to, sizeof(m->to), "%s",
		 reference ? json_str(json_at(json_get(o, "recipients"), 0)) : text_of(o, "to"));
	json_free(o);
	return m;
}

static bool may_be_sent_again(const struct message *m)
{
	const char *policy =
	    numbers_on_unknown(strncmp(m->id, proc_line(0), strlen(proc_line(0))) == 0 &&
				       m->id[strlen(proc_line(0))] == '.'
				   ? 0
				   : 1);

	if (m->can_be_asked && !m->unasked)
		return !m->accepted; /* it is asked, and says whether it has it */
	if (policy[0])
		return strcmp(policy, "resend") == 0;
	return !m->is_left;
}

void provider_submitted(const char *body)
{
	struct message *m = read(body);
	struct row row;

	redis_row(m->id, &row);
	tell("%s is sent, claim %d", m->id, (int)row.claim);
	provider_check_doubts(m, row.doubts);
	if (row.doubts > m->doubts) /* it was told, and is dead */
		m->doubts = (unsigned)row.doubts;
	if (strcmp(row.status, "sending") != 0 || row.claim == m->claim)
		broken("5. %s is sent, but is %s, and claim %d was sent before", m->id, row.status,
		       (int)m->claim);
	if (m->doubts && (m->doubts >= DOUBTS_MAX || !may_be_sent_again(m)))
		broken("5. %s is sent again, against the policy", m->id);
	m->tried++;
	m->claim = row.claim;
	m->troubles = proc_troubles();
}

void provider_check_doubts(const struct message *m, int64_t doubts)
{
	if (doubts > m->doubts && proc_troubles() == m->troubles)
		broken("5. %s is in doubt %d times, but %u times nobody was told", m->id,
		       (int)doubts, m->doubts);
}

void provider_not_told(const char *body)
{
	struct message *m = read(body);

	m->doubts++;
	tell("nobody is told what became of %s", m->id);
}

/* ----- what it does with a message ----- */

static void take(struct message *m)
{
	m->accepted++;
	if (!m->order)
		m->order = ++orders;
	tell("the provider takes %s%s", m->id, m->accepted > 1 ? " again" : "");
}

void provider_take_late(const char *body)
{
	if (chance_of(500))
		take(read(body));
}

static void succeed(struct request *r, struct message *m)
{
	char answer[64];

	take(m);
	snprintf(answer, sizeof(answer), "{\"id\":\"p%u\"}", m->order);
	http_answer(r, 201, answer, 0);
}

/* Bytes have left; whether they were taken nobody knows but the provider. */
static void vanish(struct request *r, struct message *m, int err)
{
	if (chance_of(500))
		take(m);
	if (err)
		http_fail(r, err, true);
	else
		http_hold(r, NULL); /* until the time is over */
}

static void fail(struct request *r, struct message *m)
{
	switch (chance_below(10)) {
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
		take(m);
		http_answer(r, 200, "garbage", 0);
		break;
	case 7:
		take(m);
		http_cut(r, 200);
		break;
	case 8:
		m->refused = true;
		http_answer(r, 422, "{\"errors\":[{\"description\":\"no\"}]}", 0);
		break;
	default:
		vtime_skip(2000);
		succeed(r, m);
	}
}

/* ----- what it says when it is asked ----- */

static struct json *item_of(const struct message *m)
{
	struct json *item = json_new_object(), *to = json_new_object(), *items = json_new_array(),
		    *status = json_new_object();
	char id[16];

	snprintf(id, sizeof(id), "p%u", m->order);
	json_set_str(status, "status", "sent");
	json_push(items, status);
	json_set(to, "items", items);
	json_set_str(item, "id", id);
	json_set_str(item, "reference", m->id);
	json_set(item, "recipients", to);
	return item;
}

/* What it said before, which may never have been heard, is settled by it. */
static void list(struct request *r, const char *to)
{
	struct json *o = json_new_object(), *items = json_new_array();
	char *text = NULL;
	int64_t n = 0;

	for (size_t i = 0; i < n_all; i++) {
		if (strncmp(all[i].to, to, strlen(all[i].to)) == 0)
			all[i].unasked = false;
		if (all[i].accepted && all[i].can_be_asked &&
		    strncmp(all[i].to, to, strlen(all[i].to)) == 0) {
			json_push(items, item_of(&all[i]));
			n++;
		}
	}
	json_set_int(o, "totalCount", n);
	json_set(o, "items", items);
	if (json_print(o, &text))
		abort();
	json_free(o);
	http_answer(r, 200, text, 0);
	free(text);
}

/* It says something that settles nothing, for all that went to the recipient. */
static void be_vague(struct request *r, const char *to)
{
	for (size_t i = 0; i < n_all; i++)
		if (strncmp(all[i].to, to, strlen(all[i].to)) == 0)
			all[i].unasked = true;
	http_answer(r, chance_below(2) ? 200 : 403, "{}", 0);
}

static void asked(struct request *r)
{
	static const char key[] = "recipient=";
	const char *to = strstr(http_url(r), key);

	if (!to) {
		broken("the provider is asked %s", http_url(r));
		http_fail(r, EIO, true);
		return;
	}
	tell("the provider is asked for what went to %s", to + strlen(key));
	if (!chance_of(mood.sms_bad))
		list(r, to + strlen(key));
	else if (chance_of(300))
		be_vague(r, to + strlen(key));
	else
		http_fail(r, EIO, chance_of(500));
}

void provider_serve(struct request *r)
{
	struct message *m;

	if (vtime_ms() < away_until) {
		http_fail(r, ECONNREFUSED, false);
		return;
	}
	if (!http_body(r)[0]) {
		asked(r);
		return;
	}
	m = read(http_body(r));
	if (chance_of(mood.sms_bad))
		fail(r, m);
	else
		succeed(r, m);
}

/* ----- delivery reports ----- */

static const char *say(struct message *m)
{
	unsigned what = chance_below(10);

	if (what < 2)
		return "sent";
	if (what < 8)
		return "delivered";
	m->refused = true;
	return "failed";
}

bool provider_report(void)
{
	struct message *m = n_all ? &all[chance_below((unsigned)n_all)] : NULL;
	struct proc *p = proc_count() ? proc_nth(chance_below(proc_count())) : NULL;
	struct httpd_request req = {.id = "", .path = "", .target = "", .arg = {"webhook"}};
	struct httpd_reply rep = {0};
	char body[128];
	const char *what;

	if (!m || !p || !m->accepted || m->can_be_asked)
		return false;
	what = say(m);
	tell("the provider reports: %s %s", m->id, what);
	snprintf(body, sizeof(body), "{\"id\":\"%s\",\"status\":\"%s\"}", m->id, what);
	req.body = body;
	req.body_len = strlen(body);
	proc_request(p, reports_take, &req, &rep);
	if (!proc_is_dead(p) && rep.status != 200 && rep.status != 503)
		broken("the report of %s is answered with %u: %s", m->id, rep.status, rep.body);
	free(rep.body);
	return true;
}

const char *__wrap_httpd_header(const struct httpd_request *req, const char *name);

const char *__wrap_httpd_header(const struct httpd_request *req, const char *name)
{
	(void)req;
	return strcmp(name, "Authorization") == 0 ? "Bearer " NUMBERS_SMS_KEY : NULL;
}
