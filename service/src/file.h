/**
 * @file file.h  Small files
 */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>

/**
 * Read a file.
 *
 * @param max  Bytes that it may have
 * @param out  Its text with a NUL behind it, written only on success; free with free()
 *
 * @return 0, EFBIG, ENOMEM, EBADMSG it has a NUL, or what open() or read() said
 */
__attribute__((warn_unused_result)) int file_read(const char *path, size_t max, char **out);

#endif
