/**
 * @file test_strbuf.c  Bounded string builder
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "strbuf.h"

static void empty_gives_an_empty_text(void **state)
{
	struct strbuf b;
	char *p = NULL;

	(void)state;
	strbuf_init(&b, 10);
	assert_null(b.p);
	assert_int_equal(strbuf_take(&b, &p), 0);
	assert_string_equal(p, "");
	free(p);
}

static void pieces_are_joined(void **state)
{
	struct strbuf b;
	char *p = NULL;

	(void)state;
	strbuf_init(&b, 1000);
	assert_int_equal(strbuf_add(&b, "ab\0c", 4), 0);
	assert_int_equal(strbuf_addf(&b, "-%d-%s", 42, "x"), 0);
	assert_int_equal(b.len, 9);
	assert_int_equal(strbuf_take(&b, &p), 0);
	assert_memory_equal(p, "ab\0c-42-x", 10);
	free(p);
	assert_int_equal(b.len, 0);
	assert_null(b.p);
}

static void it_grows_to_its_maximum_and_no_further(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b, 5000);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(strbuf_add(&b, "x", 1), 0);
	assert_int_equal(b.len, 5000);
	assert_int_equal(strlen(b.p), 5000);
	assert_int_equal(strbuf_add(&b, "x", 1), ENOSPC);
	strbuf_free(&b);
}

static void failure_sticks(void **state)
{
	struct strbuf b;
	char *p = NULL;

	(void)state;
	strbuf_init(&b, 4);
	assert_int_equal(strbuf_add(&b, "1234", 4), 0);
	assert_int_equal(strbuf_addf(&b, "%s", "5"), ENOSPC);
	assert_null(b.p);
	assert_int_equal(strbuf_add(&b, "", 0), ENOSPC);
	assert_int_equal(strbuf_addf(&b, "x"), ENOSPC);
	assert_int_equal(strbuf_take(&b, &p), ENOSPC);
	assert_null(p);
	strbuf_free(&b);
	assert_int_equal(strbuf_add(&b, "1234", 4), 0);
	strbuf_free(&b);
}

static void a_size_that_would_overflow_is_refused(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b, 100);
	assert_int_equal(strbuf_add(&b, "x", 1), 0);
	assert_int_equal(strbuf_add(&b, "x", SIZE_MAX), ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(empty_gives_an_empty_text),
	    cmocka_unit_test(pieces_are_joined),
	    cmocka_unit_test(it_grows_to_its_maximum_and_no_further),
	    cmocka_unit_test(failure_sticks),
	    cmocka_unit_test(a_size_that_would_overflow_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
