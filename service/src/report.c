/**
 * @file report.c  What a delivery report says
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "json_decode.h"
#include "report.h"

/* The id of a message, and the line that it names. */
static int set_id(struct report *r, const char *id, char why[JSON_WHY_MAX])
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
	size_t len = id ? strcspn(id, ".") : 0;

	if (len && len < sizeof(r->line) && strlen(id) < sizeof(r->id) && id[len] &&
	    !id[strspn(id, ok)]) {
		snprintf(r->id, sizeof(r->id), "%s", id);
		snprintf(r->line, sizeof(r->line), "%.*s", (int)len, id);
		if (line_id_valid(r->line))
			return 0;
	}
	snprintf(why, JSON_WHY_MAX, "it does not name a message of ours");
	return EBADMSG;
}

static const char *from_object(const char *name, void *arg)
{
	return json_str(json_get(arg, name));
}

static int read_messagebird(report_get_h *geth, void *arg, struct report *r, char why[JSON_WHY_MAX])
{
	const char *id = geth("id", arg), *status = geth("status", arg);
	const char *code = geth("statusErrorCode", arg);
	int err = set_id(r, geth("reference", arg), why);

	if (err)
		return err;
	r->verdict = provider_messagebird_status(status);
	if (r->verdict == PROVIDER_UNASKED) {
		snprintf(why, JSON_WHY_MAX, "its status is not known");
		return EBADMSG;
	}
	if (id && strlen(id) < sizeof(r->provider_id))
		snprintf(r->provider_id, sizeof(r->provider_id), "%s", id);
	if (r->verdict == PROVIDER_FAILED)
		snprintf(r->error, sizeof(r->error), "%s%s%.16s", status, code ? ", error " : "",
			 code ? code : "");
	return 0;
}

int report_read_messagebird(report_get_h *geth, void *arg, const char *body, size_t len,
			    struct report *r, char why[JSON_WHY_MAX])
{
	struct json *o = NULL;
	int err;

	*r = (struct report){.id = ""};
	if (!len)
		return read_messagebird(geth, arg, r, why);
	err = len > REPORT_BODY_MAX ? EBADMSG : json_parse(body, len, &o);
	if (err)
		snprintf(why, JSON_WHY_MAX, "the body is no JSON");
	else
		err = read_messagebird(from_object, o, r, why);
	json_free(o);
	return err;
}

/* As the webhook's operator sends it. */
struct own_report {
	char id[REPORT_ID_BUF], error[PROVIDER_ERROR_BUF];
	int status;
};

static const char *const statuses[] = {"sent", "delivered", "failed", NULL};

static const struct json_field fields[] = {
    {.name = "id",
     .kind = JSON_K_STR,
     .offset = offsetof(struct own_report, id),
     .max = REPORT_ID_BUF,
     .lo = 1,
     .required = true},
    {.name = "status",
     .kind = JSON_K_ENUM,
     .offset = offsetof(struct own_report, status),
     .names = statuses,
     .required = true},
    {.name = "error",
     .kind = JSON_K_STR,
     .offset = offsetof(struct own_report, error),
     .max = PROVIDER_ERROR_BUF},
};
static const struct json_spec spec = {fields, sizeof(fields) / sizeof(fields[0])};

int report_read_webhook(const char *body, size_t len, struct report *r, char why[JSON_WHY_MAX])
{
	static const enum provider_verdict verdicts[] = {PROVIDER_SENT, PROVIDER_DELIVERED,
							 PROVIDER_FAILED};
	struct own_report in = {.id = ""};

	*r = (struct report){.id = ""};
	if (len > REPORT_BODY_MAX) {
		snprintf(why, JSON_WHY_MAX, "at most %d bytes", REPORT_BODY_MAX);
		return EBADMSG;
	}
	if (json_read(body, len, &spec, &in, why))
		return EBADMSG;
	r->verdict = verdicts[in.status];
	snprintf(r->error, sizeof(r->error), "%s", in.error);
	return set_id(r, in.id, why);
}
