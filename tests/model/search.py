"""One search: spin makes a program of a model with its settings, and that visits all its states."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BUILD = Path("build/model")
MEMORY_MB = 1500
DEPTH = 10_000
LIMIT_S = 600
SHORTEST_LIMIT_S = 120

CIRCLE = "circle"  # what is broken when something does

ENTIRE = ["-DSAFETY", "-DNOREDUCE"]  # every state is kept, none is only probably seen
CIRCLES = ["-DNP", "-DNOREDUCE"]


class SearchFailed(Exception):
    """It did not come to its end."""

    cpu_s = 0


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
        for old, new in edits:
            if not any(old in text for text in texts.values()):
                raise SearchFailed(f"no file has {old!r}: it was changed, so change the mutant")
            texts = {file: text.replace(old, new) for file, text in texts.items()}
        for file, text in texts.items():
            (self.directory / file).write_text(text, encoding="utf-8")

    def run(self, short=False, breadth=False, limit_s=LIMIT_S):
        flags = list(CIRCLES if self.world.circles else ENTIRE)
        if breadth:
            flags = ["-DSAFETY", "-DBFS"]
        self.call("spin.log", ["spin", "-a", *self.defines, f"{self.world.file}.pml"])
        flags += ["-O1" if self.world.big and not short else "-O0", f"-DMEMLIM={MEMORY_MB}"]
        self.call("gcc.log", ["gcc", "-w", *flags, "-o", "pan", "pan.c"])
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
        complete = broken or "Search not completed" not in log
        rule = re.search(r"assertion violated \(+(\d+)==0\)", log)
        if not complete or not re.search(r"errors: \d", log) or re.search(r"max search depth too small", log):
            raise SearchFailed(f"pan: see {self.directory / 'pan.log'}")
        return Found(
            states=int(number(r"([\d.e+]+) states, stored")),
            steps=int(number(r"([\d.e+]+) transitions")),
            megabytes=number(r"([\d.]+)\s+total actual memory"),
            cpu_s=self.cpu_s,
            sights=int(number(r"sights: (\d+)")),
            broken=rule[1] if rule else self.spin_says(broken[1]) if broken else "",
        )

    @staticmethod
    def spin_says(error):
        return CIRCLE if "non-progress cycle" in error else re.sub(r" \(at depth \d+\)", "", error)

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
