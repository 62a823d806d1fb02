#!/usr/bin/env python3
"""Makes the Lua scripts one library of Redis functions, and writes it as C: embed.py LUA_DIR OUT_DIR

Each LUA_DIR/<name>.lua becomes the function <name>_<digest>. Before them stands, once, whatever they name by a line
`--- @include "x"`: LUA_DIR/include/x.lua, behind its own includes. A header may name flags of the function (`-- Flags`).
Written are OUT_DIR/library.lua, scripts.c and scripts.h.
An include that is missing, circular or named twice by a file is an error.
"""
import hashlib
import pathlib
import re
import sys

INCLUDE = re.compile(r'^--- @include "([a-z0-9_]+)"$')
INCLUDE_LIKE = re.compile(r"^\s*-+\s*@include\b")
FLAGS = re.compile(r"^-- Flags +(.*)$", re.M)

DIGEST = "@DIGEST@"  # stands for it in a library that is not sealed yet
DIGEST_LENGTH = 8

LIBRARY = """\
#!lua name=execline_@DIGEST@
-- All transitions as one library of Redis functions, made by lua/embed.py. What stands here is run once, when it is
-- loaded; a call runs the body of its function.

-- Those of the call: nothing else lives from one call to the next.
local KEYS, ARGV

local function transition(name, flags, body)
  redis.register_function({
    function_name = name .. '_@DIGEST@',
    flags = flags,
    callback = function(keys, args)
      KEYS, ARGV = keys, args
      return body()
    end,
  })
end
"""

HEADER = """\
/* Made by lua/embed.py. */
#ifndef EXECLINE_SCRIPTS_H
#define EXECLINE_SCRIPTS_H

enum script {{
{enum}
	SCRIPT_COUNT
}};

/* One Lua script. */
struct script_name {{
	const char *file;
	const char *function; /* as Redis knows it */
}};

extern const struct script_name script_names[]; /* SCRIPT_COUNT of them, indexed by enum script */

/* The library that has all of them. The digest in its name, and in those of its functions, is that of its text. */
extern const char *const script_library_name;
extern const char *const script_library;

#endif
"""

SOURCE = """\
/* Made by lua/embed.py. */
#include "scripts.h"

const struct script_name script_names[] = {{
{names}
}};

const char *const script_library_name = "execline_{digest}";

const char *const script_library =
{text};
"""


class EmbedError(Exception):
    pass


def read(path):
    """A file's text without the lines that name its includes, and the paths of these."""
    lines, included = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            inner = include_dir(path) / f"{found[1]}.lua"
            if inner in included:
                raise EmbedError(f"{path}:{number}: {inner.stem} is included twice")
            if not inner.is_file():
                raise EmbedError(f"{path}:{number}: there is no {inner}")
            included.append(inner)
        elif INCLUDE_LIKE.match(line):
            raise EmbedError(f'{path}:{number}: write --- @include "name"')
        else:
            lines.append(line)
    return "\n".join(lines).strip("\n") + "\n", included


def include_dir(path):
    return path.parent if path.parent.name == "include" else path.parent / "include"


def includes_of(path, stack=()):
    """All that a file needs, each behind what it needs itself."""
    found = []
    for inner in read(path)[1]:
        if inner in stack:
            raise EmbedError(f"{path}: {' -> '.join(p.stem for p in (*stack, inner))} is circular")
        found += includes_of(inner, (*stack, inner)) + [inner]
    return list(dict.fromkeys(found))


def scripts(lua_dir):
    return sorted(lua_dir.glob("*.lua"))


def library(lua_dir):
    """The library, with DIGEST in place of it."""
    included = dict.fromkeys(inner for path in scripts(lua_dir) for inner in includes_of(path))
    parts = [LIBRARY]
    for path in included:
        parts.append(f"-- ----- include/{path.name} -----\n{read(path)[0]}")
    for path in scripts(lua_dir):
        text = read(path)[0]
        flags = ", ".join(f"'{flag}'" for found in FLAGS.findall(text) for flag in found.split())
        parts.append(f"-- ----- {path.name} -----\ntransition('{path.stem}', {{{flags}}}, function()\n{text}end)\n")
    return "\n".join(parts)


def seal(text):
    """(digest of a library, the library with it)."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
    return digest, text.replace(DIGEST, digest)


def c_string(text):
    # `?` is escaped because C11 still has trigraphs.
    escapes = {"\\": "\\\\", '"': '\\"', "?": "\\?", "\t": "\\t"}
    lines = ("".join(escapes.get(c, c) for c in line) for line in text.splitlines())
    return "\n".join(f'\t"{line}\\n"' for line in lines)


def write_if_changed(path, text):
    """Keeps the time stamp of what did not change, so that nothing is compiled for it."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def embed(lua_dir, out_dir):
    digest, text = seal(library(lua_dir))
    names = [path.stem for path in scripts(lua_dir)]
    enum = "\n".join(f"\tSCRIPT_{name.upper()}," for name in names)
    rows = "\n".join(f'\t[SCRIPT_{name.upper()}] = {{"{name}", "{name}_{digest}"}},' for name in names)
    write_if_changed(out_dir / "library.lua", text)
    write_if_changed(out_dir / "scripts.h", HEADER.format(enum=enum))
    write_if_changed(out_dir / "scripts.c", SOURCE.format(names=rows, digest=digest, text=c_string(text)))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        embed(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
    except EmbedError as error:
        sys.exit(f"embed.py: {error}")


if __name__ == "__main__":
    main()
