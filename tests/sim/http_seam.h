/**
 * @file http_seam.h  Behind http_client.h: requests on their way, which arrive, are answered and
 * time out in any order
 */
#ifndef HTTP_SEAM_H
#define HTTP_SEAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct call;
struct proc;
struct request;

void http_begin(void);

/** One thing happens to one of them. @return false if there is none */
bool http_step(void);

/** Time has passed. */
void http_tick(void);

/** The process is dead: nobody waits for its requests, some of which have left. */
void http_bury(struct proc *p);

/** @return number of requests that somebody waits for */
size_t http_pending(void);

/** Forget all; nobody may wait any more. */
void http_end(void);

/* For the servers. */

/** @return what was posted, "" for a GET */
const char *http_body(const struct request *r);

const char *http_url(const struct request *r);

/** It is answered; the answer may be on its way for a while. @param body  Copied */
void http_answer(struct request *r, long status, const char *body, unsigned retry_after_s);

/** It has no answer. @param sent  Bytes of it have left */
void http_fail(struct request *r, int err, bool sent);

/** Its answer breaks off behind the status. */
void http_cut(struct request *r, long status);

/** The server is silent. @param call  Whose phone answers it later, NULL: it never will */
void http_hold(struct request *r, struct call *call);

/** @return for how long it has waited */
int64_t http_held_ms(const struct request *r);

/** @return the request that has waited longest for that phone, NULL if there is none */
struct request *http_held(const struct call *call);

#endif
