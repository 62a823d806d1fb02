/**
 * @file json_decode.c  Decoding of a JSON object into a struct, by a table
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_decode.h"
#include "strbuf.h"

static size_t item_max(const struct json_field *f)
{
	return f->hi ? (size_t)f->hi : JSON_ITEM_MAX;
}

/* Say what a field allows, for all ways to fall short of it. */
static void describe(const struct json_field *f, struct strbuf *out)
{
	switch (f->kind) {
	case JSON_K_STR:
		strbuf_addf(out, "text of %" PRId64 " to %zu bytes", f->lo, f->max - 1);
		break;
	case JSON_K_TEXT:
		strbuf_addf(out, "text of %" PRId64 " to %zu bytes", f->lo, f->max);
		break;
	case JSON_K_INT:
		strbuf_addf(out, "an integer from %" PRId64 " to %" PRId64, f->lo, f->hi);
		break;
	case JSON_K_BOOL:
	case JSON_K_FLAG:
		strbuf_addf(out, "true or false");
		break;
	case JSON_K_ENUM:
		strbuf_addf(out, "one of");
		for (int i = 0; f->names[i]; i++)
			strbuf_addf(out, "%s \"%s\"", i ? "," : "", f->names[i]);
		break;
	case JSON_K_STRS:
		strbuf_addf(out, "a list of %" PRId64 " to %zu texts of 1 to %zu bytes", f->lo,
			    f->max, item_max(f));
		break;
	case JSON_K_OBJ:
		strbuf_addf(out, "an object");
		break;
	}
}

/* ----- one function per kind: 0, EINVAL if it is not what the field allows, ENOMEM ----- */

/* The text of a string within bounds, or NULL. */
static const char *bounded(const struct json *v, size_t lo, size_t hi)
{
	const char *s = json_str(v);
	size_t len = s ? strlen(s) : 0;

	return s && len >= lo && len <= hi ? s : NULL;
}

static int decode_str(const struct json_field *f, const struct json *v, char *dst)
{
	const char *s = bounded(v, (size_t)f->lo, f->max - 1);

	if (!s)
		return EINVAL;
	memcpy(dst, s, strlen(s) + 1);
	return 0;
}

static int decode_text(const struct json_field *f, const struct json *v, char **dst)
{
	const char *s = bounded(v, (size_t)f->lo, f->max);
	char *copy;

	if (!s)
		return EINVAL;
	copy = strdup(s);
	if (!copy)
		return ENOMEM;
	free(*dst);
	*dst = copy;
	return 0;
}

static int decode_int(const struct json_field *f, const struct json *v, int64_t *dst)
{
	int64_t n;

	if (json_int(v, &n) || n < f->lo || n > f->hi)
		return EINVAL;
	*dst = n;
	return 0;
}

static int decode_bool(const struct json *v, bool *dst)
{
	if (!json_is_bool(v))
		return EINVAL;
	*dst = json_is_true(v);
	return 0;
}

static int decode_flag(const struct json *v, bool *dst)
{
	int64_t n;

	if (json_int(v, &n))
		return decode_bool(v, dst);
	if (n != 0 && n != 1)
		return EINVAL;
	*dst = n == 1;
	return 0;
}

static int decode_enum(const struct json_field *f, const struct json *v, int *dst)
{
	const char *s = json_str(v);

	for (int i = 0; s && f->names[i]; i++) {
		if (strcmp(s, f->names[i]) == 0) {
			*dst = i;
			return 0;
		}
	}
	return EINVAL;
}

static int decode_strs(const struct json_field *f, const struct json *v, struct json_strs *dst)
{
	size_t n = json_len(v), bytes = n * sizeof(char *);
	char **item, *text;

	if (!json_is_array(v) || n < (size_t)f->lo || n > f->max)
		return EINVAL;
	for (size_t i = 0; i < n; i++) {
		const char *s = bounded(json_at(v, i), 1, item_max(f));

		if (!s)
			return EINVAL;
		bytes += strlen(s) + 1;
	}
	item = (char **)malloc(bytes ? bytes : 1);
	if (!item)
		return ENOMEM;
	text = (char *)(item + n);
	for (size_t i = 0; i < n; i++) {
		item[i] = text;
		text = stpcpy(text, json_str(json_at(v, i))) + 1;
	}
	free((void *)dst->item);
	*dst = (struct json_strs){.n = n, .item = item};
	return 0;
}

