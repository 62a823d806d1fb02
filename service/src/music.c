/**
 * @file music.c  Music files, named and played so that rtpengine survives it
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "music.h"
#include "net.h"

enum {
	BAD_FILES = 64, /* remembered; a later one takes the place of the oldest */
	ALIAS_BITS = 48,
};

/* A file that could not be read. */
struct bad_file {
	char name[MUSIC_FILE_BUF];
	bool own;
	uint64_t alias;	    /* by which it is asked for next */
	int64_t not_before; /* monotonic, ms */
};

struct music {
	pthread_mutex_t lock; /* held from music_begin() to music_end() */
	char turn[32];	      /* a name that the replica has whose turn it is to play */
	int turn_fd;	      /* -1 = it is not ours */
	int64_t
	    hung_until; /* monotonic, ms: another has kept it for too long and is not waited for */
	uint64_t first_alias, last_alias;
	struct bad_file bad[BAD_FILES];
	size_t failures; /* the last BAD_FILES of them are in bad[] */
};

int music_alloc(struct music **mp, uint16_t ng_port)
{
	struct music *m = calloc(1, sizeof(*m));

	if (!m)
		return ENOMEM;
	pthread_mutex_init(&m->lock, NULL);
	snprintf(m->turn, sizeof(m->turn), "execline-music-%u", ng_port);
	m->turn_fd = -1;
	/* No other process, before us or beside us, has asked for the same. */
	if (getrandom(&m->first_alias, sizeof(m->first_alias), 0) != sizeof(m->first_alias)) {
		free(m);
		return EIO;
	}
	m->first_alias &= (UINT64_C(1) << (ALIAS_BITS - 1)) - 1;
	m->last_alias = m->first_alias;
	*mp = m;
	return 0;
}

void music_free(struct music *m)
{
	if (!m)
		return;
	pthread_mutex_destroy(&m->lock);
	free(m);
}

static struct bad_file *find(struct music *m, const struct music_file *file)
{
	for (size_t i = 0; i < BAD_FILES && i < m->failures; i++) {
		if (m->bad[i].own == file->own && strcmp(m->bad[i].name, file->name) == 0)
			return &m->bad[i];
	}
	return NULL;
}

/* Each bit is a slash, with a dot behind it if it is set: another path to the same place. */
static void print_alias(uint64_t alias, char out[2 * ALIAS_BITS + 1])
{
	for (unsigned bits = 0; alias && bits < ALIAS_BITS; alias >>= 1, bits++) {
		*out++ = '/';
		if (alias & 1)
			*out++ = '.';
	}
	*out = '\0';
}

static int print_path(const struct music_file *file, uint64_t alias, char path[MUSIC_PATH_BUF])
{
	char dots[2 * ALIAS_BITS + 1], pt[16] = "";
	int n;

	if (file->pt != MUSIC_PT_STATIC)
		snprintf(pt, sizeof(pt), "/pt%d", file->pt);
	print_alias(alias, dots);
	n = snprintf(path, MUSIC_PATH_BUF, "/music%s%s%s/%s", pt, dots, file->own ? "/custom" : "",
		     file->name);
	return n < 0 || n >= MUSIC_PATH_BUF ? ENOSPC : 0;
}

/* Waits until no other replica plays. Without its turn it plays all the same after a while: whoever
 * has it was stopped, and its command is long over. */
static void take_turn(struct music *m)
{
	const struct timespec nap = {0, 500 * 1000};
	int64_t until = clock_mono_ms() + MUSIC_TURN_MS;

	if (clock_mono_ms() < m->hung_until)
		until = 0;
	while (net_claim(m->turn, &m->turn_fd) == EADDRINUSE) {
		if (clock_mono_ms() >= until) {
			m->hung_until = clock_mono_ms() + MUSIC_PAUSE_MS;
			return;
		}
		nanosleep(&nap, NULL);
	}
}

static void end_turn(struct music *m)
{
	if (m->turn_fd >= 0)
		close(m->turn_fd);
	m->turn_fd = -1;
}

/* A line's own file may have failed under its plain name before we were started. */
int music_begin(struct music *m, const struct music_file *file, char path[MUSIC_PATH_BUF])
{
	const struct bad_file *bad;
	int err;

	pthread_mutex_lock(&m->lock);
	bad = find(m, file);
	if (bad && clock_mono_ms() < bad->not_before)
		err = ENOENT;
	else if (bad)
		err = print_path(file, bad->alias, path);
	else
		err = print_path(file, file->own ? m->first_alias : 0, path);
	if (err)
		pthread_mutex_unlock(&m->lock);
	else
		take_turn(m);
	return err;
}

void music_end(struct music *m, const struct music_file *file, bool readable)
{
	struct bad_file *bad;

	if (!readable) {
		bad = find(m, file);
		if (!bad)
			bad = &m->bad[m->failures++ % BAD_FILES];
		snprintf(bad->name, sizeof(bad->name), "%s", file->name);
		bad->own = file->own;
		bad->alias = ++m->last_alias;
		bad->not_before = clock_mono_ms() + MUSIC_PAUSE_MS;
	}
	end_turn(m);
	pthread_mutex_unlock(&m->lock);
}
