/**
 * @file contact.c  Our Contact
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "contact.h"

int contact_print(const struct contact *c, char *uri, size_t max)
{
	const bool tcp = strcmp(c->transport, "tcp") == 0;
	int n = snprintf(uri, max, "sip:%s-%s@%s;leg=%s%s", c->place, c->line, c->local, c->leg,
			 tcp ? ";transport=tcp" : "");

	return n < 0 || (size_t)n >= max ? ENOSPC : 0;
}
