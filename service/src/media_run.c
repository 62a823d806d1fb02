/**
 * @file media_run.c  Which run of rtpengine has the media
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "log.h"
#include "media_run.h"

static const char RUN[] = "run-";

struct media_run {
	struct ng *ng;
	pthread_mutex_t lock; /* held while asking: the others wait for the same answer */
	int64_t asked_at;     /* monotonic, ms; 0 = never */
	char id[MEDIA_RUN_BUF];
	int err;
};

int media_run_alloc(struct media_run **rp, struct ng *ng)
{
	struct media_run *r = calloc(1, sizeof(*r));

	if (!r)
		return ENOMEM;
	r->ng = ng;
	pthread_mutex_init(&r->lock, NULL);
	*rp = r;
	return 0;
}

void media_run_free(struct media_run *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static int find_run(const struct json *interfaces, char id[MEDIA_RUN_BUF])
{
	for (size_t i = 0; i < json_len(interfaces); i++) {
		const char *name = json_str(json_get(json_at(interfaces, i), "name"));

		if (name && strncmp(name, RUN, sizeof(RUN) - 1) == 0 &&
		    strlen(name) < MEDIA_RUN_BUF) {
			snprintf(id, MEDIA_RUN_BUF, "%s", name);
			return 0;
		}
	}
	return EPROTO;
}

static int ask(struct ng *ng, char id[MEDIA_RUN_BUF])
{
	struct json *cmd = json_new_object(), *reply = NULL;
	int err = json_set_str(cmd, "command", "statistics");

	if (!err)
		err = ng_call(ng, cmd, &reply);
	if (!err)
		err = find_run(json_get(json_get(reply, "statistics"), "interfaces"), id);
	json_free(reply);
	json_free(cmd);
	return err;
}

int media_run_id(struct media_run *r, char id[MEDIA_RUN_BUF])
{
	int err;

	pthread_mutex_lock(&r->lock);
	if (r->asked_at == 0 || clock_mono_ms() - r->asked_at > MEDIA_RUN_FRESH_MS) {
		err = ask(r->ng, r->id);
		if (err == EPROTO && r->err != EPROTO) /* told once */
			log_error("rtpengine_without_run", LOG_S("interface", RUN));
		r->err = err;
		r->asked_at = clock_mono_ms();
	}
	err = r->err;
	if (!err)
		memcpy(id, r->id, MEDIA_RUN_BUF);
	pthread_mutex_unlock(&r->lock);
	return err;
}
