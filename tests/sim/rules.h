/**
 * @file rules.h  What must hold after each step, when everything has come to rest, and at the end
 */
#ifndef RULES_H
#define RULES_H

#include <stdbool.h>

/** Begin a history. */
void rules_begin(void);

/** After a step, if a script has run in it: what Redis shows (look.lua), and that an ended leg
 * never comes back. */
void rules_look(void);

/** Look as well. @return true if nothing is to be done any more; else what is still open is kept
 * for rules_open()
 */
bool rules_quiet(void);

/** @return what was open when rules_quiet() looked last */
const char *rules_open(void);

/** At rest: phones, Redis and rtpengine agree, and everybody hears what they should. */
void rules_rest(void);

/** When all have hung up, and the time of tombstones is over. */
void rules_end(void);

#endif
