/**
 * @file api.h  The operator's API: HTTP handlers; `arg` is a struct app
 */
#ifndef API_H
#define API_H

#include "httpd.h"

/** PUT /v1/lines/{line} */
void api_line_put(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** GET /v1/lines/{line} */
void api_line_get(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** GET /v1/lines */
void api_line_list(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** DELETE /v1/lines/{line} */
void api_line_delete(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

/** GET /v1/lines/{line}/status */
void api_status(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** POST /v1/lines/{line}/next */
void api_next(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** POST /v1/lines/{line}/end */
void api_end(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** DELETE /v1/lines/{line}/legs/{leg} */
void api_leg_delete(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

/** GET /v1/sms?line=&limit= */
void api_sms(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** GET /v1/calls?line=&limit= */
void api_calls(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

/** POST /v1/tokens: the token is in the answer, and nowhere else. */
void api_token_post(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** GET /v1/tokens */
void api_token_list(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** DELETE /v1/tokens/{token} */
void api_token_delete(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

/** PUT /v1/users/{user} */
void api_user_put(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** GET /v1/users/{user} */
void api_user_get(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** GET /v1/users */
void api_user_list(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** DELETE /v1/users/{user} */
void api_user_delete(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

/** GET /v1/audit?limit= */
void api_audit(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

/** GET /healthz: the process runs. */
void api_healthz(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** GET /readyz: Redis, rtpengine and Kamailio answer. */
void api_readyz(const struct httpd_request *req, struct httpd_reply *rep, void *arg);
/** GET /metrics */
void api_metrics(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

#endif
