"""How the scripts get their includes: lua/embed.py."""

import tempfile
from pathlib import Path

from ..server import embedder
from ..world import case, same


def flatten(**files):
    """Flattens script `main` of these files; a name that begins with `in_` is an include."""
    embed = embedder()
    with tempfile.TemporaryDirectory() as tmp:
        lua = Path(tmp)
        (lua / "include").mkdir()
        for name, text in files.items():
            folder, stem = (lua / "include", name[3:]) if name.startswith("in_") else (lua, name)
            (folder / f"{stem}.lua").write_text(text)
        try:
            return "\n".join(embed.flatten(lua / "main.lua", lua / "include", set(), []))
        except embed.EmbedError as error:
            return str(error).replace(tmp, "")


@case
def include_is_put_in_once_where_it_is_first_named(_):
    same(flatten(main='--- @include "a"\n--- @include "b"\nmain', in_a='--- @include "b"\na', in_b="b"), "b\na\nmain",
         "flattened")  # fmt: skip


@case
def wrong_includes_break_the_build(_):
    for files, wanted in (
        ({"main": '--- @include "a"'}, "/main.lua:1: there is no /include/a.lua"),
        ({"main": '\n-- @include "a"'}, '/main.lua:2: write --- @include "name"'),
        ({"main": '--- @include "a"\n--- @include "a"', "in_a": ""}, "/main.lua:2: a is included twice"),
        ({"main": '--- @include "a"', "in_a": '--- @include "b"', "in_b": '--- @include "a"'},
         "/include/b.lua:1: a -> b -> a is circular"),
    ):  # fmt: skip
        same(flatten(**files), wanted, f"flattening {files}")
