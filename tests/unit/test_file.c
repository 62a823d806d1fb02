/**
 * @file test_file.c  Small files
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"

enum { MAX = 8 };

static char path[] = "/tmp/test_file.XXXXXX";

static int start(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	return unlink(path);
}

static void assert_read(const char *text, size_t n, int err)
{
	FILE *f = fopen(path, "w");
	char *got = NULL;

	assert_non_null(f);
	fwrite(text, 1, n, f);
	fclose(f);
	assert_int_equal(file_read(path, MAX, &got), err);
	if (err)
		assert_null(got);
	else
		assert_string_equal(got, text);
	free(got);
}

static void a_file_is_read_up_to_its_maximum(void **state)
{
	char *got = NULL;

	(void)state;
	assert_read("", 0, 0);
	assert_read("1234567\n", MAX, 0);
	assert_read("12345678\n", MAX + 1, EFBIG);
	assert_read("12\0"
		    "4",
		    4, EBADMSG);
	assert_int_equal(file_read("/nonexistent", MAX, &got), ENOENT);
	assert_int_equal(file_read("/", MAX, &got), EISDIR);
	assert_null(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_file_is_read_up_to_its_maximum)};

	return cmocka_run_group_tests(tests, start, stop);
}
