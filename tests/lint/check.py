#!/usr/bin/env python3
"""Rules of this repository that no other tool knows: check.py RULE; without RULE their names"""
import ast
import pathlib
import re
import subprocess
import sys

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
LINE_LENGTH_MAX = 140
FIXTURE_BYTES_MAX = 64 * 1024

# Each is included by one module only, so that it can be replaced or mocked in one place.
LIBRARIES = {
    "libmicrohttpd": r"microhttpd\.h",
    "libcurl": r"curl/",
    "jansson": r"jansson\.h",
    "hiredis": r"hiredis/",
    "OpenSSL": r"openssl/",
    "libphonenumber": r"phonenumbers/",
}

BANNED_FUNCTIONS = "alloca|asctime|atof|atoi|atol|ctime|gets|popen|sprintf|strcat|strcpy|strtok|system|tmpnam|vsprintf"

# Files of one module that is split: these may include each other.
PARTS = {"access": "httpd", "httpd_exchange": "httpd", "origin": "httpd", "reply": "httpd", "router": "httpd"}

# The only hosts that a URL may name: this machine, examples, licences, and what the product itself talks to.
HOST = re.compile(r"https?://([\w-]+(?:\.[\w-]+)+)")
HOSTS = re.compile(
    r"127(\.\d+){3}|0\.0\.0\.0"
    r"|([\w-]+\.)*example(\.(com|org|net))?"
    r"|(creativecommons|opensource)\.org"
    r"|rest\.messagebird\.com"
)

# How a setting that is a file says that there is none; and what an empty value of another stands for, where it is read.
EMPTY_FILES = ("./service/empty", "/dev/null")
EMPTY_MEANS = {"EXECLINE_TRUNKS": "127.0.0.0/8,::1"}

# A checkout may be directly in one of these, which files may name all the same.
SYSTEM_DIRECTORIES = ("/", "/home", "/opt", "/root", "/src", "/srv", "/tmp", "/usr/src", "/var/tmp")


def files(*suffixes):
    """Everything that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()
    paths = (pathlib.Path(name) for name in sorted(set(listed)))
    return [p for p in paths if p.is_file() and (not suffixes or p.suffix in suffixes)]


def texts(*suffixes):
    for path in files(*suffixes):
        data = path.read_bytes()
        if is_text(data):
            yield path, data.decode("utf-8")


def is_text(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


def binaries():
    """What no diff can show is a small file that a test needs, and never the memory of a program that died."""
    for path in files():
        size = path.stat().st_size
        if re.fullmatch(r"core(\.\d+)?", path.name):
            yield f"{path}: a core dump"
        elif not is_text(path.read_bytes()) and (path.parts[0] != "tests" or size >= FIXTURE_BYTES_MAX):
            yield f"{path}: {size} bytes that are no text; below {FIXTURE_BYTES_MAX} in tests/ may be"


def text():
    """Line ends, trailing blanks, the last newline, lines too long, conflict marks."""
    for path, content in texts():
        if content and not content.endswith("\n"):
            yield f"{path}: no newline at the end"
        if content.endswith("\n\n"):
            yield f"{path}: empty lines at the end"
        for number, line in enumerate(content.split("\n"), 1):
            if line != line.rstrip():
                yield f"{path}:{number}: trailing blanks"
            if re.match(r"(<{7}|>{7}|={7})( |$)", line):
                yield f"{path}:{number}: conflict mark"
            if len(line) > LINE_LENGTH_MAX and path.suffix not in (".md", ".yml"):
                yield f"{path}:{number}: {len(line)} columns, at most {LINE_LENGTH_MAX}"


def functions_by_pattern(content, begin, end):
    """Functions that start and end in the first column: (first line, number of lines, text of the first)."""
    start, first = None, ""
    for number, line in enumerate(content.split("\n"), 1):
        if start is None and re.match(begin, line):
            if not re.search(r"\{.*\}$", line):  # one that is all on one line is short
                start, first = number, line
        elif start is not None and re.match(end, line):
            yield start, number - start + 1, first
            start = None


def functions_of(path, content):
    if path.suffix in (".c", ".cc"):
        return functions_by_pattern(content, r"\{", r"\}")
    if path.suffix == ".lua":
        return functions_by_pattern(content, r"(local )?function\b", r"end\b")
    if path.suffix == ".sh" or re.match(r"#!\S*/(ba)?sh\b", content):
        return functions_by_pattern(content, r"\w+ ?\(\)", r"\}")
    if path.suffix == ".cfg":
        return functions_by_pattern(content, r"\w*route\b.*\{", r"\}")
    if path.suffix == ".py":
        return [(node.lineno, node.end_lineno - node.lineno + 1, node.name)
                for node in ast.walk(ast.parse(content))
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return []


def sizes():
    """Files and functions that nobody can read at a glance."""
    for path, content in texts():
        lines = content.count("\n")
        if lines > FILE_LINES_MAX:
            yield f"{path}: {lines} lines, at most {FILE_LINES_MAX}"
        for number, length, first in functions_of(path, content):
            if length > FUNCTION_LINES_MAX:
                yield f"{path}:{number}: {first} has {length} lines, at most {FUNCTION_LINES_MAX}"


def sources():
    return [(p, c) for p, c in texts(".c", ".h", ".cc") if p.parts[:2] == ("service", "src")]


def includes():
    """One module for each library; no two modules that need each other."""
    for library, header in LIBRARIES.items():
        users = {module(p.stem) for p, c in sources() if re.search(rf"^#include <{header}", c, re.M)}
        if len(users) > 1:
            yield f"{library} is included by {', '.join(sorted(users))}; one module may"
    needs = {}
    for path, content in sources():
        found = {module(name) for name in re.findall(r'^#include "(\w+)\.h"', content, re.M)}
        needs.setdefault(module(path.stem), set()).update(found - {module(path.stem)})
    for circle in circles(needs):
        yield f"circular: {' -> '.join(circle)}"


def module(stem):
    return PARTS.get(stem, stem.removesuffix("_priv"))


def circles(needs):
    """Depth first; each circle is found at its first edge back."""
    done, found = set(), []

    def visit(name, trail):
        if name in trail:
            found.append([*trail[trail.index(name):], name])
        elif name not in done:
            for other in sorted(needs.get(name, ())):
                visit(other, [*trail, name])
            done.add(name)

    for name in sorted(needs):
        visit(name, [])
    return found


def functions():
    """C functions without bounds, or with global state."""
    call = re.compile(rf"(?<![\w.>])({BANNED_FUNCTIONS})\(")
    for path, content in texts(".c", ".h", ".cc"):
        for number, line in enumerate(content.split("\n"), 1):
            found = call.search(line)
            if found:
                yield f"{path}:{number}: {found[1]}() is not used here"


def hosts():
    """Nothing depends on a host we do not name in the product, nor on a path of the machine it was made on."""
    around = str(pathlib.Path.cwd().parent)
    known = around in SYSTEM_DIRECTORIES
    for path, content in texts():
        for number, line in enumerate(content.split("\n"), 1):
            for host in HOST.findall(line):
                if not HOSTS.fullmatch(host):
                    yield f"{path}:{number}: names the host {host}"
            if not known and f"{around}/" in line:
                yield f"{path}:{number}: names the directory {around}"


def environment():
    """.env.example and docker-compose.yml name the same variables."""
    example = pathlib.Path(".env.example").read_text(encoding="utf-8")
    compose = pathlib.Path("docker-compose.yml").read_text(encoding="utf-8")
    documented = set(re.findall(r"^(EXECLINE_\w+)=", example, re.M))
    used = set(re.findall(r"\$\{(EXECLINE_\w+)", compose))
    for name in sorted(documented ^ used):
        yield f"{name} is in only one of .env.example and docker-compose.yml"


def defaults():
    """A setting has one default, wherever it is written down: in the environment's example, the service, images, and scripts."""
    found = {}
    for path, content in texts():
        if path.parts[0] == "tests" and path.parts[1] != "stack.sh":
            continue
        for name, default in defaults_of(path, content):
            found.setdefault(name, {}).setdefault(default, path)
    for name, places in sorted(found.items()):
        if len(places) > 1:
            told = ", ".join(f'"{default}" in {path}' for default, path in places.items())
            yield f"{name} has several defaults: {told}"


