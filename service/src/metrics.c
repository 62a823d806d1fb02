/**
 * @file metrics.c  Counters and durations of this process, in Prometheus text format
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

static const char STEPS[] = "execline_invite_seconds";
static const char *const step_names[METRIC_STEP_COUNT] = {
#define X(symbol, step) step,
    METRICS_STEPS(X)
#undef X
};

/* Upper bounds; the last bucket has none. */
static const struct bound {
	int64_t us;
	const char *le; /* in seconds */
} bounds[] = {
    {1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"}, {10000, "0.01"},
    {25000, "0.025"}, {50000, "0.05"},	{100000, "0.1"}, {250000, "0.25"},
    {500000, "0.5"},  {1000000, "1"},	{2000000, "2"},
};

enum { BOUNDS = sizeof(bounds) / sizeof(bounds[0]) };

/* What fell into each bucket, not into those below. */
static struct histogram {
	_Atomic uint64_t buckets[BOUNDS + 1];
	_Atomic uint64_t sum_us;
} steps[METRIC_STEP_COUNT];

void metrics_inc(enum metric m)
{
	metrics_add(m, 1);
}

void metrics_add(enum metric m, uint64_t n)
{
	/* Counters order nothing: they are only read to be shown. */
	atomic_fetch_add_explicit(&counts[m], n, memory_order_relaxed);
}

void metrics_took(enum metric_step step, int64_t us)
{
	struct histogram *h = &steps[step];
	size_t i = 0;

	while (i < BOUNDS && us > bounds[i].us)
		i++;
	atomic_fetch_add_explicit(&h->buckets[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->sum_us, (uint64_t)us, memory_order_relaxed);
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

/* The count is that of the last bucket, so that both agree while others add to them. */
static void render_step(struct strbuf *out, enum metric_step step)
{
	const char *name = step_names[step];
	uint64_t sum_us = atomic_load_explicit(&steps[step].sum_us, memory_order_relaxed), n = 0;

	for (size_t i = 0; i <= BOUNDS; i++) {
		n += atomic_load_explicit(&steps[step].buckets[i], memory_order_relaxed);
		strbuf_addf(out, "%s_bucket{step=\"%s\",le=\"%s\"} %" PRIu64 "\n", STEPS, name,
			    i < BOUNDS ? bounds[i].le : "+Inf", n);
	}
	strbuf_addf(out, "%s_sum{step=\"%s\"} %" PRIu64 ".%06" PRIu64 "\n", STEPS, name,
		    sum_us / 1000000, sum_us % 1000000);
	strbuf_addf(out, "%s_count{step=\"%s\"} %" PRIu64 "\n", STEPS, name, n);
}

int metrics_render(struct strbuf *out)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		uint64_t n = atomic_load_explicit(&counts[m], memory_order_relaxed);

		metrics_counter(out, rows[m].family, *rows[m].help ? rows[m].help : NULL,
				rows[m].labels, n);
	}
	add_head(out, STEPS, "The decision on an INVITE, and what each took of it", "histogram");
	for (enum metric_step step = 0; step < METRIC_STEP_COUNT; step++)
		render_step(out, step);
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
