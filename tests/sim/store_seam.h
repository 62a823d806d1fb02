/**
 * @file store_seam.h  The way to Redis
 */
#ifndef STORE_SEAM_H
#define STORE_SEAM_H

/** @return how many scripts have run since the program began */
unsigned long store_seam_scripts(void);

#endif
