"""What became of the cases of a suite."""

import os
import textwrap


class Results:
    """Says it, and notes it in the file $RESULTS, which tests/run.sh counts and whose failures it shows again."""

    def __init__(self, suite):
        self.failed = 0
        self.suite = suite
        self._path = os.environ.get("RESULTS")

    def note(self, name, seconds, failure=None):
        """`failure`: what was seen, where the case did not pass."""
        self.failed += failure is not None
        line = f"{'ok' if failure is None else 'not ok'} {self.suite}: {name}"
        seen = [] if failure is None else [textwrap.indent(failure, "  ")]
        print(f"{line} ({seconds:.1f} s)", *seen, sep="\n", flush=True)
        if self._path:
            with open(self._path, "a", encoding="utf-8") as file:
                print(line, *seen, sep="\n", file=file)
