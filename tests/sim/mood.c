/**
 * @file mood.c  How unlucky a history is
 */
#include "chance.h"
#include "mood.h"

enum { CROWD_MAX = 9 };

struct mood mood;

/* Half of the histories are spared a trouble, so that the others are not drowned in it. */
static unsigned drawn(unsigned most)
{
	return chance_of(500) ? 0 : chance_between(1, most);
}

static void draw_any(void)
{
#define X(name, most) mood.name = drawn(most);
	MOODS(X)
#undef X
	mood.replicas = chance_of(400) ? 2 : 1;
	mood.crowd = chance_between(2, CROWD_MAX);
}

/* What takes a trouble in the right moment is rare among many callers and many troubles: some
 * histories have few of both, and much of one. */
static void draw_few(void)
{
	mood.interleave = chance_between(10, 60);
	mood.abrupt = chance_between(200, 700);
	mood.pairs = chance_between(300, 900);
	mood.replicas = chance_of(700) ? 2 : 1;
	mood.crowd = chance_between(2, 4);
}

static void draw_deaths(void)
{
	draw_few();
	mood.die = chance_between(30, 150);
}

static void draw_pauses(void)
{
	draw_few();
	mood.freeze = chance_between(2, 8);
	mood.replicas = 2;
}

static void draw_losses(void)
{
	draw_few();
	mood.loses = chance_between(200, 500);
	mood.fault = drawn(300);
	mood.declines = drawn(150);
	mood.rpc_lost = drawn(100);
}

static void draw_doubts(void)
{
	draw_few();
	mood.sms_bad = chance_between(200, 600);
	mood.fault = drawn(300);
	mood.store_lost = drawn(100);
}

static void (*const draws[])(void) = {
    [MOOD_MIXED] = draw_any,	 [MOOD_DEATHS] = draw_deaths, [MOOD_PAUSES] = draw_pauses,
    [MOOD_LOSSES] = draw_losses, [MOOD_DOUBTS] = draw_doubts,
};

static enum mood_kind wanted;

void mood_want(enum mood_kind kind)
{
	wanted = kind;
}

void mood_draw(void)
{
	const unsigned n = chance_below(20);

	mood_calm();
	draws[wanted ? wanted : n < MOOD_COUNT ? n : MOOD_MIXED]();
	mood.busy_line = chance_below(2);
	mood.impatient = chance_between(100, 500);
	mood.fickle = chance_between(100, 500);
}

void mood_calm(void)
{
	mood = (struct mood){0};
}
