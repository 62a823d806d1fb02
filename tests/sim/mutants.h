/**
 * @file mutants.h  Broken products: each must be noticed by the histories
 *
 * A mutant is a change to the text of the scripts, or a command that the service believes to have
 * given.
 */
#ifndef MUTANTS_H
#define MUTANTS_H

#include <stdbool.h>
#include <stddef.h>

/** @return how many there are */
size_t mutants_count(void);

/** @return name of one */
const char *mutants_name(size_t n);

/** Break the product so. @return false: no script has the text that it changes */
bool mutants_choose(size_t n);

/** The product as it is. */
void mutants_none(void);

/** @return true: what is named so is forgotten */
bool mutants_forget(const char *what);

/** @return true: what is named so is done twice */
bool mutants_double(const char *what);

#endif
