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

/* What takes a death in the right moment is rare among many callers and many troubles: some
 * histories have few of both, and many deaths. */
static void draw_deaths(void)
{
	mood_calm();
	mood.die = chance_between(30, 150);
	mood.abrupt = chance_between(200, 700);
	mood.interleave = drawn(30);
	mood.freeze = drawn(30);
	mood.crowd = chance_between(2, 3);
}

static void draw_any(void)
{
#define X(name, most) mood.name = drawn(most);
	MOODS(X)
#undef X
	mood.crowd = chance_between(2, CROWD_MAX);
}

void mood_draw(void)
{
	if (chance_of(200))
		draw_deaths();
	else
		draw_any();
	mood.impatient = chance_between(100, 500);
	mood.fickle = chance_between(100, 500);
}

void mood_calm(void)
{
	mood = (struct mood){0};
}