def defaults_of(path, content):
    """What a file does without a setting: (name, default)."""
    if path.name == ".env.example":
        found = re.findall(r"^(EXECLINE_\w+)=(.*)$", content, re.M)
    elif path.name == "config.c":
        row = r'\{"(EXECLINE_\w+)",\s*[A-Z]\w*\([^"()]*?"([^"]*)"'  # one whose default is NULL has none
        found = re.findall(row, content)
    elif path.suffix in (".sh", ".yml", ".cfg", ""):
        found = re.findall(r"\$\{(EXECLINE_\w+):?[-=]([^}]*)\}", content)
    else:
        found = []
    for name, default in found:
        if default in EMPTY_FILES or EMPTY_MEANS.get(name) == default:
            default = ""
        yield name, default


def documents():
    """The documentation names tests and files that exist. A test is named behind its suite: unit `config`, state `a`, `b`."""
    suites = sorted(path.parent.name for path in pathlib.Path("tests").glob("*/run.sh"))
    cases = {suite: named_tests(suite) for suite in suites}
    named = re.compile(rf"\b({'|'.join(suites)})((?: `[a-z_0-9]+`,?)+)")
    for path, content in texts(".md"):
        for suite, names in named.findall(content):
            for name in set(re.findall(r"\w+", names)) - cases[suite]:
                yield f"{path}: no test {suite} {name}"
        for link in re.findall(r"\]\(([^)#:]+)\)", content):
            if not (path.parent / link).exists():
                yield f"{path}: {link} does not exist"


def named_tests(suite):
    """Functions, the module that a C program is about, and the messages of RFC 4475."""
    names = set()
    for path, content in texts(".c", ".py", ".txt"):
        if path.parts[:2] == ("tests", suite):
            names.add(path.stem.removeprefix("test_").removeprefix("fuzz_"))
            names.update(re.findall(r"^(?:(?:async )?def|static void) (\w+)\(", content, re.M))
    return names


def events():
    """The events that docs/operations.md explains are logged by something: by their name, or by its end (`…_not_recorded`)."""
    sources = "".join(content for _, content in texts(".c", ".lua", ".cfg", ".sh"))
    logged = set(re.findall(r"[\"']([a-z]+(?:_[a-z]+)*)[\"']|event=([a-z_]+)", sources))
    logged = {name for names in logged for name in names if name} | set(re.findall(r"what\) = \"([a-z_]+)\"", sources))
    manual = pathlib.Path("docs/operations.md")
    tables = re.findall(r"^\| event of .*\n\|.*\n((?:\|.*\n)+)", manual.read_text(encoding="utf-8"), re.M)
    for row in "".join(tables).splitlines():
        for name in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", row):
            if name not in logged:
                yield f"{manual}: nothing logs {name}"


RULES = {rule.__name__: rule for rule in (text, binaries, sizes, includes, functions, hosts, environment, defaults, documents, events)}


def main():
    if len(sys.argv) == 1:
        print("\n".join(RULES))
        return
    if len(sys.argv) != 2 or sys.argv[1] not in RULES:
        sys.exit(f"usage: check.py {'|'.join(RULES)}")
    found = list(RULES[sys.argv[1]]())
    print("\n".join(found))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
