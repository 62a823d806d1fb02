/*
 * The state machine of a line. README.md says what is what; worlds.py which worlds are searched.
 */
#include "state.pml"
#include "sights.pml"
#include "scripts.pml"
#include "transitions.pml"
#include "applying.pml"
#include "rules.pml"
#include "media.pml"
#if CALLERS == FREE
#include "events.pml"
#else
#include "callers.pml"
#endif
#if CONSUMERS
#include "consumer.pml"
#endif

init {
	byte n;

	atomic {
#if CONSUMERS
		lease.epoch = 1;
		replica[0].epoch = 1;
		for (n : 0 .. CONSUMERS - 1) {
			run consumer(n)
		}
#if LAPSES
		run lapse();
#endif
#endif
		for (n : 1 .. LEGS) {
#if CALLERS == FREE
			run events(n)
#else
			run caller_of(n)
#endif
		}
#if CALLERS == FREE
		run operator();
#else
		run last();
#endif
#if RESTARTS
		run rtpengine_dies();
#endif
		run watch(); /* the last is the first to look */
		n = 0
	}
}
