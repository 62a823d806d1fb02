/**
 * @file reports.h  Delivery reports of the SMS providers: HTTP handler; `arg` is a struct app
 */
#ifndef REPORTS_H
#define REPORTS_H

#include "httpd.h"

/**
 * POST (and GET: so does MessageBird's SMS API) /v1/sms/reports/{provider}. No token of ours is
 * asked for: each provider proves itself in its own way.
 *   messagebird  header MessageBird-Signature-JWT, by EXECLINE_MESSAGEBIRD_SIGNING_KEY, over
 *                EXECLINE_PUBLIC_URL and the path and query as they came
 *   webhook      Authorization: Bearer and the key that the message's line sends with
 *
 * Answers 200 to every report that is believed, whether it says anything new or not: it need not be
 * repeated.
 */
void reports_take(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

#endif
