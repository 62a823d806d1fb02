/**
 * @file worker.h  One thread per shard: holds its lease, reads its journal, lets the consumers act
 */
#ifndef WORKER_H
#define WORKER_H

#include "calls.h"
#include "outbox.h"
#include "reconcile.h"

enum {
	WORKER_WAIT_MS = 1000, /**< how long the journal is waited for; the agenda's own clock */
};

struct worker;

struct worker_options {
	struct store *store;
	const struct calls *calls;
	struct outbox *outbox;
	const struct reconcile_options *reconcile;
	const char *owner; /**< name of this process, unique among replicas */
};

/** Start the threads. What `opt` points to must outlive them. @return 0, ENOMEM, EAGAIN */
__attribute__((warn_unused_result)) int worker_start(struct worker **wp,
						     const struct worker_options *opt);

/** Let each finish what it is at, give back the leases, join and free. @param w  May be NULL */
void worker_stop(struct worker *w);

#endif
