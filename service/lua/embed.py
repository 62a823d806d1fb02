#!/usr/bin/env python3
"""Flattens the Lua scripts and writes them as C: embed.py LUA_DIR OUT_DIR

Each LUA_DIR/<name>.lua becomes OUT_DIR/lua/<name>.lua, with every line `--- @include "x"` replaced by
LUA_DIR/include/x.lua, once, where it is first named. All of them go into OUT_DIR/scripts.c and scripts.h.
A missing, circular or twice named include is an error.
"""
import hashlib
import pathlib
import re
import sys

INCLUDE = re.compile(r'^--- @include "([a-z0-9_]+)"$')
INCLUDE_LIKE = re.compile(r"^\s*-+\s*@include\b")

HEADER = """\
/* Made by lua/embed.py. */
#ifndef EXECLINE_SCRIPTS_H
#define EXECLINE_SCRIPTS_H

enum script {{
{enum}
	SCRIPT_COUNT
}};

/* One Lua script, includes flattened; sha1 is the name EVALSHA knows it by. */
struct script_source {{
	const char *name;
	const char *body;
	const char *sha1;
}};

extern const struct script_source script_sources[]; /* SCRIPT_COUNT of them, indexed by enum script */

#endif
"""

SOURCE = """\
/* Made by lua/embed.py. */
#include "scripts.h"

const struct script_source script_sources[] = {{
{rows}
}};
"""


class EmbedError(Exception):
    pass


def flatten(path, include_dir, done, stack):
    """The lines of one file with its includes in place; `done` holds the names already flattened."""
    out, named = [], set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            if INCLUDE_LIKE.match(line):
                raise EmbedError(f'{path}:{number}: write --- @include "name"')
            out.append(line)
            continue
        name = found[1]
        inner = include_dir / f"{name}.lua"
        if name in named:
            raise EmbedError(f"{path}:{number}: {name} is included twice")
        if name in stack:
            raise EmbedError(f"{path}:{number}: {' -> '.join([*stack, name])} is circular")
        if not inner.is_file():
            raise EmbedError(f"{path}:{number}: there is no {inner}")
        named.add(name)
        if name not in done:
            out += flatten(inner, include_dir, done, [*stack, name])
            done.add(name)
    return out


def c_string(text):
    # `?` is escaped because C11 still has trigraphs.
    escapes = {"\\": "\\\\", '"': '\\"', "?": "\\?", "\t": "\\t"}
    lines = ("".join(escapes.get(c, c) for c in line) for line in text.splitlines())
    return "\n".join(f'\t\t"{line}\\n"' for line in lines)


def row(name, body):
    sha1 = hashlib.sha1(body.encode()).hexdigest()
    return (f'\t[SCRIPT_{name.upper()}] = {{\n\t\t.name = "{name}",\n\t\t.sha1 = "{sha1}",\n'
            f"\t\t.body =\n{c_string(body)},\n\t}},")


def write_if_changed(path, text):
    """Keeps the time stamp of what did not change, so that nothing is compiled for it."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def embed(lua_dir, out_dir):
    flat_dir = out_dir / "lua"
    flat_dir.mkdir(parents=True, exist_ok=True)
    scripts = {}
    for path in sorted(lua_dir.glob("*.lua")):
        lines = flatten(path, lua_dir / "include", set(), [])
        scripts[path.stem] = "\n".join(lines) + "\n"
    for old in flat_dir.glob("*.lua"):
        if old.stem not in scripts:
            old.unlink()
    for name, body in scripts.items():
        write_if_changed(flat_dir / f"{name}.lua", body)
    enum = "\n".join(f"\tSCRIPT_{name.upper()}," for name in scripts)
    rows = "\n".join(row(name, body) for name, body in scripts.items())
    write_if_changed(out_dir / "scripts.h", HEADER.format(enum=enum))
    write_if_changed(out_dir / "scripts.c", SOURCE.format(rows=rows))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        embed(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
    except EmbedError as error:
        sys.exit(f"embed.py: {error}")


if __name__ == "__main__":
    main()
