/**
 * @file mood.c  How unlucky a history is
 */
#include "chance.h"
#include "mood.h"

struct mood mood;

/* Half of the histories are spared a trouble, so that the others are not drowned in it. */
static unsigned drawn(unsigned most)
{
	return chance_of(500) ? 0 : chance_between(1, most);
}

void mood_draw(void)
{
#define X(name, most) mood.name = drawn(most);
	MOODS(X)
#undef X
	mood.impatient = chance_between(100, 500);
	mood.fickle = chance_between(100, 500);
}

void mood_calm(void)
{
	mood = (struct mood){0};
}
