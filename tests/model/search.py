"""One search: spin makes a program of a model with its settings, and that visits all its states."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BUILD = Path("build/model")
MEMORY_MB = 2500
DEPTH = 1_000_000
LIMIT_S = 600
SHORTEST_LIMIT_S = 120

ENTIRE = ["-DSAFETY", "-DCOLLAPSE"]  # every state is kept, none is only probably seen
CIRCLES = ["-DNP", "-DCOLLAPSE"]


class SearchFailed(Exception):
    """It did not come to its end."""


@dataclass
class Found:
    """What a search has come to."""

    states: int
    steps: int
    megabytes: float
    cpu_s: float
    sights: int
    broken: str  # number of a rule, or what spin calls it; "" = none


class Search:
    def __init__(self, name, world, edits=(), settings=None):
        self.directory = BUILD / name
        self.world = world
        self.cpu_s = 0
        self.defines = [f"-D{key}={value}" for key, value in {**world.settings, **(settings or {})}.items()]
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        texts = {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.pml")}
        for file, old, new in edits:
            if old not in texts[file]:
                raise SearchFailed(f"{file} has no {old!r}: it was changed, so change the mutant")
            texts[file] = texts[file].replace(old, new)
        for file, text in texts.items():
            (self.directory / file).write_text(text, encoding="utf-8")

    def run(self, optimize="-O1", breadth=False, limit_s=LIMIT_S):
        flags = CIRCLES if self.world.circles else ENTIRE
        if breadth:
            flags = ["-DSAFETY", "-DBFS"]
        self.call("spin.log", ["spin", "-a", *self.defines, f"{self.world.file}.pml"])
        self.call("gcc.log", ["gcc", optimize, "-w", *flags, f"-DMEMLIM={MEMORY_MB}", "-o", "pan", "pan.c"])
        self.call("pan.log", ["./pan", f"-m{DEPTH}", *(["-l"] if self.world.circles else [])], limit_s, may_fail=True)
        return self.read((self.directory / "pan.log").read_text(encoding="utf-8", errors="replace"))

    def call(self, log, command, limit_s=LIMIT_S, may_fail=False):
        with open(self.directory / log, "w", encoding="utf-8") as file:
            process = subprocess.Popen(
                ["timeout", str(limit_s), *command], cwd=self.directory, stdout=file, stderr=subprocess.STDOUT
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_s += usage.ru_utime + usage.ru_stime
        if process.returncode == 124:
            raise SearchFailed(f"{command[0]} takes longer than {limit_s} s")
        if process.returncode and not may_fail:
            raise SearchFailed(f"{command[0]}: see {self.directory / log}")

    def read(self, log):
        def number(pattern):
            found = re.search(pattern, log)
            return float(found[1]) if found else 0

        broken = re.search(r"^pan:1: (.*)", log, re.M)
        rule = re.search(r"assertion violated \(+(\d+)==0\)", log)
        if not re.search(r"errors: \d", log) or re.search(r"max search depth too small|out of memory|aborting", log):
            raise SearchFailed(f"pan: see {self.directory / 'pan.log'}")
        return Found(
            states=int(number(r"([\d.e+]+) states, stored")),
            steps=int(number(r"([\d.e+]+) transitions")),
            megabytes=number(r"([\d.]+)\s+total actual memory"),
            cpu_s=self.cpu_s,
            sights=int(number(r"sights: (\d+)")),
            broken=rule[1] if rule else re.sub(r" \(at depth \d+\)", "", broken[1]) if broken else "",
        )

    def history(self):
        """What has happened up to the error, a line for each step."""
        told = subprocess.run(
            ["spin", "-t", "-T", *self.defines, f"{self.world.file}.pml"],
            cwd=self.directory, capture_output=True, text=True, errors="replace", check=False,
        ).stdout  # fmt: skip
        return told.split("\nspin:")[0].splitlines()


def counterexample(world, edits=()):
    """A shortest history that breaks a rule, or else the first one that is found."""
    short = Search(f"{world.name}-broken", world, edits, {"SHORTEST": 1})
    if not world.circles:
        try:
            if short.run(breadth=True, limit_s=SHORTEST_LIMIT_S).broken:
                return short.history()
        except SearchFailed:
            pass
    long = Search(f"{world.name}-broken", world, edits)
    long.run()
    return long.history()
