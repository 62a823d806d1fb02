"""The library of functions that lua/embed.py makes of the scripts, and how they are called."""

import tempfile
from pathlib import Path

from redis.exceptions import OutOfMemoryError, ResponseError

from .. import verbs
from ..server import Scripts, embedder, library
from ..world import CONFIG, TAG, case, same

OTHER_TAG = "execline:{s4}"


def library_of(**files):
    """What is made of these files, behind its head, or why nothing is; a name that begins with `in_` is an include."""
    embed = embedder()
    with tempfile.TemporaryDirectory() as tmp:
        lua = Path(tmp)
        (lua / "include").mkdir()
        for name, text in files.items():
            folder, stem = (lua / "include", name[3:]) if name.startswith("in_") else (lua, name)
            (folder / f"{stem}.lua").write_text(text)
        try:
            return embed.library(lua).removeprefix(embed.LIBRARY)
        except embed.EmbedError as error:
            return str(error).replace(tmp, "")


@case
def include_stands_once_before_whatever_names_it(_):
    got = library_of(one='--- @include "a"\n--- @include "b"\none', two='--- @include "a"\ntwo', in_a='--- @include "b"\na', in_b="b")
    same(got.split("\n"),
         ["", "-- ----- include/b.lua -----", "b", "", "-- ----- include/a.lua -----", "a", "",
          "-- ----- one.lua -----", "transition('one', {}, function()", "one", "end)", "",
          "-- ----- two.lua -----", "transition('two', {}, function()", "two", "end)", ""], "the library")  # fmt: skip


@case
def wrong_includes_break_the_build(_):
    for files, wanted in (
        ({"main": '--- @include "a"'}, "/main.lua:1: there is no /include/a.lua"),
        ({"main": '\n-- @include "a"'}, '/main.lua:2: write --- @include "name"'),
        ({"main": '--- @include "a"\n--- @include "a"', "in_a": ""}, "/main.lua:2: a is included twice"),
        ({"main": '--- @include "a"', "in_a": '--- @include "b"', "in_b": '--- @include "a"'},
         "/include/b.lua: a -> b -> a is circular"),
    ):  # fmt: skip
        same(library_of(**files), wanted, f"the library of {files}")


@case
def flags_of_a_script_are_those_of_its_function(_):
    got = library_of(main="-- Flags    no-writes allow-stale\n\nreturn 1")
    same("transition('main', {'no-writes', 'allow-stale'}, function()" in got, True, got)


@case
def two_versions_run_beside_each_other(w):
    w.call("anna")
    with Scripts(w.client, library().replace("return { 'moved' }", "return { 'gone' }")) as other:
        invite = verbs.invite(w.now, "main", "bert", "+15550202", "+15550999")
        same(other.run(invite[0], TAG, *invite[1:]), ["gone"], "of the other version")
        same(w.run(*invite), ["moved"], "of ours")
    try:
        other.run(invite[0], TAG, *invite[1:])
    except ResponseError as error:
        same(str(error), "Function not found", "a library that was dropped")
    else:
        raise AssertionError("a library that was dropped runs on")


@case
def call_is_about_its_own_shard_alone(w):
    put = verbs.put(w.now, "other", CONFIG)
    w.run(*put, tag=OTHER_TAG)
    for tag, line in ((TAG, "main"), (OTHER_TAG, "other"), (TAG, "main")):
        same(w.run("line_list", tag=tag)[::2], [line], f"lines of {tag}")


@case
def full_redis_lets_callers_leave_and_nobody_join(w):
    """What fills it is history, and what makes room is to delete."""
    w.call("anna", "bert")
    w.client.config_set("maxmemory", 1)
    try:
        for act in (lambda: w.invite("carl"), lambda: w.configure("third")):
            try:
                raise AssertionError(f"a full Redis has taken {act()}")
            except OutOfMemoryError:
                pass
        same(w.status()[1][0], "anna", "who is seated")
        w.bye("anna")
        w.expect_places("- | bert | -")
        w.bye("bert")
        same(w.do("delete", "main")[0], "deleted", "the line")
    finally:
        w.client.config_set("maxmemory", 0)
