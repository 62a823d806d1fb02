#!/usr/bin/env python3
"""A configuration of luacheck: each script and include may use what it includes, and nothing else of ours."""
import importlib.util
import pathlib
import re

LUA = pathlib.Path("service/lua")
# A name that stands in the first column of an include is for those that include it.
DECLARED = re.compile(r"^local (?:function )?(\w+(?:, \w+)*)", re.M)

spec = importlib.util.spec_from_file_location("embed", LUA / "embed.py")
embed = importlib.util.module_from_spec(spec)
spec.loader.exec_module(embed)

print('std, max_line_length, ignore = "lua51", 120, { "211", "241" }')
print('read_globals = { "redis", "cjson", "KEYS", "ARGV" }')
for path in sorted(LUA.glob("**/*.lua")):
    texts = (inner.read_text(encoding="utf-8") for inner in embed.includes_of(path))
    names = ", ".join(f'"{name}"' for text in texts for found in DECLARED.findall(text) for name in found.split(", "))
    print(f'files["{path}"] = {{ read_globals = {{ {names} }} }}')
