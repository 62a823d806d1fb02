/**
 * @file routes.c  What is served, and who may ask for it
 */
#include "api.h"
#include "hooks.h"
#include "reports.h"
#include "routes.h"

enum {
	HOOKS = 3, /* the first of the table */
};

static const struct httpd_route table[] = {
    {"POST", "/v1/sip/invite", HTTPD_HOOK, hooks_invite},
    {"POST", "/v1/sip/event", HTTPD_HOOK, hooks_event},
    {"POST", "/v1/sip/users", HTTPD_HOOK, hooks_users},

    {"GET", "/v1/lines", HTTPD_READ, api_line_list},
    {"PUT", "/v1/lines/{line}", HTTPD_ADMIN, api_line_put},
    {"GET", "/v1/lines/{line}", HTTPD_READ, api_line_get},
    {"DELETE", "/v1/lines/{line}", HTTPD_ADMIN, api_line_delete},

    {"GET", "/v1/lines/{line}/status", HTTPD_READ, api_status},
    {"POST", "/v1/lines/{line}/next", HTTPD_OPERATE, api_next},
    {"POST", "/v1/lines/{line}/end", HTTPD_OPERATE, api_end},
    {"DELETE", "/v1/lines/{line}/legs/{leg}", HTTPD_OPERATE, api_leg_delete},

    {"GET", "/v1/sms", HTTPD_READ, api_sms},
    {"GET", "/v1/calls", HTTPD_READ, api_calls},
    {"POST", "/v1/sms/reports/{provider}", HTTPD_SIGNED, reports_take},
    {"GET", "/v1/sms/reports/{provider}", HTTPD_SIGNED, reports_take},

    {"GET", "/v1/tokens", HTTPD_READ, api_token_list},
    {"POST", "/v1/tokens", HTTPD_ADMIN, api_token_post},
    {"DELETE", "/v1/tokens/{token}", HTTPD_ADMIN, api_token_delete},
    {"GET", "/v1/users", HTTPD_READ, api_user_list},
    {"PUT", "/v1/users/{user}", HTTPD_ADMIN, api_user_put},
    {"GET", "/v1/users/{user}", HTTPD_READ, api_user_get},
    {"DELETE", "/v1/users/{user}", HTTPD_ADMIN, api_user_delete},
    {"GET", "/v1/audit", HTTPD_READ, api_audit},

    {"GET", "/healthz", HTTPD_OPEN, api_healthz},
    {"GET", "/readyz", HTTPD_INSIDE, api_readyz},
    {"GET", "/metrics", HTTPD_INSIDE, api_metrics},
};

enum {
	ROUTES = sizeof(table) / sizeof(table[0]),
};

struct routes routes_inside(void)
{
	return (struct routes){table, ROUTES};
}

struct routes routes_outside(void)
{
	return (struct routes){table + HOOKS, ROUTES - HOOKS};
}
