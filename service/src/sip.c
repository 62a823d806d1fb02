/**
 * @file sip.c  SIP requests of our own, sent by Kamailio on our behalf (JSON-RPC)
 *
 * tm.t_uac_wait: Kamailio src/modules/tm/rpc_uac.c; its result is an array whose first element is
 * the final status. htable.get: src/modules/htable/htable.c.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "log.h"
#include "metrics.h"
#include "sip.h"
#include "strbuf.h"

enum {
	URL_BUF = 64,
	HEADERS_MAX = 8192, /* bytes of all headers of a BYE */
	URI_BUF = 512,
	BYE_CSEQ = 1, /* the only request that we send in a dialog */
};

struct sip {
	struct http_client *http;
	char url[URL_BUF];
};

/* What a BYE takes from its leg: copies, for the leg does not live as long as the request. */
#define BYE_FIELDS(X)                                                                              \
	X(id) X(call_id) X(from) X(from_tag) X(to) X(to_tag) X(contact) X(record_route) X(socket)

struct bye {
	struct sip *sip;
	sip_done_h *doneh;
	void *arg;
	char reason[64];
#define X(field) char *field;
	BYE_FIELDS(X)
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

static void bye_free(struct bye *b)
{
	if (!b)
		return;
#define X(field) free(b->field);
	BYE_FIELDS(X)
#undef X
	free(b);
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

static struct bye *bye_alloc(struct sip *s, const struct leg *leg, const char *reason,
			     sip_done_h *doneh, void *arg)
{
	struct bye *b = calloc(1, sizeof(*b));
	bool whole = b != NULL;

	if (!b)
		return NULL;
	b->sip = s;
	b->doneh = doneh;
	b->arg = arg;
	snprintf(b->reason, sizeof(b->reason), "%s", reason);
#define X(field)                                                                                   \
	b->field = one_line(leg->field);                                                           \
	whole = whole && b->field;
	BYE_FIELDS(X)
#undef X
	if (!whole) {
		bye_free(b);
		b = NULL;
	}
	return b;
}

static void bye_finish(struct bye *b, enum sip_outcome outcome, int code)
{
	bool ok = outcome == SIP_OVER && code >= 200 && code < 300;

	metrics_inc(ok ? METRIC_HANGUPS : METRIC_HANGUPS_FAILED);
	log_info("bye_answered", LOG_S("leg", b->id), LOG_S("call_id", b->call_id),
		 LOG_I("code", code), LOG_B("over", outcome == SIP_OVER));
	b->doneh(outcome, code, b->arg);
	bye_free(b);
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
		const struct http_request req = {"POST", s->url, headers, body, timeout_ms, false};

		err = wait ? http_client_perform(s->http, &req, doneh, arg)
			   : http_client_submit(s->http, &req, doneh, arg);
	}
	free(body);
	json_free(o);
	return err;
}

/* The dialog is over whatever the peer answers, also with 481 or 408 (RFC 3261 15.1.1). A request
 * that Kamailio itself refuses would be refused again. */
static void bye_answered(const struct http_result *res, void *arg)
{
	struct bye *b = arg;
	struct json *o = NULL;
	int64_t code = 0;

	if (res->err || json_parse(res->body, res->body_len, &o)) {
		log_warn("bye_not_sent", LOG_S("leg", b->id), LOG_S("call_id", b->call_id),
			 LOG_E("error", res->err), LOG_I("status", res->status));
		bye_finish(b, SIP_TRYING, 0);
		return;
	}
	if (json_int(json_at(json_get(o, "result"), 0), &code))
		log_error("bye_refused_by_kamailio", LOG_S("leg", b->id),
			  LOG_S("call_id", b->call_id),
			  LOG_S("answer", json_str(json_get(json_get(o, "error"), "message"))));
	json_free(o);
	bye_finish(b, SIP_OVER, (int)code);
}

/* The URI of the first Route value, ".": none. The next hop of a loose route (RFC 3261 16.12.1). */
static void next_hop(const char *route, char out[URI_BUF])
{
	const char *from = strchr(route, '<'), *to = from ? strchr(from, '>') : NULL;

	snprintf(out, URI_BUF, ".");
	if (to && (size_t)(to - from) < URI_BUF)
		snprintf(out, URI_BUF, "%.*s", (int)(to - from - 1), from + 1);
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
static int bye_headers(const struct bye *b, char **headers)
{
	struct strbuf h;

	strbuf_init(&h, HEADERS_MAX);
	strbuf_addf(&h, "From: <%s>;tag=%s\r\n", b->to, b->to_tag);
	strbuf_addf(&h, "To: <%s>;tag=%s\r\n", b->from, b->from_tag);
	strbuf_addf(&h, "Call-ID: %s\r\n", b->call_id);
	strbuf_addf(&h, "CSeq: %d BYE\r\n", BYE_CSEQ);
	strbuf_addf(&h, "Reason: SIP;cause=200;text=\"%s\"\r\n", b->reason);
	if (b->record_route[0])
		add_route(&h, b->record_route);
	return strbuf_take(&h, headers);
}

static int bye_send(struct bye *b)
{
	struct json *params = json_new_array();
	char hop[URI_BUF], *headers = NULL;
	int err = bye_headers(b, &headers);

	next_hop(b->record_route, hop);
	if (!err) {
		err = json_push_str(params, "BYE");
		err |= json_push_str(params, b->contact);
		err |= json_push_str(params, hop);
		err |= json_push_str(params, b->socket[0] ? b->socket : ".");
		err |= json_push_str(params, headers);
	}
	if (!err) {
		err = call(b->sip, "tm.t_uac_wait", params, SIP_BYE_MS, bye_answered, b, false);
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
	struct bye *b = arg;
	struct json *o = NULL;
	const char *tag = NULL;
	enum sip_outcome outcome = SIP_TRYING;

	if (!res->err && json_parse(res->body, res->body_len, &o) == 0) {
		tag = json_str(json_get(json_get(json_get(o, "result"), "item"), "value"));
		outcome = SIP_OVER;
	}
	if (tag && tag[0]) {
		free(b->to_tag);
		b->to_tag = strdup(tag);
		if (b->to_tag && bye_send(b) == 0)
			b = NULL;
		outcome = SIP_TRYING;
	}
	json_free(o);
	if (b)
		bye_finish(b, outcome, 0);
}

static int ask_totag(struct bye *b)
{
	struct json *params = json_new_array();
	int err = json_push_str(params, "totag");

	err |= json_push_str(params, b->call_id);
	if (err) {
		json_free(params);
		return ENOMEM;
	}
	return call(b->sip, "htable.get", params, SIP_RPC_MS, totag_known, b, false);
}

int sip_bye(struct sip *s, const struct leg *leg, const char *reason, sip_done_h *done, void *arg)
{
	struct bye *b;
	int err;

	if (!leg->contact[0] || !leg->from[0] || !leg->to[0])
		return EINVAL;
	b = bye_alloc(s, leg, reason, done, arg);
	if (!b)
		return ENOMEM;
	err = b->to_tag[0] ? bye_send(b) : ask_totag(b);
	if (err)
		bye_free(b);
	return err;
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
