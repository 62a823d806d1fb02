/**
 * @file sip.c  SIP requests of our own, sent by Kamailio on our behalf (JSON-RPC)
 *
 * tm.t_uac_wait: Kamailio src/modules/tm/rpc_uac.c; its result is an array of varying length, whose
 * first element is the final status and whose last is the response from its first header on, if one
 * came. htable.get: src/modules/htable/htable.c.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact.h"
#include "json.h"
#include "log.h"
#include "metrics.h"
#include "nat.h"
#include "sip.h"
#include "strbuf.h"

enum {
	URL_BUF = 64,
	HEADERS_MAX = 8192, /* bytes of all headers of a request */
	URI_BUF = 512,
	COUNTER_BUF = 32,
	RESPONSE_AT = 2, /* elements of a result before the response, at the least */
};

struct sip {
	struct http_client *http;
	char url[URL_BUF];
};

/* What differs between methods. */
struct method {
	const char *name;
	const char *header; /* of its own */
	const char *event;  /* of the log, when it was answered */
	enum metric ok, failed;
};

static const struct method BYE = {"BYE", "Reason: SIP;cause=200;text=\"ExecLine\"\r\n",
				  "bye_answered", METRIC_HANGUPS, METRIC_HANGUPS_FAILED},
			   OPTIONS = {"OPTIONS", "Accept: application/sdp\r\n", "options_answered",
				      METRIC_OPTIONS, METRIC_OPTIONS_FAILED},
			   INVITE = {"INVITE", "Content-Type: application/sdp\r\n",
				     "reinvite_answered", METRIC_REINVITES,
				     METRIC_REINVITES_FAILED};

/* What a request takes from its leg: copies, for the leg does not live as long as the request. */
#define LEG_FIELDS(X)                                                                              \
	X(id)                                                                                      \
	X(call_id)                                                                                 \
	X(from) X(from_tag) X(to) X(to_tag) X(contact) X(record_route) X(socket) X(source)

struct request {
	const struct method *method;
	struct sip *sip;
	char *ours; /* our Contact */
	char *body; /* NULL = none */
	int64_t cseq;
	sip_done_h *doneh;
	void *arg;
#define X(field) char *field;
	LEG_FIELDS(X)
#undef X
};

int sip_alloc(struct sip **sp, struct http_client *http, uint16_t rpc_port)
{
	struct sip *s = calloc(1, sizeof(*s));

	if (!s)
		return ENOMEM;
	s->http = http;
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%u/RPC", rpc_port);
	*sp = s;
	return 0;
}

void sip_free(struct sip *s)
{
	free(s);
}

static void request_free(struct request *r)
{
	if (!r)
		return;
#define X(field) free(r->field);
	LEG_FIELDS(X)
#undef X
	free(r->ours);
	free(r->body);
	free(r);
}

