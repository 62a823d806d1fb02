/**
 * @file media_calls.c  Which legs rtpengine has calls of
 *
 * "list" and "query": rtpengine docs/ng_control_protocol.md.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "json.h"
#include "media_calls.h"

struct media_calls {
	char (*ids)[LEG_ID_MAX]; /* sorted */
	size_t n;
};

static int by_id(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int take(const struct json *calls, struct media_calls **cp)
{
	const size_t len = json_len(calls);
	struct media_calls *c = calloc(1, sizeof(*c));

	if (c)
		c->ids = calloc(len + 1, sizeof(c->ids[0]));
	if (!c || !c->ids) {
		free(c);
		return ENOMEM;
	}
	for (size_t i = 0; i < len; i++) {
		const char *id = json_str(json_at(calls, i));

		if (digest_is_leg_id(id))
			memcpy(c->ids[c->n++], id, LEG_ID_MAX);
	}
	qsort(c->ids, c->n, sizeof(c->ids[0]), by_id);
	*cp = c;
	return 0;
}

int media_calls_list(struct media_calls **cp, struct ng *ng)
{
	struct json *cmd = json_new_object(), *reply = NULL;
	int err = json_set_str(cmd, "command", "list");

	err |= json_set_int(cmd, "limit", MEDIA_CALLS_MAX);
	err = err ? ENOMEM : ng_call(ng, cmd, &reply);
	if (!err)
		err = take(json_get(reply, "calls"), cp);
	json_free(reply);
	json_free(cmd);
	return err;
}

void media_calls_free(struct media_calls *c)
{
	if (!c)
		return;
	free(c->ids);
	free(c);
}

size_t media_calls_len(const struct media_calls *c)
{
	return c->n;
}

const char *media_calls_at(const struct media_calls *c, size_t n)
{
	return c->ids[n];
}

static char *find(const struct media_calls *c, const char *leg)
{
	return bsearch(leg, c->ids, c->n, sizeof(c->ids[0]), by_id);
}

void media_calls_strike(struct media_calls *c, const char *leg)
{
	char *at = find(c, leg);

	if (!at)
		return;
	c->n--;
	memmove(at, at + LEG_ID_MAX, (size_t)(c->ids[c->n] - at));
}

bool media_calls_have(const struct media_calls *c, const char *leg)
{
	return find(c, leg) != NULL;
}

static int ask(struct ng *ng, const char *command, const char *leg)
{
	struct json *cmd = json_new_object();
	int err = json_set_str(cmd, "command", command);

	err |= json_set_str(cmd, "call-id", leg);
	err = err ? ENOMEM : ng_call(ng, cmd, NULL);
	json_free(cmd);
	return err;
}

int media_calls_know(struct ng *ng, const char *leg, bool *known)
{
	int err = ask(ng, "query", leg);

	if (err && err != ENOENT)
		return err;
	*known = err == 0;
	return 0;
}

int media_calls_delete(struct ng *ng, const char *leg)
{
	return ask(ng, "delete", leg);
}