/* What is wrong within a nested object is told there; here its path is put before it. */
static int decode_obj(const struct json_field *f, const struct json *v, void *dst,
		      char why[JSON_WHY_MAX])
{
	char inner[JSON_WHY_MAX];
	int err;

	if (!json_is_object(v))
		return EINVAL;
	inner[0] = '\0';
	err = json_decode(v, f->spec, dst, inner);
	if (err == EINVAL)
		snprintf(why, JSON_WHY_MAX, "%.64s.%.190s", f->name, inner);
	return err;
}

static int decode_field(const struct json_field *f, const struct json *v, void *dst,
			char why[JSON_WHY_MAX])
{
	switch (f->kind) {
	case JSON_K_STR:
		return decode_str(f, v, dst);
	case JSON_K_TEXT:
		return decode_text(f, v, (char **)dst);
	case JSON_K_INT:
		return decode_int(f, v, dst);
	case JSON_K_BOOL:
		return decode_bool(v, dst);
	case JSON_K_FLAG:
		return decode_flag(v, dst);
	case JSON_K_ENUM:
		return decode_enum(f, v, dst);
	case JSON_K_STRS:
		return decode_strs(f, v, dst);
	case JSON_K_OBJ:
		return decode_obj(f, v, dst, why);
	}
	return EINVAL;
}

/* ----- objects ----- */

static int refuse(const struct json_field *f, const char *problem, char why[JSON_WHY_MAX])
{
	struct strbuf allowed;

	strbuf_init(&allowed, JSON_WHY_MAX);
	describe(f, &allowed);
	snprintf(why, JSON_WHY_MAX, "%.64s: %s %.160s", f->name, problem,
		 allowed.p ? allowed.p : "something else");
	strbuf_free(&allowed);
	return EINVAL;
}

struct known {
	const struct json_spec *spec;
	const char *unknown; /* the first key that the spec does not have */
};

static bool is_unknown(const char *key, const struct json *v, void *arg)
{
	struct known *known = arg;

	(void)v;
	for (size_t i = 0; i < known->spec->n; i++) {
		if (strcmp(key, known->spec->fields[i].name) == 0)
			return false;
	}
	known->unknown = key;
	return true;
}

int json_decode(const struct json *object, const struct json_spec *spec, void *out,
		char why[JSON_WHY_MAX])
{
	struct known known = {.spec = spec};
	int err = 0;

	if (!spec || !out || !why)
		return EINVAL;
	if (!json_is_object(object)) {
		snprintf(why, JSON_WHY_MAX, "must be an object");
		return EINVAL;
	}
	if (json_each(object, is_unknown, &known)) {
		snprintf(why, JSON_WHY_MAX, "%.64s: unknown field", known.unknown);
		return EINVAL;
	}
	for (size_t i = 0; i < spec->n && !err; i++) {
		const struct json_field *f = &spec->fields[i];
		const struct json *v = json_get(object, f->name);

		why[0] = '\0';
		if (v)
			err = decode_field(f, v, (char *)out + f->offset, why);
		else if (f->required)
			err = refuse(f, "missing; must be", why);
		if (err == EINVAL && !why[0])
			refuse(f, "must be", why);
	}
	return err;
}

int json_read(const char *text, size_t len, const struct json_spec *spec, void *out,
	      char why[JSON_WHY_MAX])
{
	struct json *object = NULL;
	int err = json_parse_why(text, len, &object, why);

	if (!err)
		err = json_decode(object, spec, out, why);
	json_free(object);
	return err;
}

void json_decode_free(const struct json_spec *spec, void *out)
{
	for (size_t i = 0; i < spec->n; i++) {
		const struct json_field *f = &spec->fields[i];
		void *at = (char *)out + f->offset;

		if (f->kind == JSON_K_TEXT) {
			free(*(char **)at);
			*(char **)at = NULL;
		} else if (f->kind == JSON_K_STRS) {
			free((void *)((struct json_strs *)at)->item);
			*(struct json_strs *)at = (struct json_strs){0};
		} else if (f->kind == JSON_K_OBJ) {
			json_decode_free(f->spec, at);
		}
	}
}
