/**
 * @file pin.c  The PIN of a line
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "digest.h"
#include "line.h"
#include "pin.h"

enum {
	SALT_DIGITS = 16,
	TOKEN_DIGITS = PIN_TOKEN_BUF - 1,
};

bool pin_valid(const char *pin)
{
	size_t n = pin ? strspn(pin, "0123456789") : 0;

	return n >= PIN_LENGTH_MIN && n < PIN_BUF && !pin[n];
}

int pin_token(const char *secret, const char *line, char digit, char out[PIN_TOKEN_BUF])
{
	char message[LINE_ID_BUF + 16], code[DIGEST_HEX_BUF];
	int n, err;

	if (!secret || !*secret || !line_id_valid(line) || digit < '0' || digit > '9' || !out)
		return EINVAL;
	n = snprintf(message, sizeof(message), "pin\n%s\n%c", line, digit);
	err = digest_hmac_hex((struct digest_bytes){secret, strlen(secret)},
			      (struct digest_bytes){message, (size_t)n}, code);
	if (!err)
		snprintf(out, PIN_TOKEN_BUF, "%.*s", TOKEN_DIGITS, code);
	return err;
}

int pin_seal(const char *secret, const char *line, const char *pin, char out[PIN_SEALED_BUF])
{
	char text[SALT_DIGITS + (PIN_BUF - 1) * TOKEN_DIGITS + 1], digest[DIGEST_SHA1_BUF];
	uint64_t salt;
	size_t n;
	int err = 0;

	if (!pin_valid(pin) || !out)
		return EINVAL;
	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		return EIO;
	n = (size_t)snprintf(text, sizeof(text), "%016" PRIx64, salt);
	for (const char *p = pin; *p && !err; p++, n += TOKEN_DIGITS)
		err = pin_token(secret, line, *p, text + n);
	if (!err)
		err = digest_sha1_hex(text, n, digest);
	if (!err)
		snprintf(out, PIN_SEALED_BUF, "%zu:%016" PRIx64 ":%s", strlen(pin), salt, digest);
	explicit_bzero(text, sizeof(text));
	return err;
}
