/**
 * @file sip_response.c  What a response to a request of our own says
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "sip_response.h"
#include "sipuri.h"

enum {
	URI_BUF = 512,
};

static const char BLANK[] = " \t";

const char *sip_response_body(const char *text)
{
	const char *end = strstr(text, "\r\n\r\n");

	return end ? end + 4 : "";
}

static bool is_name(const char *line, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(line, name, len) == 0;
}

/* What follows the colon of the first such header, else NULL. */
static const char *contact_value(const char *text)
{
	while (*text && *text != '\r') {
		const size_t len = strcspn(text, " \t:\r\n");
		const char *colon = text + len + strspn(text + len, BLANK);
		const char *end = strstr(text, "\r\n");

		if (*colon == ':' && (is_name(text, len, "Contact") || is_name(text, len, "m")))
			return colon + 1;
		text = end ? end + 2 : "";
	}
	return NULL;
}

/* Past a display name in quotes, in which there may be anything. */
static const char *skip_quoted(const char *p)
{
	if (*p != '"')
		return p;
	for (p++; *p && *p != '"' && *p != '\r'; p++)
		if (*p == '\\' && p[1])
			p++;
	return p;
}

/* name-addr or addr-spec (RFC 3261 20.10); without brackets, parameters are the header's.
 * @return its length without blanks around it, 0 = there is none */
static size_t find_uri(const char **p)
{
	const char *value = *p + strspn(*p, BLANK), *after = skip_quoted(value);
	const size_t line = strcspn(after, "\r\n"), open = strcspn(after, "<");
	size_t len;

	if (open >= line) {
		*p = value;
		return strcspn(value, ";, \t\r\n");
	}
	*p = after + open + 1;
	*p += strspn(*p, BLANK);
	len = strcspn(*p, ">\r\n");
	if ((*p)[len] != '>')
		return 0;
	while (len && strchr(BLANK, (*p)[len - 1]))
		len--;
	return len;
}

int sip_response_contact(const char *text, char *uri, size_t max)
{
	const char *value = contact_value(text);
	struct sipuri parsed;
	char found[URI_BUF];
	size_t len;

	if (!value)
		return ENOENT;
	len = find_uri(&value);
	if (len >= sizeof(found) || len >= max)
		return ENOSPC;
	memcpy(found, value, len);
	found[len] = '\0';
	if (sipuri_parse(found, &parsed))
		return EBADMSG;
	memcpy(uri, found, len + 1);
	return 0;
}
