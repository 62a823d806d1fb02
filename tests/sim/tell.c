/**
 * @file tell.c  The history as a list; log_write() of the service ends here too
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "phones.h"
#include "proc.h"
#include "seam.h"
#include "tell.h"
#include "vtime.h"

enum { LINE_BUF = 400, COMPLAINT_BUF = 1024 };

static FILE *list; /* in memory */
static char *text_of_list;
static size_t size_of_list;
static char complaint[COMPLAINT_BUF];
static bool with_log;

void tell_begin(void)
{
	if (list)
		fclose(list);
	free(text_of_list);
	list = open_memstream(&text_of_list, &size_of_list);
	if (!list)
		abort();
	complaint[0] = '\0';
}

/* Callers are shown by their names, not by their legs. */
static void add_names(FILE *f, const char *text)
{
	while (*text) {
		size_t n = strspn(text, "0123456789abcdef");

		if (n == LEG_ID_MAX - 1) {
			char leg[LEG_ID_MAX];

			snprintf(leg, sizeof(leg), "%s", text);
			fputs(phones_name(leg), f);
			text += n;
		} else {
			n = n ? n : 1;
			fprintf(f, "%.*s", (int)n, text);
			text += n;
		}
	}
}

static void add(const char *text)
{
	int64_t ms = vtime_ms();

	fprintf(list, "%5" PRId64 ".%03d s  %*s", ms / 1000, (int)(ms % 1000),
		(int)(2 * seam_depth()), "");
	add_names(list, text);
	fputc('\n', list);
}

void tell(const char *fmt, ...)
{
	char line[LINE_BUF];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	add(line);
}

void broken(const char *fmt, ...)
{
	va_list ap;

	if (complaint[0])
		return;
	va_start(ap, fmt);
	vsnprintf(complaint, sizeof(complaint), fmt, ap);
	va_end(ap);
	add(complaint);
}

const char *tell_complaint(void)
{
	return complaint[0] ? complaint : NULL;
}

void tell_print(void)
{
	fflush(list);
	fputs(text_of_list, stdout);
}

uint64_t tell_digest(void)
{
	uint64_t h = 0xcbf29ce484222325U; /* FNV-1a */

	fflush(list);
	for (size_t i = 0; i < size_of_list; i++)
		h = (h ^ (unsigned char)text_of_list[i]) * 0x100000001b3U;
	return h;
}

void tell_log(bool on)
{
	with_log = on;
}

static const char *value_of(const struct log_kv *kv, char number[24])
{
	if (kv->type == LOG_TYPE_STR)
		return kv->s ? kv->s : "";
	if (kv->type == LOG_TYPE_ERRNO)
		return strerror((int)kv->i);
	snprintf(number, 24, "%" PRId64, kv->i);
	return number;
}

/* What a process says that is dead already was never written. */
void __wrap_log_write(enum log_level level, const char *event, const struct log_kv *kv);

void __wrap_log_write(enum log_level level, const char *event, const struct log_kv *kv)
{
	char line[LINE_BUF], number[24];
	size_t n;

	if (!with_log || (seam_process() && proc_is_dead(seam_process())))
		return;
	n = (size_t)snprintf(line, sizeof(line), "    | %s %s", log_level_names[level], event);
	for (; kv->key && n < sizeof(line); kv++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, " %s=%s", kv->key,
				      value_of(kv, number));
	add(line);
}
