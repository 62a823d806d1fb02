/**
 * @file fuzz_event.c  POST /v1/sip/event: what happens to a dialog, as Kamailio tells it
 *
 * Parts: the body; then what Redis says (the number's line, the transition, the SDP answer).
 */
#include <string.h>

#include "digest.h"
#include "hooks.h"
#include "json.h"
#include "outside.h"

static bool is_leg(const char *text)
{
	return strlen(text) == LEG_ID_MAX - 1 && !text[strspn(text, "0123456789abcdef")];
}

/* Of what the peer has said, a transition's keys are made of the leg's digest: it is the second
 * argument, or the third behind the line. The lookup of a number has but one. */
static void check_script(void)
{
	if (outside_scripts() && outside_script_arg(1)[0])
		fuzz_require(is_leg(outside_script_arg(1)) || is_leg(outside_script_arg(2)));
}

static bool check_answer(const struct json *o)
{
	int64_t code = 0;

	fuzz_require(json_int(json_get(o, "code"), &code) == 0);
	fuzz_require(code == 200 || code == 481 || code == 488 || code == 491 || code == 500);
	fuzz_require(json_str(json_get(o, "reason")));
	fuzz_require(code == 200 || !json_get(o, "sdp"));
	return code == 200;
}

bool fuzz_one(struct fuzz *f)
{
	struct httpd_request req;
	struct httpd_reply rep = {.status = 0};
	bool taken = false;
	const char *body;
	struct json *o;
	size_t len;

	body = fuzz_bytes(f, &len);
	req = outside_request("", body, len, "", "");
	hooks_event(&req, &rep, outside_app());
	fuzz_require(rep.status == 200 || rep.status == 400 || rep.status == 503);
	taken = rep.status == 200;
	o = outside_reply(&rep);
	if (taken)
		taken = check_answer(o);
	check_script();
	json_free(o);
	return taken;
}
