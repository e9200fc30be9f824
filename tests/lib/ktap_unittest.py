# SPDX-License-Identifier: BSD-3-Clause
"""Python's unittest with KTAP as its output."""

import sys
import unittest


class Result(unittest.TestResult):
    """One line for each test, what went wrong in comments before it."""

    def __init__(self, total):
        super().__init__()
        self.number = 0
        print(f"TAP version 13\n1..{total}")

    def _say(self, good, test, why="", note=""):
        self.number += 1
        for line in why.splitlines():
            print(f"# {line}")
        method = getattr(test, "_testMethodName", "test_" + str(test))
        name = f"{type(test).__name__}: {method[5:].replace('_', ' ')}"
        print(f"{'ok' if good else 'not ok'} {self.number} - {name}{note}", flush=True)

    def addSuccess(self, test):
        self._say(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._say(False, test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._say(False, test, self.errors[-1][1])

    def addSkip(self, test, reason):
        self._say(True, test, note=f" # SKIP {reason}")


def main(module, skip=""):
    """Run all tests of a module, or say why they are skipped; the exit status."""
    if skip:
        print(f"1..0 # SKIP {skip}")
        return 4
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[module])
    result = Result(suite.countTestCases())
    suite.run(result)
    return 0 if result.wasSuccessful() else 1
