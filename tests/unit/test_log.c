/**
 * @file test_log.c  Log lines, and that no value can forge one
 */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"

static int saved_stderr, reader;
static char out[LOG_LINE_MAX + 1];

static int redirect(void **state)
{
	int fds[2];

	(void)state;
	if (pipe(fds))
		return -1;
	saved_stderr = dup(STDERR_FILENO);
	dup2(fds[1], STDERR_FILENO);
	close(fds[1]);
	reader = fds[0];
	return 0;
}

static int restore(void **state)
{
	(void)state;
	log_level_set(LOG_LEVEL_INFO);
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	close(reader);
	return 0;
}

/* What one write(2) brought, behind the time; fails if it is not one line. */
static const char *written(void)
{
	ssize_t n = read(reader, out, sizeof(out) - 1);

	assert_true(n > 0);
	out[n] = '\0';
	assert_ptr_equal(strchr(out, '\n'), out + n - 1);
	assert_int_equal(strspn(out, "ts=0123456789-T:.Z"), 27);
	out[n - 1] = '\0';
	return out + 28;
}

static void a_line_has_its_pairs(void **state)
{
	(void)state;
	log_info("sms_sent", LOG_S("line", "main"), LOG_I("attempts", -2), LOG_B("ok", true),
		 LOG_E("error", ETIMEDOUT), LOG_E("odd", 99999));
	assert_string_equal(written(), "level=info event=sms_sent line=main attempts=-2 ok=true "
				       "error=ETIMEDOUT odd=99999");
	log_error("stopped");
	assert_string_equal(written(), "level=error event=stopped");
}

static void values_are_bare_or_quoted(void **state)
{
	static const char *const cases[][2] = {
	    {"+15550100", "+15550100"},
	    {"a.b_c:d@e/f-G", "a.b_c:d@e/f-G"},
	    {"", "\"\""},
	    {NULL, "\"\""},
	    {"a b", "\"a b\""},
	    {"a=b", "\"a=b\""},
	    {"say \"x\\\"", "\"say \\\"x\\\\\\\"\""},
	    {"a\r\n\tb", "\"a\\r\\n\\tb\""},
	    {"x\nts=2026-01-01T00:00:00.000Z level=info event=forged",
	     "\"x\\nts=2026-01-01T00:00:00.000Z level=info event=forged\""},
	    {"\x1b[2J", "\"\\x1b[2J\""},
	    {"\x7f", "\"\\x7f\""},
	    {"J\xc3\xbcrgen \xff\xc2\x9b", "\"J\\xc3\\xbcrgen \\xff\\xc2\\x9b\""},
	};
	char want[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		log_info("x", LOG_S("v", cases[i][0]));
		snprintf(want, sizeof(want), "level=info event=x v=%s", cases[i][1]);
		assert_string_equal(written(), want);
	}
}

static void long_values_are_cut(void **state)
{
	char value[LOG_VALUE_MAX + 2];
	const char *line;

	(void)state;
	memset(value, 'a', sizeof(value));
	value[LOG_VALUE_MAX] = '\0';
	log_info("x", LOG_S("v", value), LOG_I("n", 1));
	line = written();
	assert_int_equal(strlen(line), strlen("level=info event=x v= n=1") + LOG_VALUE_MAX);

	value[LOG_VALUE_MAX] = 'a';
	value[LOG_VALUE_MAX + 1] = '\0';
	log_info("x", LOG_S("v", value), LOG_I("n", 1));
	line = written();
	assert_non_null(strstr(line, "aaa...\" n=1"));
}

static void pairs_that_do_not_fit_are_left_out_whole(void **state)
{
	char value[LOG_VALUE_MAX + 1];
	const char *line;

	(void)state;
	memset(value, '\x01', LOG_VALUE_MAX);
	value[LOG_VALUE_MAX] = '\0';
	log_info("x", LOG_S("a", value), LOG_S("b", value), LOG_S("c", value), LOG_I("d", 4));
	line = written();
	assert_true(strlen(line) < LOG_LINE_MAX);
	assert_non_null(strstr(line, " a=\"\\x01"));
	assert_null(strstr(line, " b="));
	assert_null(strstr(line, " c="));
	assert_non_null(strstr(line, "\\x01\" d=4 truncated=true"));
}

static void a_line_fits_into_one_atomic_write(void **state)
{
	(void)state;
	assert_true(LOG_LINE_MAX <= PIPE_BUF);
}

static void lower_levels_are_dropped(void **state)
{
	(void)state;
	log_debug("hidden");
	log_level_set(LOG_LEVEL_ERROR);
	log_warn("hidden");
	log_error("shown");
	assert_string_equal(written(), "level=error event=shown");
	log_level_set(LOG_LEVEL_DEBUG);
	log_debug("shown");
	assert_string_equal(written(), "level=debug event=shown");
}

static void errno_is_kept(void **state)
{
	(void)state;
	close(STDERR_FILENO);
	errno = EAGAIN;
	log_info("lost");
	assert_int_equal(errno, EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_line_has_its_pairs, redirect, restore),
	    cmocka_unit_test_setup_teardown(values_are_bare_or_quoted, redirect, restore),
	    cmocka_unit_test_setup_teardown(long_values_are_cut, redirect, restore),
	    cmocka_unit_test_setup_teardown(pairs_that_do_not_fit_are_left_out_whole, redirect,
					    restore),
	    cmocka_unit_test_setup_teardown(lower_levels_are_dropped, redirect, restore),
	    cmocka_unit_test_setup_teardown(errno_is_kept, redirect, restore),
	    cmocka_unit_test(a_line_fits_into_one_atomic_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
