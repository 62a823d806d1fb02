/**
 * @file json.c  All JSON in and out
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Macros there, functions here. */
#undef json_is_object
#undef json_is_array
#undef json_is_true

#include "json.h"

/* A struct json is jansson's json_t under a name that keeps jansson out of the other modules. */
static json_t *inner(const struct json *v)
{
	return (json_t *)v;
}

static struct json *outer(json_t *v)
{
	return (struct json *)v;
}

int json_parse_why(const char *text, size_t len, struct json **out, char why[JSON_WHY_MAX])
{
	json_error_t error;
	json_t *v;

	if (!text || !out || !why)
		return EINVAL;
	v = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!v) {
		snprintf(why, JSON_WHY_MAX, "line %d, column %d: %.*s", error.line, error.column,
			 JSON_ERROR_TEXT_LENGTH, error.text);
		return EBADMSG;
	}
	*out = outer(v);
	return 0;
}

int json_parse(const char *text, size_t len, struct json **out)
{
	char why[JSON_WHY_MAX];

	return json_parse_why(text, len, out, why);
}

void json_free(struct json *v)
{
	json_decref(inner(v));
}

struct json *json_done(struct json *v, int err)
{
	if (!err)
		return v;
	json_free(v);
	return NULL;
}

/* ----- readers ----- */

const struct json *json_get(const struct json *object, const char *key)
{
	return outer(json_object_get(inner(object), key));
}

const struct json *json_at(const struct json *array, size_t i)
{
	return outer(json_array_get(inner(array), i));
}

size_t json_len(const struct json *array)
{
	return json_array_size(inner(array));
}

const char *json_str(const struct json *v)
{
	return json_string_value(inner(v));
}

static bool has_type(const struct json *v, json_type type)
{
	return v && json_typeof(inner(v)) == type;
}

bool json_is_true(const struct json *v)
{
	return has_type(v, JSON_TRUE);
}

bool json_is_object(const struct json *v)
{
	return has_type(v, JSON_OBJECT);
}

bool json_is_array(const struct json *v)
{
	return has_type(v, JSON_ARRAY);
}

bool json_is_bool(const struct json *v)
{
	return has_type(v, JSON_TRUE) || has_type(v, JSON_FALSE);
}

int json_int(const struct json *v, int64_t *out)
{
	if (!out || !json_is_integer(inner(v)))
		return EINVAL;
	*out = json_integer_value(inner(v));
	return 0;
}

bool json_each(const struct json *object, json_each_h *eachh, void *arg)
{
	const char *key;
	json_t *v;

	json_object_foreach(inner(object), key, v)
	{
		if (eachh(key, outer(v), arg))
			return true;
	}
	return false;
}

/* ----- builders ----- */

struct json *json_new_object(void)
{
	return outer(json_object());
}

struct json *json_new_array(void)
{
	return outer(json_array());
}

/* Make a string of a text that jansson refuses as not being UTF-8. */
static json_t *new_ascii(const char *s)
{
	char *copy = strdup(s);
	json_t *v;

	if (!copy)
		return NULL;
	for (char *p = copy; *p; p++) {
		if (*p & 0x80)
			*p = '?';
	}
	v = json_string(copy);
	free(copy);
	return v;
}

static struct json *new_string(const char *s)
{
	json_t *v = json_string(s);

	return outer(v ? v : new_ascii(s));
}

int json_set(struct json *object, const char *key, struct json *child)
{
	return json_object_set_new(inner(object), key, inner(child)) ? ENOMEM : 0;
}

int json_set_str(struct json *object, const char *key, const char *value)
{
	return value ? json_set(object, key, new_string(value)) : 0;
}

int json_set_int(struct json *object, const char *key, int64_t value)
{
	return json_set(object, key, outer(json_integer(value)));
}

int json_set_bool(struct json *object, const char *key, bool value)
{
	return json_set(object, key, outer(json_boolean(value)));
}

int json_set_null(struct json *object, const char *key)
{
	return json_set(object, key, outer(json_null()));
}

int json_push(struct json *array, struct json *child)
{
	return json_array_append_new(inner(array), inner(child)) ? ENOMEM : 0;
}

int json_push_str(struct json *array, const char *value)
{
	return value ? json_push(array, new_string(value)) : EINVAL;
}

int json_print(const struct json *v, char **out)
{
	char *text = json_dumps(inner(v), JSON_COMPACT);

	if (!text)
		return ENOMEM;
	*out = text;
	return 0;
}
