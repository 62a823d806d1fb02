/**
 * @file json_decode.h  Decoding of a JSON object into a struct, by a table
 */
#ifndef JSON_DECODE_H
#define JSON_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"

enum {
	JSON_ITEM_MAX = 128, /**< bytes of an item of JSON_K_STRS, if the field says nothing else */
};

enum json_kind {
	JSON_K_STR,  /**< char[max]; lo to max - 1 bytes */
	JSON_K_TEXT, /**< char *, allocated; lo to max bytes */
	JSON_K_INT,  /**< int64_t; lo to hi */
	JSON_K_BOOL, /**< bool */
	JSON_K_FLAG, /**< bool; also 0 or 1, which is how Kamailio says it (jansson_xencode) */
	JSON_K_ENUM, /**< int, index into names */
	JSON_K_STRS, /**< struct json_strs; lo to max items of 1 to hi (0: JSON_ITEM_MAX) bytes */
	JSON_K_OBJ,  /**< a struct within the struct, described by spec */
};

/** Texts of a JSON_K_STRS */
struct json_strs {
	size_t n;
	char **item; /**< one allocation holds these pointers and the texts */
};

/** A member that may be there; the kind says which of the others it needs */
struct json_field {
	const char *name;
	enum json_kind kind;
	size_t offset;
	size_t max;
	int64_t lo, hi;
	bool required;
	const char *const *names; /**< NULL-terminated */
	const struct json_spec *spec;
};

struct json_spec {
	const struct json_field *fields;
	size_t n;
};

/**
 * Decode an object. Members that are absent leave their field as it was, so set defaults before (of
 * JSON_K_TEXT and JSON_K_STRS: NULL, or allocated). Members that the table does not name are
 * refused.
 *
 * @param out  What the table describes; may be partly written on error, so json_decode_free() it in
 *             any case
 * @param why  Message on EINVAL: the dotted path of the member, and what is allowed
 *
 * @return 0, EINVAL, ENOMEM
 */
__attribute__((warn_unused_result)) int json_decode(const struct json *object,
						    const struct json_spec *spec, void *out,
						    char why[JSON_WHY_MAX]);

/**
 * Parse and decode.
 *
 * @param why  As above; on EBADMSG where the text stops to be JSON
 *
 * @return 0, EBADMSG, EINVAL, ENOMEM
 */
__attribute__((warn_unused_result)) int json_read(const char *text, size_t len,
						  const struct json_spec *spec, void *out,
						  char why[JSON_WHY_MAX]);

/** Free what json_decode() allocated in out, and set it to NULL. */
void json_decode_free(const struct json_spec *spec, void *out);

#endif
