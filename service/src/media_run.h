/**
 * @file media_run.h  Which run of rtpengine has the media
 *
 * All shards want to know it all the time; it is asked once for all of them.
 */
#ifndef MEDIA_RUN_H
#define MEDIA_RUN_H

#include <stdint.h>

#include "ng.h"

enum {
	MEDIA_RUN_FRESH_MS = 250, /**< an answer serves for this long */
	MEDIA_RUN_BUF = 64,
};

struct media_run;

/** @return 0, ENOMEM */
__attribute__((warn_unused_result)) int media_run_alloc(struct media_run **rp, struct ng *ng);

void media_run_free(struct media_run *r);

/**
 * The name of rtpengine's run: that of its interface "run-...", which is made at each start
 * (rtpengine-cfg/entrypoint.sh) and listed by the command "statistics" (rtpengine
 * daemon/statistics.c). Its uptime would not do: it is told in whole seconds, and two starts may be
 * closer than that.
 *
 * @param id  Written only on success
 *
 * @return 0, EPROTO it has no such interface, else as ng_call()
 */
__attribute__((warn_unused_result)) int media_run_id(struct media_run *r, char id[MEDIA_RUN_BUF]);

#endif
