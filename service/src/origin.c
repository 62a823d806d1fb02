/**
 * @file origin.c  What a request is called, and where it comes from
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "net.h"
#include "origin.h"

void origin_id(const char *given, uint64_t process, uint64_t number, char out[HTTPD_ID_MAX])
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "._-";
	size_t n = given ? strspn(given, ok) : 0;

	if (n && n < HTTPD_ID_MAX && !given[n])
		memcpy(out, given, n + 1);
	else
		snprintf(out, HTTPD_ID_MAX, "%" PRIx64 "-%" PRIx64, process, number);
}

/* The last of a list "a, b, c". */
static void last_of(const char *list, char out[HTTPD_SOURCE_BUF])
{
	const char *comma = strrchr(list, ','), *p = comma ? comma + 1 : list;
	size_t n;

	p += strspn(p, " \t");
	n = strcspn(p, " \t");
	out[0] = '\0';
	if (n < HTTPD_SOURCE_BUF)
		snprintf(out, HTTPD_SOURCE_BUF, "%.*s", (int)n, p);
}

void origin_source(const char *peer, const char *proxy, const char *forwarded,
		   char out[HTTPD_SOURCE_BUF])
{
	out[0] = '\0';
	if (proxy && forwarded && net_equal(peer, proxy))
		last_of(forwarded, out);
	if (!net_is_address(out))
		snprintf(out, HTTPD_SOURCE_BUF, "%s", peer);
}
