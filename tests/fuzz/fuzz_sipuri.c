/**
 * @file fuzz_sipuri.c  URIs, numbers, and who calls
 *
 * Parts: request URI, To, From, P-Asserted-Identity, Privacy, country, trunk, and "name: value" of
 * Diversion and of the carriers' own headers.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "caller.h"
#include "fuzz.h"
#include "outside.h"
#include "sipuri.h"
#include "strbuf.h"

static void check_uri(const struct sipuri *uri)
{
	const bool tel = strcmp(uri->scheme, "tel") == 0;

	fuzz_require(tel || !strcmp(uri->scheme, "sip") || !strcmp(uri->scheme, "sips"));
	fuzz_require(tel == !uri->host[0]);
	fuzz_require(!tel || uri->user[0]);
	fuzz_require(fuzz_is_clean(uri->user, "", false));
	fuzz_require(fuzz_is_clean(uri->params, "", false) && !strpbrk(uri->params, "<>\" ?"));
	fuzz_require(fuzz_is_clean(uri->user_params, "", false) &&
		     !strpbrk(uri->user_params, "<>\" "));
	for (const char *p = uri->host; *p; p++)
		fuzz_require((isalnum((unsigned char)*p) && !isupper((unsigned char)*p)) ||
			     strchr("-._:", *p));
}

static void add_user(struct strbuf *b, const char *user)
{
	for (; *user; user++) {
		if (isalnum((unsigned char)*user))
			strbuf_add(b, user, 1);
		else
			strbuf_addf(b, "%%%02X", (unsigned char)*user);
	}
}

/* What is printed of it, as display name and brackets have it, is parsed to the same. */
static void check_print(const struct sipuri *uri)
{
	const bool v6 = strchr(uri->host, ':') != NULL;
	struct sipuri again;
	struct strbuf b;

	strbuf_init(&b, SIZE_MAX - 1);
	strbuf_addf(&b, "\"a, <b>\" <%s:", uri->scheme);
	add_user(&b, uri->user);
	if (uri->user_params[0])
		strbuf_addf(&b, ";%s", uri->user_params);
	if (uri->host[0])
		strbuf_addf(&b, "@%s%s%s", v6 ? "[" : "", uri->host, v6 ? "]" : "");
	if (uri->port)
		strbuf_addf(&b, ":%u", uri->port);
	if (uri->params[0])
		strbuf_addf(&b, ";%s", uri->params);
	strbuf_addf(&b, ">;%s", uri->header_params);
	fuzz_require(sipuri_parse(b.p, &again) == 0);
	fuzz_require(!strcmp(uri->scheme, again.scheme) && !strcmp(uri->user, again.user));
	fuzz_require(!strcmp(uri->host, again.host) && uri->port == again.port);
	fuzz_require(!strcmp(uri->params, again.params));
	fuzz_require(!strcmp(uri->user_params, again.user_params));
	fuzz_require(!strcmp(uri->header_params, again.header_params));
	strbuf_free(&b);
}

static void check_value(const char *params)
{
	char value[16];
	int err;

	fuzz_poison(value, sizeof(value));
	err = sipuri_param(params, "verstat", value, sizeof(value));
	if (err)
		fuzz_require(err == ENOENT || err == EBADMSG || err == ENOSPC);
	else
		fuzz_require(memchr(value, '\0', sizeof(value)) && fuzz_is_clean(value, "", false));
}

static void check_params(const struct sipuri *uri)
{
	check_value(uri->params);
	check_value(uri->user_params);
	check_value(uri->header_params);
}

static void check_one(const char *text)
{
	struct sipuri uri;
	int err;

	fuzz_poison(&uri, sizeof(uri));
	err = sipuri_parse(text, &uri);
	if (err) {
		fuzz_require((err == EBADMSG || err == ENOSPC) &&
			     fuzz_untouched(&uri, sizeof(uri)));
		return;
	}
	check_uri(&uri);
	check_print(&uri);
	check_params(&uri);
}

