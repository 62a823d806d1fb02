/**
 * @file json.h  All JSON in and out
 *
 * The only module that includes jansson.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	JSON_WHY_MAX = 256, /**< bytes of a message, with the NUL */
};

/**
 * A JSON value. One that json_parse(), json_new_object() or json_new_array() made is the caller's,
 * to be freed with json_free(); one that json_get() or json_at() found belongs to its parent.
 */
struct json;

/**
 * Parse an object or array. Duplicate keys, strings with a NUL, invalid UTF-8 and anything behind
 * the value are refused.
 *
 * @param out  Written only on success
 *
 * @return 0, EINVAL, EBADMSG
 */
__attribute__((warn_unused_result)) int json_parse(const char *text, size_t len, struct json **out);

/** As json_parse(). @param why  Message on EBADMSG: where the text stops to be JSON */
__attribute__((warn_unused_result)) int json_parse_why(const char *text, size_t len,
						       struct json **out, char why[JSON_WHY_MAX]);

/** Free a value with all below it. @param v  May be NULL */
void json_free(struct json *v);

/**
 * The end of building a value.
 *
 * @param v    What was built
 * @param err  Whether something failed on the way
 *
 * @return v, or NULL (and v is freed) if something failed
 */
struct json *json_done(struct json *v, int err);

/*
 * Readers. They take NULL and values of any type, so that they can be nested: what is not there, or
 * is something else, is NULL, 0 or false.
 */

/** @return member of an object */
const struct json *json_get(const struct json *object, const char *key);

/** @return item of an array */
const struct json *json_at(const struct json *array, size_t i);

/** @return number of items of an array */
size_t json_len(const struct json *array);

/** @return text of a string */
const char *json_str(const struct json *v);

/** @return true if it is the value true */
bool json_is_true(const struct json *v);

/** @return true if it is an object */
bool json_is_object(const struct json *v);

/** @return true if it is an array */
bool json_is_array(const struct json *v);

/** @return true if it is true or false */
bool json_is_bool(const struct json *v);

typedef bool(json_each_h)(const char *key, const struct json *v, void *arg);

/** Go through an object until a call returns true. @return true if one did */
bool json_each(const struct json *object, json_each_h *eachh, void *arg);

/**
 * Read an integer.
 *
 * @param out  Written only on success
 *
 * @return 0 or EINVAL
 */
int json_int(const struct json *v, int64_t *out);

/*
 * Builders. A NULL object, array or child stands for an allocation that failed, so that a run of
 * them needs one check, at its end. All return 0 or ENOMEM.
 */

/** @return empty object, or NULL */
struct json *json_new_object(void);

/** @return empty array, or NULL */
struct json *json_new_array(void);

/** Set a text. A NULL value leaves the key out. JSON carries UTF-8 only: in a text that is not,
 * each byte beyond ASCII becomes a question mark. */
int json_set_str(struct json *object, const char *key, const char *value);

int json_set_int(struct json *object, const char *key, int64_t value);
int json_set_bool(struct json *object, const char *key, bool value);
int json_set_null(struct json *object, const char *key);

/** Set a member. @param child  Owned by the object from here on, freed if this fails */
int json_set(struct json *object, const char *key, struct json *child);

/** Append an item. @param child  As above */
int json_push(struct json *array, struct json *child);

/** Append a text. @param value  As in json_set_str(), but not NULL */
int json_push_str(struct json *array, const char *value);

/**
 * Print on one line, members in the order in which they were set.
 *
 * @param out  Text, written only on success; free with free()
 *
 * @return 0 or ENOMEM
 */
__attribute__((warn_unused_result)) int json_print(const struct json *v, char **out);

#endif
