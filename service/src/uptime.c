/**
 * @file uptime.c  Since when rtpengine has been running
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "clock.h"
#include "json.h"
#include "uptime.h"

struct uptime {
	struct ng *ng;
	pthread_mutex_t lock; /* held while asking: the others wait for the same answer */
	int64_t asked_at;     /* monotonic, ms; 0 = never */
	int64_t since_s;
	int err;
};

int uptime_alloc(struct uptime **up, struct ng *ng)
{
	struct uptime *u = calloc(1, sizeof(*u));

	if (!u)
		return ENOMEM;
	u->ng = ng;
	pthread_mutex_init(&u->lock, NULL);
	*up = u;
	return 0;
}

void uptime_free(struct uptime *u)
{
	if (!u)
		return;
	pthread_mutex_destroy(&u->lock);
	free(u);
}

static int ask(struct ng *ng, int64_t *since_s)
{
	struct json *cmd = json_new_object(), *reply = NULL;
	const struct json *total;
	const char *text;
	int err = json_set_str(cmd, "command", "statistics");

	if (!err)
		err = ng_call(ng, cmd, &reply);
	if (!err) {
		total = json_get(json_get(reply, "statistics"), "totalstatistics");
		text = json_str(json_get(total, "uptime"));
		if (text)
			*since_s = clock_now_ms() / 1000 - strtoll(text, NULL, 10);
		else
			err = EPROTO;
	}
	json_free(reply);
	json_free(cmd);
	return err;
}

int uptime_since(struct uptime *u, int64_t *since_s)
{
	int err;

	pthread_mutex_lock(&u->lock);
	if (u->asked_at == 0 || clock_mono_ms() - u->asked_at > UPTIME_FRESH_MS) {
		u->err = ask(u->ng, &u->since_s);
		u->asked_at = clock_mono_ms();
	}
	err = u->err;
	if (!err)
		*since_s = u->since_s;
	pthread_mutex_unlock(&u->lock);
	return err;
}
