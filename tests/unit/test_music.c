/**
 * @file test_music.c  Names of music files
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "music.h"

enum { THREADS = 8, PLAYS = 200 };

static struct music *music;

static int start(void **state)
{
	(void)state;
	return music_alloc(&music, 1);
}

static int stop(void **state)
{
	(void)state;
	music_free(music);
	return 0;
}

static const struct music_file standard = {"hold.wav", false, MUSIC_PT_STATIC};
static const struct music_file own = {"own.wav", true, MUSIC_PT_STATIC};

/* One play. @return of music_begin() */
static int play(const struct music_file *file, bool readable, char path[MUSIC_PATH_BUF])
{
	int err = music_begin(music, file, path);

	if (!err)
		music_end(music, file, readable);
	return err;
}

/* The path without what means nothing in it. */
static void assert_leads_to(const char *path, const char *place)
{
	char plain[MUSIC_PATH_BUF];
	size_t n = 0;

	for (const char *p = path; *p; p++) {
		if (p[0] == '/' && (p[1] == '/' || (p[1] == '.' && p[2] == '/')))
			p += p[1] == '.';
		else
			plain[n++] = *p;
	}
	plain[n] = '\0';
	assert_string_equal(plain, place);
}

static void the_standard_file_has_its_plain_name(void **state)
{
	char path[MUSIC_PATH_BUF];

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(play(&standard, true, path), 0);
		assert_string_equal(path, "/music/hold.wav");
	}
}

static void a_payload_type_has_a_name_of_its_own(void **state)
{
	struct music_file file = standard;
	char path[MUSIC_PATH_BUF];

	(void)state;
	file.pt = 111;
	assert_int_equal(play(&file, true, path), 0);
	assert_string_equal(path, "/music/pt111/hold.wav");
	file = own;
	file.pt = 96;
	assert_int_equal(play(&file, true, path), 0);
	assert_leads_to(path, "/music/pt96/custom/own.wav");
}

/* What an earlier process knew of it is not known, so the plain name is not safe. */
static void a_line_s_file_is_named_by_our_start(void **state)
{
	char first[MUSIC_PATH_BUF], second[MUSIC_PATH_BUF];

	(void)state;
	assert_int_equal(play(&own, true, first), 0);
	assert_leads_to(first, "/music/custom/own.wav");
	assert_string_not_equal(first, "/music/custom/own.wav");
	assert_int_equal(play(&own, true, second), 0);
	assert_string_equal(first, second);
}

static void a_file_that_cannot_be_read_rests(void **state)
{
	const struct music_file *files[] = {&standard, &own};
	char path[MUSIC_PATH_BUF] = "untouched";
	struct music_file other = own;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(play(files[i], false, path), 0);
		assert_int_equal(play(files[i], true, path), ENOENT);
	}
	/* that goes for its other names, too, but not for another file of that name */
	other.pt = 96;
	assert_int_equal(play(&other, true, path), ENOENT);
	other.own = false;
	assert_int_equal(play(&other, true, path), 0);
}

static void a_name_that_is_too_long_is_refused(void **state)
{
	char name[MUSIC_PATH_BUF] = "", path[MUSIC_PATH_BUF];
	const struct music_file file = {name, false, MUSIC_PT_STATIC};

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	assert_int_equal(play(&file, true, path), ENOSPC);
	assert_int_equal(play(&standard, true, path), 0); /* the lock was given back */
}

static atomic_int playing, most;

static void *play_often(void *arg)
{
	struct music *m = arg;
	char path[MUSIC_PATH_BUF];
	uintptr_t failures = 0;

	for (int i = 0; i < PLAYS; i++) {
		int now;

		failures += music_begin(m, &standard, path) != 0;
		now = atomic_fetch_add(&playing, 1) + 1;
		if (now > atomic_load(&most))
			atomic_store(&most, now);
		atomic_fetch_sub(&playing, 1);
		music_end(m, &standard, true);
	}
	return (void *)failures;
}

/* Threads of two replicas. */
static void one_plays_at_a_time(void **state)
{
	struct music *replica = NULL;
	pthread_t threads[THREADS];
	void *failures;

	(void)state;
	assert_int_equal(music_alloc(&replica, 1), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, play_often, i % 2 ? replica : music), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &failures), 0);
		assert_null(failures);
	}
	assert_int_equal(atomic_load(&most), 1);
	music_free(replica);
}

static void a_replica_that_hangs_is_not_waited_for_for_ever(void **state)
{
	struct music *hung = NULL;
	char path[MUSIC_PATH_BUF];

	(void)state;
	assert_int_equal(music_alloc(&hung, 1), 0);
	assert_int_equal(music_begin(hung, &standard, path), 0);
	assert_int_equal(play(&standard, true, path), 0);
	music_end(hung, &standard, true);
	assert_int_equal(play(&standard, true, path), 0);
	music_free(hung);
}

static void many_bad_files_are_remembered(void **state)
{
	char name[] = "a.wav", path[MUSIC_PATH_BUF];
	const struct music_file file = {name, true, MUSIC_PT_STATIC};

	(void)state;
	for (name[0] = 'A'; name[0] <= 'Z'; name[0]++)
		assert_int_equal(play(&file, false, path), 0);
	for (name[0] = 'A'; name[0] <= 'Z'; name[0]++)
		assert_int_equal(play(&file, true, path), ENOENT);
	music_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_standard_file_has_its_plain_name, start, stop),
	    cmocka_unit_test_setup_teardown(a_payload_type_has_a_name_of_its_own, start, stop),
	    cmocka_unit_test_setup_teardown(a_line_s_file_is_named_by_our_start, start, stop),
	    cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_rests, start, stop),
	    cmocka_unit_test_setup_teardown(a_name_that_is_too_long_is_refused, start, stop),
	    cmocka_unit_test_setup_teardown(one_plays_at_a_time, start, stop),
	    cmocka_unit_test_setup_teardown(a_replica_that_hangs_is_not_waited_for_for_ever, start,
					    stop),
	    cmocka_unit_test_setup_teardown(many_bad_files_are_remembered, start, stop),
	};

	return cmocka_run_group_tests_name("music", tests, NULL, NULL);
}
