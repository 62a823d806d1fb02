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

/* What carriers put into From for a caller who does not want to be known */
static bool is_anonymous(const char *from)
{
	static const char *const users[] = {"anonymous", "restricted", "private", "withheld", NULL};
	struct sipuri uri;

	if (!from || sipuri_parse(from, &uri))
		return false;
	return is_one_of(uri.user, strcspn(uri.user, ";"), users) ||
	       !strcmp(uri.host, "anonymous.invalid");
}

/* The "phone-context" of a number, as parameter of a tel URI or within the user part of a SIP
 * URI (RFC 3261 §19.1.6); "" if there is none. */
static void phone_context(const struct sipuri *uri, char *out, size_t max)
{
	struct sipuri tel = *uri;
	const char *suffix = strchr(uri->user, ';');

	if (suffix)
		snprintf(tel.params, sizeof(tel.params), "%s", suffix + 1);
	if (sipuri_param(&tel, "phone-context", out, max))
		*out = '\0';
}

static int uri_number(const struct sipuri *uri, const char *country, char out[E164_BUF])
{
	char context[E164_INPUT_MAX], number[E164_INPUT_MAX + SIPURI_USER_BUF];
	size_t n = strcspn(uri->user, ";");

	if (!n)
		return EBADMSG;
	phone_context(uri, context, sizeof(context));
	if (*uri->user == '+' || *context != '+') /* RFC 3966 §5.1.5: else it is a domain */
		*context = '\0';

	snprintf(number, sizeof(number), "%s%.*s", context, (int)n, uri->user);
	return e164_normalise(number, country, out);
}

/* The first of the comma separated values that is a number */
static int first_number(const char *text, const char *country, char out[E164_BUF])
{
	struct sipuri uri;
	int err;

	while (text && (err = sipuri_next(&text, &uri)) != ENOENT) {
		if (!err)
			err = uri_number(&uri, country, out);
		if (err != EBADMSG && err != ENOSPC)
			return err;
	}
	return EBADMSG;
}

int caller_identify(const struct caller_headers *headers, const char *country,
		    struct caller *callerp)
{
	struct caller caller = {.withheld = true};
	const char *identity;
	int err;

	if (!headers || !e164_country_known(country) || !callerp)
		return EINVAL;

	if (!asks_privacy(headers->privacy) && !is_anonymous(headers->from)) {
		identity = headers->from;
		if (headers->trusted && headers->pai && *headers->pai)
			identity = headers->pai;

		err = first_number(identity, country, caller.number);
		if (err && err != EBADMSG)
			return err;
		caller.withheld = err != 0;
	}

	*callerp = caller;
	return 0;
}

int caller_did(const char *ruri, const char *to, const char *country, char out[E164_BUF])
{
	int err;

	if (!ruri || !e164_country_known(country) || !out)
		return EINVAL;

	err = first_number(ruri, country, out);
	return err == EBADMSG ? first_number(to, country, out) : err;
}
