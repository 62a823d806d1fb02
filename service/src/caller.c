/**
 * @file caller.c  Who calls, and what they dialled
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "caller.h"
#include "sipuri.h"

static bool is_one_of(const char *p, size_t n, const char *const *words)
{
	for (; *words; words++) {
		if (strlen(*words) == n && !strncasecmp(p, *words, n))
			return true;
	}
	return false;
}

static bool asks_privacy(const char *privacy)
{
	static const char *const values[] = {"id", "user", "header", NULL};
	static const char separators[] = "; ,\t";

	while (privacy && *privacy) {
		size_t n = strcspn(privacy, separators);

		if (is_one_of(privacy, n, values))
			return true;
		privacy += n;
		privacy += strspn(privacy, separators);
	}
	return false;
}

/* What carriers put into From for a caller who does not want to be known; the number is ANONYMOUS
 * on the keys of a telephone. */
static bool is_anonymous(const char *from)
{
	static const char *const users[] = {"anonymous", "restricted", "private", "withheld",
					    "266696687", "+266696687", NULL};
	struct sipuri uri;

	if (!from || sipuri_parse(from, &uri))
		return false;
	return is_one_of(uri.user, strlen(uri.user), users) ||
	       !strcmp(uri.host, "anonymous.invalid");
}

/* How numbers are read. */
struct reading {
	const char *country;
	bool plus_omitted;
};

/* The "phone-context" of a number, as parameter of a tel URI or within the user part of a SIP
 * URI (RFC 3261 §19.1.6); "" if there is none. */
static void phone_context(const struct sipuri *uri, char *out, size_t max)
{
	if (sipuri_param(uri->user_params, "phone-context", out, max) &&
	    sipuri_param(uri->params, "phone-context", out, max))
		*out = '\0';
}

static int uri_number(const struct sipuri *uri, const struct reading *how, char out[E164_BUF])
{
	char context[E164_INPUT_MAX], number[1 + E164_INPUT_MAX + SIPURI_USER_BUF];
	int err;

	if (!uri->user[0])
		return EBADMSG;
	phone_context(uri, context, sizeof(context));
	if (*uri->user == '+' || *context != '+') /* RFC 3966 §5.1.5: else it is a domain */
		*context = '\0';

	/* No country code begins with 0. */
	if (how->plus_omitted && !*context && *uri->user >= '1' && *uri->user <= '9') {
		snprintf(number, sizeof(number), "+%s", uri->user);
		err = e164_normalise(number, how->country, out);
		if (err != EBADMSG)
			return err;
	}
	snprintf(number, sizeof(number), "%s%s", context, uri->user);
	return e164_normalise(number, how->country, out);
}

/* The first of the comma separated values that is a number, and where it stood. */
static int first_number(const char *text, const struct reading *how, char out[E164_BUF],
			struct sipuri *urip)
{
	struct sipuri uri;
	int err;

	while (text && (err = sipuri_next(&text, &uri)) != ENOENT) {
		if (!err)
			err = uri_number(&uri, how, out);
		if (!err && urip)
			*urip = uri;
		if (err != EBADMSG && err != ENOSPC)
			return err;
	}
	return EBADMSG;
}

static struct reading reading_of(const struct trunk *trunk, const char *country)
{
	return (struct reading){country, trunk->profile->plus_omitted};
}

/* Only the latest counts: an earlier one would be somebody else's. It may ask for privacy as well.
 */
static int find_diverter(const char *diversion, const struct reading *how, char out[E164_BUF])
{
	static const char *const hidden[] = {"full", "uri", NULL};
	char privacy[16];
	struct sipuri uri;
	int err = diversion ? sipuri_next(&diversion, &uri) : ENOENT;

	if (!err && sipuri_param(uri.header_params, "privacy", privacy, sizeof(privacy)) == 0 &&
	    is_one_of(privacy, strlen(privacy), hidden))
		err = EBADMSG;
	if (!err)
		err = uri_number(&uri, how, out);
	return err == ENOMEM ? err : 0;
}

static int find_number(const struct caller_headers *headers, const struct trunk *trunk,
		       const struct reading *how, struct caller *caller)
{
	const bool asserted = headers->trusted && (trunk->profile->caller & TRUNK_PAI) &&
			      headers->pai && *headers->pai;
	const bool from = !asserted && (trunk->profile->caller & TRUNK_FROM);
	struct sipuri uri;
	int err = EBADMSG;

	if (headers->account) {
		if (!e164_valid(headers->account))
			return EBADMSG;
		snprintf(caller->number, sizeof(caller->number), "%s", headers->account);
		caller->withheld = false;
		caller->trust = TRUST_VERIFIED;
		return 0;
	}
	if (asserted || from)
		err = first_number(asserted ? headers->pai : headers->from, how, caller->number,
				   &uri);
	if (err)
		return err;
	caller->withheld = false;
	if (headers->trusted)
		caller->trust = verstat_trust(trunk->profile, asserted ? &uri : NULL, headers->own);
	return 0;
}

int caller_identify(const struct caller_headers *headers, const struct trunk *trunk,
		    const char *country, struct caller *callerp)
{
	struct caller caller = {.withheld = true, .trust = TRUST_UNKNOWN};
	struct reading how;
	int err = 0;

	if (!headers || !trunk || !e164_country_known(country) || !callerp)
		return EINVAL;

	how = reading_of(trunk, country);
	if (!asks_privacy(headers->privacy) && !is_anonymous(headers->from))
		err = find_number(headers, trunk, &how, &caller);
	if (err && err != EBADMSG)
		return err;
	if (headers->trusted)
		err = find_diverter(headers->diversion, &how, caller.diverter);
	else
		err = 0;
	if (err)
		return err;

	*callerp = caller;
	return 0;
}

int caller_did(const char *ruri, const char *to, const struct trunk *trunk, const char *country,
	       char out[E164_BUF])
{
	struct reading how;
	int err = EBADMSG;

	if (!ruri || !trunk || !e164_country_known(country) || !out)
		return EINVAL;

	how = reading_of(trunk, country);
	if (trunk->did[0]) {
		memcpy(out, trunk->did, sizeof(trunk->did));
		return 0;
	}
	if (trunk->profile->dialled & TRUNK_RURI)
		err = first_number(ruri, &how, out, NULL);
	if (err == EBADMSG && (trunk->profile->dialled & TRUNK_TO))
		err = first_number(to, &how, out, NULL);
	return err;
}