/* What came from a peer stays on its line: folded headers become one line, the rest is opaque. */
static char *one_line(const char *s)
{
	char *copy = strdup(s);

	for (char *p = copy; p && *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = ' ';
	return copy;
}

static struct request *request_alloc(const struct leg *leg, sip_done_h *doneh, void *arg)
{
	struct request *r = calloc(1, sizeof(*r));
	bool whole = r != NULL;

	if (!r)
		return NULL;
	r->doneh = doneh;
	r->arg = arg;
#define X(field)                                                                                   \
	r->field = one_line(leg->field);                                                           \
	whole = whole && r->field;
	LEG_FIELDS(X)
#undef X
	if (!whole) {
		request_free(r);
		r = NULL;
	}
	return r;
}

static void request_finish(struct request *r, enum sip_outcome outcome, int code,
			   const char *response)
{
	bool ok = outcome == SIP_OVER && code >= 200 && code < 300;

	metrics_inc(ok ? r->method->ok : r->method->failed);
	log_info(r->method->event, LOG_S("leg", r->id), LOG_S("call_id", r->call_id),
		 LOG_I("code", code), LOG_B("over", outcome == SIP_OVER));
	r->doneh(outcome, code, response, r->arg);
	request_free(r);
}

/* Queues a JSON-RPC call, or waits for it; params are freed. */
static int call(struct sip *s, const char *method, struct json *params, unsigned timeout_ms,
		http_done_h *doneh, void *arg, bool wait)
{
	static const char *const headers[] = {"Content-Type: application/json", NULL};
	struct json *o = json_new_object();
	char *body = NULL;
	int err = json_set_str(o, "jsonrpc", "2.0");

	err |= json_set_str(o, "method", method);
	err |= json_set(o, "params", params);
	err |= json_set_int(o, "id", 1);
	if (!err)
		err = json_print(o, &body);
	if (!err) {
		const struct http_request req = {.method = "POST",
						 .url = s->url,
						 .headers = headers,
						 .body = body,
						 .timeout_ms = timeout_ms};

		err = wait ? http_client_perform(s->http, &req, doneh, arg)
			   : http_client_submit(s->http, &req, doneh, arg);
	}
	free(body);
	json_free(o);
	return err;
}

/* A request that Kamailio itself refuses would be refused again: the code of its error is that of
 * SIP where there is one (tm/rpc_uac.c). */
static int code_of(const struct request *r, const struct json *o)
{
	const struct json *error = json_get(o, "error");
	int64_t code = 0;

	if (json_int(json_at(json_get(o, "result"), 0), &code) == 0)
		return (int)code;
	log_error("request_refused_by_kamailio", LOG_S("method", r->method->name),
		  LOG_S("leg", r->id), LOG_S("call_id", r->call_id),
		  LOG_S("answer", json_str(json_get(error, "message"))));
	if (json_int(json_get(error, "code"), &code) || (code != 477 && code != 478))
		code = 0;
	return (int)code;
}

static const char *response_of(const struct json *o)
{
	const struct json *result = json_get(o, "result");
	const size_t len = json_len(result);
	const char *text = len > RESPONSE_AT ? json_str(json_at(result, len - 1)) : NULL;

	return text ? text : "";
}

static void answered(const struct http_result *res, void *arg)
{
	struct request *r = arg;
	struct json *o = NULL;

	if (res->err || json_parse(res->body, res->body_len, &o)) {
		log_warn("request_not_sent", LOG_S("method", r->method->name), LOG_S("leg", r->id),
			 LOG_S("call_id", r->call_id), LOG_E("error", res->err),
			 LOG_I("status", res->status));
		request_finish(r, SIP_TRYING, 0, "");
		return;
	}
	request_finish(r, SIP_OVER, code_of(r, o), response_of(o));
	json_free(o);
}

/* The URI of the first Route value. */
static bool first_route(const char *route, char out[URI_BUF])
{
	const char *from = strchr(route, '<'), *to = from ? strchr(from, '>') : NULL;

	if (!to || (size_t)(to - from) >= URI_BUF)
		return false;
	snprintf(out, URI_BUF, "%.*s", (int)(to - from - 1), from + 1);
	return true;
}

/* Along the route set, if there is one (RFC 3261 16.12.1). */
static void next_hop(const struct request *r, char out[URI_BUF])
{
	if (!first_route(r->record_route, out))
		nat_next_hop(r->contact, r->source, r->socket, out, URI_BUF);
}

/* Kamailio 6.0 takes "!!" in such a header for its own address, and loses count where one stands
 * alone (tm/rpc_uac.c, get_hfblock()). Escaped it means the same (RFC 3261 19.1.4). */
static void add_route(struct strbuf *h, const char *route)
{
	strbuf_addf(h, "Route: ");
	for (const char *p = route; *p; p++) {
		if (*p == '!')
			strbuf_add(h, "%21", 3);
		else
			strbuf_add(h, p, 1);
	}
	strbuf_addf(h, "\r\n");
}

/* We were called: our From is the INVITE's To, the route set is its Record-Route in the same order
 * (RFC 3261 12.1.1). */
static int headers_of(const struct request *r, char **headers)
{
	struct strbuf h;

	strbuf_init(&h, HEADERS_MAX);
	strbuf_addf(&h, "From: <%s>;tag=%s\r\n", r->to, r->to_tag);
	strbuf_addf(&h, "To: <%s>;tag=%s\r\n", r->from, r->from_tag);
	strbuf_addf(&h, "Call-ID: %s\r\n", r->call_id);
	strbuf_addf(&h, "CSeq: %" PRId64 " %s\r\n", r->cseq, r->method->name);
	strbuf_addf(&h, "%s", r->method->header);
	if (r->ours)
		strbuf_addf(&h, "Contact: %s\r\n", r->ours);
	if (r->record_route[0])
		add_route(&h, r->record_route);
	return strbuf_take(&h, headers);
}

static int send_request(struct request *r)
{
	struct json *params = json_new_array();
	char hop[URI_BUF], *headers = NULL;
	int err = headers_of(r, &headers);

	next_hop(r, hop);
	if (!err) {
		err = json_push_str(params, r->method->name);
		err |= json_push_str(params, r->contact);
		err |= json_push_str(params, hop);
		err |= json_push_str(params, r->socket[0] ? r->socket : ".");
		err |= json_push_str(params, headers);
		if (r->body)
			err |= json_push_str(params, r->body);
	}
	if (!err) {
		err = call(r->sip, "tm.t_uac_wait", params, SIP_REQUEST_MS, answered, r, false);
		params = NULL;
	}
	json_free(params);
	free(headers);
	return err;
}

/* Kamailio has told us our To-tag, or that it knows of no 200 that waits for its ACK: then there is
 * no dialog that could be ended. */
static void totag_known(const struct http_result *res, void *arg)
{
	struct request *r = arg;
	struct json *o = NULL;
	const char *tag = NULL;
	enum sip_outcome outcome = SIP_TRYING;

	if (!res->err && json_parse(res->body, res->body_len, &o) == 0) {
		tag = json_str(json_get(json_get(json_get(o, "result"), "item"), "value"));
		outcome = SIP_OVER;
	}
	if (tag && tag[0]) {
		free(r->to_tag);
		r->to_tag = one_line(tag);
		if (r->to_tag && send_request(r) == 0)
			r = NULL;
		outcome = SIP_TRYING;
	}
	json_free(o);
	if (r && outcome == SIP_OVER)
		log_warn("bye_without_dialog", LOG_S("leg", r->id), LOG_S("call_id", r->call_id));
	if (r)
		request_finish(r, outcome, 0, "");
}

static int ask_totag(struct request *r)
{
	struct json *params = json_new_array();
	int err = json_push_str(params, "totag");

	err |= json_push_str(params, r->id);
	if (err) {
		json_free(params);
		return ENOMEM;
	}
	return call(r->sip, "htable.get", params, SIP_RPC_MS, totag_known, r, false);
}

/* As in the 200 of the leg's INVITE; that of a conference says so (RFC 4579 5.2). */
static int our_contact(const struct leg *leg, char **text)
{
	const bool hold = strcmp(leg->route, "hold") == 0;
	char uri[CONTACT_BUF], transport[CONTACT_TRANSPORT_BUF];
	const struct contact c = {hold ? "hold" : "conf", leg->line, leg->id, leg->local,
				  transport};
	int err;

	contact_transport(leg->socket, transport);
	err = leg->local[0] ? contact_print(&c, uri, sizeof(uri)) : EINVAL;

	if (!err && asprintf(text, "<%s>%s", uri, hold ? "" : ";isfocus") < 0)
		err = ENOMEM;
	return err;
}

/* Sends the request, or frees it. */
static int in_dialog(struct request *r, struct sip *s, const struct method *method, int64_t cseq)
{
	int err;

	r->sip = s;
	r->method = method;
	r->cseq = cseq;
	err = r->to_tag[0] ? send_request(r) : ask_totag(r);
	if (err)
		request_free(r);
	return err;
}

static bool is_complete(const struct leg *leg)
{
	return leg->contact[0] && leg->from[0] && leg->to[0];
}

static int plain(struct sip *s, const struct method *method, const struct leg *leg, int64_t cseq,
		 sip_done_h *done, void *arg)
{
	struct request *r;

	if (!is_complete(leg))
		return EINVAL;
	r = request_alloc(leg, done, arg);
	return r ? in_dialog(r, s, method, cseq) : ENOMEM;
}

int sip_bye(struct sip *s, const struct leg *leg, int64_t cseq, sip_done_h *done, void *arg)
{
	return plain(s, &BYE, leg, cseq, done, arg);
}

int sip_options(struct sip *s, const struct leg *leg, int64_t cseq, sip_done_h *done, void *arg)
{
	return plain(s, &OPTIONS, leg, cseq, done, arg);
}

int sip_invite(struct sip *s, const struct leg *leg, int64_t cseq, const char *sdp,
	       sip_done_h *done, void *arg)
{
	struct request *r;
	int err;

	if (!is_complete(leg))
		return EINVAL;
	r = request_alloc(leg, done, arg);
	if (!r)
		return ENOMEM;
	r->body = strdup(sdp);
	err = r->body ? our_contact(leg, &r->ours) : ENOMEM;
	if (err) {
		request_free(r);
		return err;
	}
	return in_dialog(r, s, &INVITE, cseq);
}

bool sip_says_dead(int code)
{
	return code == 481 || code == 408 || code == 477 || code == 478;
}

static void pinged(const struct http_result *res, void *arg)
{
	*(int *)arg = res->err ? res->err : res->status == 200 ? 0 : EPROTO;
}

int sip_ping(struct sip *s)
{
	int answer = EIO;
	int err = call(s, "core.version", json_new_array(), SIP_RPC_MS, pinged, &answer, true);

	return err ? err : answer;
}

struct counting {
	sip_count_h *counth;
	void *arg;
	int err;
};

/* Strings "script:<name> = <n>" (kex/core_stats.c). */
static void counted(const struct http_result *res, void *arg)
{
	static const char GROUP[] = "script:";
	struct counting *c = arg;
	struct json *o = NULL;
	const struct json *rows;

	c->err = res->err ? res->err : json_parse(res->body, res->body_len, &o);
	rows = json_get(o, "result");
	for (size_t i = 0; !c->err && i < json_len(rows); i++) {
		const char *row = json_str(json_at(rows, i));
		const char *equals = row ? strstr(row, " = ") : NULL;
		char name[COUNTER_BUF];

		if (!equals || strncmp(row, GROUP, sizeof(GROUP) - 1) != 0)
			continue;
		row += sizeof(GROUP) - 1;
		snprintf(name, sizeof(name), "%.*s", (int)(equals - row), row);
		c->counth(name, strtoull(equals + 3, NULL, 10), c->arg);
	}
	json_free(o);
}

int sip_strangers(struct sip *s, sip_count_h *counth, void *arg)
{
	struct counting c = {.counth = counth, .arg = arg, .err = EIO};
	struct json *params = json_new_array();
	int err;

	if (json_push_str(params, "script:")) {
		json_free(params);
		return ENOMEM;
	}
	err = call(s, "stats.get_statistics", params, SIP_RPC_MS, counted, &c, true);
	return err ? err : c.err;
}
