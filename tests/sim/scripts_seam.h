/**
 * @file scripts_seam.h  The scripts that the service runs, of which a mutant may change the text
 */
#ifndef SCRIPTS_SEAM_H
#define SCRIPTS_SEAM_H

#include <stdbool.h>

/** As they are built. */
void scripts_restore(void);

/** Replace a text wherever it stands. @return false if it stands nowhere */
bool scripts_replace(const char *old, const char *new_text);

#endif
