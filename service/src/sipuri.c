/**
 * @file sipuri.c  SIP, SIPS and tel URIs, bare or inside a header value
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "sipuri.h"

/* Part of the text that is parsed: [p, end) */
struct slice {
	const char *p, *end;
};

static size_t slice_len(struct slice s)
{
	return (size_t)(s.end - s.p);
}

static const char *slice_find(struct slice s, char c)
{
	const char *p = memchr(s.p, c, slice_len(s));

	return p ? p : s.end;
}

/* Cut what comes before the separator off s; s goes on at the separator. */
static struct slice slice_cut(struct slice *s, const char *at)
{
	struct slice head = {s->p, at};

	s->p = at;
	return head;
}

static int slice_copy(struct slice s, char *out, size_t max)
{
	size_t n = slice_len(s);

	if (n >= max)
		return ENOSPC;
	memcpy(out, s.p, n);
	out[n] = '\0';
	return 0;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Next character, with its %XX undone; -1 if that is broken or a control character. */
static int slice_char(struct slice *s)
{
	int c = (unsigned char)*s->p++;

	if (c == '%') {
		int hi, lo;

		if (slice_len(*s) < 2)
			return -1;
		hi = hex_value(s->p[0]);
		lo = hex_value(s->p[1]);
		s->p += 2;
		c = hi < 0 || lo < 0 ? -1 : hi * 16 + lo;
	}
	return c < 0x20 || c == 0x7f ? -1 : c;
}

static int slice_unescape(struct slice s, char *out, size_t max)
{
	size_t n = 0;

	while (s.p < s.end) {
		int c = slice_char(&s);

		if (c < 0)
			return EBADMSG;
		if (n + 1 >= max)
			return ENOSPC;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return 0;
}

/* No byte of a URI is white space, control character or bracket, RFC 3261 §25.1. */
static bool is_uri_text(struct slice s)
{
	for (; s.p < s.end; s.p++) {
		unsigned char c = (unsigned char)*s.p;

		if (c <= 0x20 || c == 0x7f || strchr("<>\"", c))
			return false;
	}
	return true;
}

static int host_parse(struct slice host, bool ipv6, struct sipuri *uri)
{
	const char *also = ipv6 ? ":." : "-._";
	int err;

	if (host.p == host.end)
		return EBADMSG;
	err = slice_copy(host, uri->host, sizeof(uri->host));
	if (err)
		return err;

	for (char *p = uri->host; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (ipv6 ? !isxdigit(c) && !strchr(also, c) : !isalnum(c) && !strchr(also, c))
			return EBADMSG;
		*p = (char)tolower(c);
	}
	return 0;
}

static int port_parse(struct slice s, uint16_t *port)
{
	unsigned n = 0;

	if (s.p == s.end || slice_len(s) > 5)
		return EBADMSG;
	for (; s.p < s.end; s.p++) {
		if (*s.p < '0' || *s.p > '9')
			return EBADMSG;
		n = n * 10 + (unsigned)(*s.p - '0');
	}
	if (n < 1 || n > UINT16_MAX)
		return EBADMSG;
	*port = (uint16_t)n;
	return 0;
}

/* host [":" port], s goes on behind it */
static int hostport_parse(struct slice *s, struct sipuri *uri)
{
	bool ipv6 = s->p < s->end && *s->p == '[';
	const char *end;
	int err;

	if (ipv6) {
		s->p++;
		end = slice_find(*s, ']');
		if (end == s->end)
			return EBADMSG;
		err = host_parse(slice_cut(s, end), true, uri);
		s->p++;
	} else {
		for (end = s->p; end < s->end && !strchr(":;?", *end); end++)
			;
		err = host_parse(slice_cut(s, end), false, uri);
	}
	if (err || s->p == s->end || *s->p != ':')
		return err;

	s->p++;
	for (end = s->p; end < s->end && !strchr(";?", *end); end++)
		;
	return port_parse(slice_cut(s, end), &uri->port);
}

/* [";" parameters] ["?" headers] up to the end */
static int params_parse(struct slice s, struct sipuri *uri)
{
	if (s.p == s.end || *s.p == '?')
		return 0;
	if (*s.p++ != ';')
		return EBADMSG;
	return slice_copy(slice_cut(&s, slice_find(s, '?')), uri->params, sizeof(uri->params));
}

/* An escaped ";" is part of the name, not the beginning of a parameter. */
static int user_parse(struct slice params, struct sipuri *uri)
{
	struct slice name = slice_cut(&params, slice_find(params, ';'));
	int err = slice_unescape(name, uri->user, sizeof(uri->user));

	if (err || params.p == params.end)
		return err;
	params.p++;
	return slice_copy(params, uri->user_params, sizeof(uri->user_params));
}

static int sip_parse(struct slice s, struct sipuri *uri)
{
	const char *at = slice_find(s, '@');
	int err = 0;

	if (at != s.end) {
		struct slice user = slice_cut(&s, at);

		s.p++;
		user.end = slice_find(user, ':'); /* a password follows */
		err = user_parse(user, uri);
	}
	if (!err)
		err = hostport_parse(&s, uri);
	if (!err)
		err = params_parse(s, uri);
	return err;
}

static int tel_parse(struct slice s, struct sipuri *uri)
{
	struct slice number = slice_cut(&s, slice_find(s, ';'));
	int err;

	if (number.p == number.end)
		return EBADMSG;
	err = slice_unescape(number, uri->user, sizeof(uri->user));
	if (!err)
		err = params_parse(s, uri);
	return err;
}

static const struct scheme {
	const char *name;
	int (*parse)(struct slice, struct sipuri *);
} schemes[] = {
    {"sip", sip_parse},
    {"sips", sip_parse},
    {"tel", tel_parse},
};

static int uri_parse(struct slice s, struct sipuri *uri)
{
	struct slice name = slice_cut(&s, slice_find(s, ':'));

	if (s.p == s.end || !is_uri_text(s))
		return EBADMSG;
	s.p++;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		const struct scheme *scheme = &schemes[i];

		if (slice_len(name) == strlen(scheme->name) &&
		    !strncasecmp(name.p, scheme->name, slice_len(name))) {
			memcpy(uri->scheme, scheme->name, strlen(scheme->name) + 1);
			return scheme->parse(s, uri);
		}
	}
	return EBADMSG;
}

/* The first c outside of quoted strings and angle brackets, or s.end */
static const char *find_outside(struct slice s, char c)
{
	bool quoted = false, bracket = false;

	for (; s.p < s.end; s.p++) {
		if (quoted && *s.p == '\\' && s.p + 1 < s.end)
			s.p++;
		else if (*s.p == '"' && !bracket)
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (*s.p == c && !bracket)
			break;
		else if (*s.p == '<' || *s.p == '>')
			bracket = *s.p == '<';
	}
	return s.p;
}

static struct slice trim(struct slice s)
{
	while (s.p < s.end && strchr(" \t\r\n", *s.p))
		s.p++;
	while (s.p < s.end && strchr(" \t\r\n", s.end[-1]))
		s.end--;
	return s;
}

/* What follows the ">"; a tail that does not fit costs its parameters, not the address. */
static void tail_parse(struct slice tail, struct sipuri *uri)
{
	tail = trim(tail);
	if (tail.p == tail.end || *tail.p != ';')
		return;
	tail.p++;
	if (slice_copy(tail, uri->header_params, sizeof(uri->header_params)))
		uri->header_params[0] = '\0';
}

/* name-addr or addr-spec */
static int value_parse(struct slice value, struct sipuri *urip)
{
	struct sipuri uri = {.port = 0};
	const char *open = find_outside(value, '<');
	int err;

	if (open != value.end) {
		struct slice tail = value;

		value.p = open + 1;
		value.end = slice_find(value, '>');
		if (*value.end != '>')
			return EBADMSG;
		tail.p = value.end + 1;
		tail_parse(tail, &uri);
	}

	err = uri_parse(trim(value), &uri);
	if (!err)
		*urip = uri;
	return err;
}

int sipuri_parse(const char *text, struct sipuri *uri)
{
	if (!text || !uri)
		return EINVAL;

	return value_parse((struct slice){text, text + strlen(text)}, uri);
}

int sipuri_next(const char **textp, struct sipuri *uri)
{
	struct slice s;

	if (!textp || !*textp || !uri)
		return EINVAL;

	s.p = *textp + strspn(*textp, ", \t\r\n");
	s.end = s.p + strlen(s.p);
	if (s.p == s.end)
		return ENOENT;

	s.end = find_outside(s, ',');
	*textp = s.end;
	return value_parse(s, uri);
}

int sipuri_param(const char *params, const char *name, char *out, size_t max)
{
	const char *p;

	if (!params || !name || !*name || !out || !max)
		return EINVAL;

	for (p = params; *p; p += strspn(p, ";")) {
		struct slice param = {p, p + strcspn(p, ";")};
		struct slice key = trim(slice_cut(&param, slice_find(param, '=')));

		p = param.end;
		if (slice_len(key) != strlen(name) || strncasecmp(key.p, name, slice_len(key)) != 0)
			continue;
		if (param.p < param.end)
			param.p++;
		return slice_unescape(trim(param), out, max);
	}
	return ENOENT;
}
