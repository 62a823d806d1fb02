/**
 * @file metrics.c  Counters of this process, in Prometheus text format
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "metrics.h"
#include "strbuf.h"

struct row {
	const char *family;
	const char *labels;
	const char *help;
};

static const struct row rows[METRIC_COUNT] = {
#define X(symbol, family, labels, help) {family, labels, help},
    METRICS(X)
#undef X
};

static _Atomic uint64_t counts[METRIC_COUNT];

void metrics_inc(enum metric m)
{
	metrics_add(m, 1);
}

void metrics_add(enum metric m, uint64_t n)
{
	/* Counters order nothing: they are only read to be shown. */
	atomic_fetch_add_explicit(&counts[m], n, memory_order_relaxed);
}

static void add_head(struct strbuf *out, const char *family, const char *help, const char *type)
{
	strbuf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", family, help, family, type);
}

static void add_name(struct strbuf *out, const char *family, const char *labels)
{
	if (*labels)
		strbuf_addf(out, "%s{%s} ", family, labels);
	else
		strbuf_addf(out, "%s ", family);
}

int metrics_render(struct strbuf *out)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		uint64_t n = atomic_load_explicit(&counts[m], memory_order_relaxed);

		metrics_counter(out, rows[m].family, *rows[m].help ? rows[m].help : NULL,
				rows[m].labels, n);
	}
	return out->err;
}

int metrics_counter(struct strbuf *out, const char *family, const char *help, const char *labels,
		    uint64_t value)
{
	if (help)
		add_head(out, family, help, "counter");
	add_name(out, family, labels);
	return strbuf_addf(out, "%" PRIu64 "\n", value);
}

int metrics_gauge(struct strbuf *out, const char *family, const char *help, const char *labels,
		  int64_t value)
{
	if (help)
		add_head(out, family, help, "gauge");
	add_name(out, family, labels);
	return strbuf_addf(out, "%" PRId64 "\n", value);
}
