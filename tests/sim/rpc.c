/**
 * @file rpc.c  The fake Kamailio's JSON-RPC
 *
 * tm.t_uac_wait answers when the phone has, or with 408 after fr_timer; htable.get knows the To-tag
 * of each 200 (kamailio-cfg/dialog.cfg).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "http_seam.h"
#include "json.h"
#include "kamailio.h"
#include "mood.h"
#include "rpc.h"
#include "sdp.h"
#include "tell.h"

enum { FR_TIMER_MS = 8000 }; /* kamailio-cfg/modules.cfg */

static const char *param(const struct json *params, size_t i)
{
	const char *text = json_str(json_at(params, i));

	return text ? text : "";
}

static void totag(struct request *r, const char *leg)
{
	const struct call *c = phones_of_leg(leg);
	char answer[128];

	if (c && c->tag[0])
		snprintf(answer, sizeof(answer),
			 "{\"jsonrpc\":\"2.0\",\"result\":{\"item\":{\"name\":\"%s\","
			 "\"value\":\"%s\"}},\"id\":1}",
			 leg, c->tag);
	else
		snprintf(answer, sizeof(answer),
			 "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":500},"
			 "\"id\":1}");
	http_answer(r, 200, answer, 0);
}

/* The value of a header, up to `end`. */
static const char *header(const char *headers, const char *name, const char *end, size_t *len)
{
	const char *at = strstr(headers, name);

	*len = 0;
	if (!at)
		return "";
	at += strlen(name);
	*len = strcspn(at, end);
	return at;
}

static bool has_tag(const char *headers, const char *name, const char *tag)
{
	size_t len, n;
	const char *value = header(headers, name, "\r", &len);
	const char *at = strstr(value, ";tag=");

	n = strlen(tag);
	return at && at < value + len && strncmp(at + 5, tag, n) == 0 && at[5 + n] == '\r';
}

static void send_request(struct request *r, const struct json *params)
{
	const char *headers = param(params, 4);
	size_t len;
	const char *call_id = header(headers, "Call-ID: ", "\r", &len);
	struct call *c = phones_of_call_id(call_id, len);

	if (!c) {
		broken("a %s is for nobody: %s", param(params, 0), headers);
		http_fail(r, EIO, true);
	} else if (!has_tag(headers, "\nTo: ", c->from_tag) ||
		   !has_tag(headers, "From: ", c->tag)) {
		tell("a %s to %s names another dialog", param(params, 0), c->name);
		kamailio_answered(r, c, 481);
	} else {
		tell("Kamailio sends a %s to %s", param(params, 0), c->name);
		http_hold(r, c);
	}
}

void kamailio_rpc(struct request *r)
{
	const char *body = http_body(r);
	struct json *o = NULL;
	const char *method;

	if (chance_of(mood.rpc_refused)) {
		tell("Kamailio cannot be asked");
		http_fail(r, ECONNREFUSED, false);
		return;
	}
	if (json_parse(body, strlen(body), &o)) {
		broken("Kamailio is asked %s", body);
		return;
	}
	method = json_str(json_get(o, "method"));
	if (method && strcmp(method, "htable.get") == 0)
		totag(r, param(json_get(o, "params"), 1));
	else if (method && strcmp(method, "tm.t_uac_wait") == 0)
		send_request(r, json_get(o, "params"));
	else
		broken("Kamailio is asked %s", body);
	json_free(o);
}

void kamailio_answered(struct request *r, struct call *c, int code)
{
	char answer[128];

	(void)c;
	if (chance_of(mood.rpc_lost)) {
		tell("Kamailio's answer is lost");
		http_fail(r, EIO, true);
		return;
	}
	snprintf(answer, sizeof(answer), "{\"jsonrpc\":\"2.0\",\"result\":[%d,\"-\"],\"id\":1}",
		 code);
	http_answer(r, 200, answer, 0);
}

void kamailio_taken(struct request *r, struct call *c, const char *sdp)
{
	static const char head[] = "[200,\"OK\",\"\",\"\",\"\"]";
	struct json *o = json_new_object(), *result = NULL;
	char text[1024], *answer = NULL;

	if (chance_of(mood.rpc_lost) || json_parse(head, strlen(head), &result)) {
		tell("Kamailio's answer is lost");
		json_free(o);
		http_fail(r, EIO, true);
		return;
	}
	snprintf(text, sizeof(text), "Contact: <sip:%s@198.51.100.7>\r\n\r\n%s", c->name, sdp);
	json_push_str(result, text);
	json_set(o, "result", result);
	if (json_print(o, &answer))
		abort();
	http_answer(r, 200, answer, 0);
	free(answer);
	json_free(o);
}

const char *kamailio_request(const struct request *r, unsigned *port)
{
	static char method[16];
	const char *body = http_body(r);
	struct json *o = NULL;
	char ip[SDP_IP_BUF];
	uint16_t at = 0;

	if (json_parse(body, strlen(body), &o))
		abort(); /* kamailio_rpc() has read it */
	snprintf(method, sizeof(method), "%s", param(json_get(o, "params"), 0));
	if (strcmp(method, "INVITE") == 0 &&
	    sdp_media_addr(param(json_get(o, "params"), 5), ip, &at))
		broken("a re-INVITE has no description: %s", body);
	*port = at;
	json_free(o);
	return method;
}

bool rpc_given_up(const struct request *r)
{
	return http_held_ms(r) >= FR_TIMER_MS;
}

/* Nobody is there to answer: tm gives each request up by itself. */
void rpc_tick(void)
{
	for (size_t i = 0; i < phones_count(); i++) {
		struct call *c = phones_nth(i);
		struct request *r;

		while (c->gone && (r = http_held(c)) && (rpc_given_up(r) || chance_of(100)))
			kamailio_answered(r, c, 408);
	}
}
