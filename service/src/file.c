/**
 * @file file.c  Small files
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

/* Read up to `max` bytes. */
static int read_all(int fd, char *text, size_t max, size_t *len)
{
	*len = 0;
	while (*len < max) {
		ssize_t n = read(fd, text + *len, max - *len);

		if (n == 0)
			break;
		if (n > 0)
			*len += (size_t)n;
		else if (errno != EINTR)
			return errno;
	}
	return 0;
}

int file_read(const char *path, size_t max, char **out)
{
	char *text = malloc(max + 2); /* one byte more than it may have, and the NUL */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = !text ? ENOMEM : fd < 0 ? errno : 0;
	size_t len = 0;

	if (!err)
		err = read_all(fd, text, max + 1, &len);
	if (!err) {
		text[len] = '\0';
		err = len > max ? EFBIG : strlen(text) != len ? EBADMSG : 0;
	}
	if (fd >= 0)
		close(fd);
	if (err)
		free(text);
	else
		*out = text;
	return err;
}
