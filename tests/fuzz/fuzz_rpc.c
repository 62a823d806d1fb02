/**
 * @file fuzz_rpc.c  Requests in a caller's dialog, and Kamailio's answers to the RPC
 *
 * Parts: fields of the leg ("contact: sip:..."), then the answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "outside.h"
#include "sip_response.h"
#include "sipuri.h"

struct told {
	unsigned times;
	enum sip_outcome outcome;
	int code;
};

/* A Contact that is taken is a URI, and nothing else. */
static void check_response(const char *response)
{
	struct sipuri parsed;
	char uri[64];

	fuzz_require(response && sip_response_body(response));
	fuzz_poison(uri, sizeof(uri));
	if (sip_response_contact(response, uri, sizeof(uri))) {
		fuzz_require(fuzz_untouched(uri, sizeof(uri)));
		return;
	}
	fuzz_require(sipuri_parse(uri, &parsed) == 0);
	fuzz_require(fuzz_is_clean(uri, "", false) && !strpbrk(uri, "<>\" "));
}

static void done(enum sip_outcome outcome, int code, const char *response, void *arg)
{
	struct told *told = arg;

	told->times++;
	told->outcome = outcome;
	told->code = code;
	check_response(response);
}

static const char *field(struct fuzz *f, const char *lines, const char *name)
{
	const char *value = fuzz_lookup(f, lines, name);

	return value ? value : "";
}

/* No byte of a peer's begins a header of its own. */
static void check_headers(const char *headers, bool routed)
{
	static const char *const names[] = {
	    "From: <", "To: <", "Call-ID: ", "CSeq: ", NULL, "Route: "};
	const size_t n = routed ? 6 : 5;
	const char *p = headers, *end;

	for (size_t i = 0; i < n; i++) {
		end = strstr(p, "\r\n");
		fuzz_require(end && strcspn(p, "\r\n") == (size_t)(end - p));
		if (names[i])
			fuzz_require(strncmp(p, names[i], strlen(names[i])) == 0);
		else
			fuzz_require(!strncmp(p, "Reason: ", 8) || !strncmp(p, "Accept: ", 8));
		p = end + 2;
	}
	fuzz_require(!*p);
	fuzz_require(fuzz_is_clean(headers, "\r\n", false));
}

/* What was put to Kamailio is a call it knows, whatever the leg was called. */
static void check_call(const struct leg *leg)
{
	const char *body = outside_http_body(), *method;
	const struct json *params;
	struct json *o = NULL;

	if (!body)
		return;
	fuzz_require(json_parse(body, strlen(body), &o) == 0);
	method = json_str(json_get(o, "method"));
	params = json_get(o, "params");
	fuzz_require(method && json_is_array(params));
	if (strcmp(method, "tm.t_uac_wait") == 0) {
		fuzz_require(json_len(params) == 5);
		check_headers(json_str(json_at(params, 4)), leg->record_route[0]);
	} else {
		fuzz_require(strcmp(method, "htable.get") == 0 && json_len(params) == 2);
	}
	json_free(o);
}

/* Who sends a request hears of it once, and not at all if it could not be made. */
static void check_told(int err, const struct told *told)
{
	fuzz_require(told->times == (err ? 0 : 1));
	fuzz_require(!told->times || told->outcome == SIP_OVER || told->outcome == SIP_TRYING);
}

bool fuzz_one(struct fuzz *f)
{
	struct sip *sip = outside_app()->sip;
	const char *lines = fuzz_text(f);
	const struct leg leg = {
	    .id = "00000000000000000001",
	    .call_id = field(f, lines, "call_id"),
	    .from = field(f, lines, "from"),
	    .from_tag = field(f, lines, "from_tag"),
	    .to = field(f, lines, "to"),
	    .to_tag = field(f, lines, "to_tag"),
	    .contact = field(f, lines, "contact"),
	    .record_route = field(f, lines, "record_route"),
	    .socket = field(f, lines, "socket"),
	    .source = field(f, lines, "source"),
	};
	struct told bye = {.times = 0}, options = {.times = 0};

	check_told(sip_bye(sip, &leg, 1, done, &bye), &bye);
	check_call(&leg);
	check_told(sip_options(sip, &leg, 2, done, &options), &options);
	check_call(&leg);
	return bye.outcome == SIP_OVER && bye.code == 200;
}
