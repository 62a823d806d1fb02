/**
 * @file fuzz_invite.c  POST /v1/sip/invite: an INVITE as Kamailio tells it
 *
 * Parts: the body; then what Redis (the number's line, join) and rtpengine (offer, answer) say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "hooks.h"
#include "json.h"
#include "outside.h"
#include "sdp_priv.h"

static bool is_leg(const char *text)
{
	size_t n = text ? strspn(text, "0123456789abcdef") : 0;

	return n == LEG_ID_MAX - 1 && !text[n];
}

static void check_refusal(const struct json *o)
{
	int64_t code = 0;

	fuzz_require(json_int(json_get(o, "code"), &code) == 0 && code >= 400 && code < 700);
	fuzz_require(json_str(json_get(o, "reason")) && !json_get(o, "sdp"));
}

/* The answer is a description, and the Contact names the place, a line and the leg. */
static void check_place(const struct json *o, const char *route)
{
	const bool hold = strcmp(route, "hold") == 0;
	const char *leg = json_str(json_get(o, "leg")), *uri = json_str(json_get(o, "uri"));
	const char *sdp = json_str(json_get(o, "sdp"));
	char line[LINE_ID_BUF] = "";

	fuzz_require(hold || strcmp(route, "conference") == 0);
	fuzz_require(is_leg(leg) && sdp && uri);
	fuzz_require(sscanf(uri, hold ? "sip:hold-%32[^@]" : "sip:conf-%32[^@]", line) == 1);
	fuzz_require(line_id_valid(line) && uri[strlen("sip:conf-") + strlen(line)] == '@');
	fuzz_require(strstr(uri, ";leg=") && strstr(uri, leg));
}

bool fuzz_one(struct fuzz *f)
{
	struct httpd_request req;
	struct httpd_reply rep = {.status = 0};
	const char *body, *route;
	struct json *o;
	bool taken = false;
	size_t len;

	body = fuzz_bytes(f, &len);
	req = outside_request("", body, len, "", "");
	hooks_invite(&req, &rep, outside_app());
	fuzz_require(rep.status == 200 || rep.status == 400 || rep.status == 503);
	taken = rep.status == 200;
	o = outside_reply(&rep);
	if (taken) {
		route = json_str(json_get(o, "route"));
		fuzz_require(route);
		taken = strcmp(route, "reject") != 0;
		if (taken)
			check_place(o, route);
		else
			check_refusal(o);
	}
	json_free(o);
	return taken;
}
