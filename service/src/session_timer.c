/**
 * @file session_timer.c  Session timers (RFC 4028)
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "session_timer.h"

static const char BLANK[] = " \t";

/* Whether a parameter says that we are to refresh: ;refresher=uas */
static bool we_refresh(const char *params)
{
	static const char name[] = "refresher";

	for (const char *p = strchr(params, ';'); p; p = strchr(p, ';')) {
		p++;
		p += strspn(p, BLANK);
		if (strncasecmp(p, name, sizeof(name) - 1) != 0)
			continue;
		p += sizeof(name) - 1;
		p += strspn(p, " \t=");
		return strncasecmp(p, "uas", 3) == 0;
	}
	return false;
}

int session_timer_read(const char *expires, bool supported, unsigned *seconds)
{
	char *end;
	unsigned long n;

	expires += strspn(expires, BLANK);
	n = strtoul(expires, &end, 10);
	if (!isdigit((unsigned char)*expires) || !supported) {
		*seconds = 0;
		return 0;
	}
	if (n < SESSION_MIN_S)
		return ERANGE;
	if (we_refresh(end))
		n = 0;
	*seconds = n < SESSION_MAX_S ? (unsigned)n : SESSION_MAX_S;
	return 0;
}

void session_timer_print(unsigned seconds, char out[SESSION_EXPIRES_BUF])
{
	out[0] = '\0';
	if (seconds)
		snprintf(out, SESSION_EXPIRES_BUF, "%u;refresher=uac", seconds);
}