/* Each call comes further, so that the list has an end. */
static void check_list(const char *text)
{
	const char *p = text, *before;
	struct sipuri uri;
	int err;

	do {
		before = p;
		fuzz_poison(&uri, sizeof(uri));
		err = sipuri_next(&p, &uri);
		fuzz_require(p >= before && p <= text + strlen(text));
		fuzz_require(err == ENOENT || p > before);
		if (err)
			fuzz_require(fuzz_untouched(&uri, sizeof(uri)));
		else
			check_uri(&uri);
	} while (err != ENOENT);
}

/* A number in its final form stays as it is, but for national prefixes behind its country code,
 * such as the zero of +490...: no such number is assigned, and libphonenumber drops one each time.
 */
static void check_number(const char *number, const char *country)
{
	char again[E164_BUF];
	const char *p = again;

	fuzz_require(e164_valid(number));
	fuzz_require(e164_normalise(number, country, again) == 0);
	for (; *number; number++)
		p += *p == *number;
	fuzz_require(!*p);
}

static bool same_caller(const struct caller *a, const struct caller *b)
{
	return a->withheld == b->withheld && strcmp(a->number, b->number) == 0;
}

/* Only a trunk's word counts, and a caller who asks for privacy has it. */
static void check_caller(const struct caller_headers *h, const struct trunk *trunk,
			 const char *country)
{
	struct caller_headers other = *h;
	struct caller caller, again;

	fuzz_require(caller_identify(h, trunk, country, &caller) == 0);
	fuzz_require(caller.withheld == !caller.number[0]);
	fuzz_require(caller.trust == TRUST_UNKNOWN || (h->trusted && !caller.withheld));
	fuzz_require(!caller.diverter[0] || (h->trusted && e164_valid(caller.diverter)));
	if (!caller.withheld)
		check_number(caller.number, country);
	other.pai = NULL;
	fuzz_require(caller_identify(&other, trunk, country, &again) == 0);
	fuzz_require(h->trusted || same_caller(&caller, &again));
	other.pai = h->pai;
	other.privacy = "id";
	fuzz_require(caller_identify(&other, trunk, country, &again) == 0 && again.withheld);
}

static bool check_did(const char *ruri, const char *to, const struct trunk *trunk,
		      const char *country)
{
	char did[E164_BUF];
	int err;

	fuzz_poison(did, sizeof(did));
	err = caller_did(ruri, to, trunk, country, did);
	if (err)
		fuzz_require(fuzz_untouched(did, sizeof(did)));
	else
		check_number(did, country);
	fuzz_require((err == EINVAL) == !e164_country_known(country));
	return err == 0;
}

static struct caller_headers headers_of(struct fuzz *f)
{
	return (struct caller_headers){
	    .from = fuzz_text(f), .pai = fuzz_text(f), .privacy = fuzz_text(f), .trusted = true};
}

bool fuzz_one(struct fuzz *f)
{
	const char *ruri = fuzz_text(f), *to = fuzz_text(f);
	struct caller_headers h = headers_of(f);
	const char *country = fuzz_text(f), *name = fuzz_text(f), *own = fuzz_text(f);
	const struct trunk *trunk = trunks_find(outside_app()->trunks, name);
	bool taken;

	h.diversion = fuzz_lookup(f, own, "Diversion");
#define HEADER(symbol, header) h.own[symbol] = fuzz_lookup(f, own, header);
#define PROFILE(...)
#define ADDRESSES(...)
#include "trunk_profiles.def"
#undef HEADER
#undef PROFILE
#undef ADDRESSES
	check_one(ruri);
	check_list(h.pai);
	taken = check_did(ruri, to, trunk, country);
	if (!e164_country_known(country))
		return false;
	check_caller(&h, trunk, country);
	h.trusted = false;
	check_caller(&h, trunk, country);
	return taken;
}
