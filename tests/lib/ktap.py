# SPDX-License-Identifier: BSD-3-Clause
"""Reads the KTAP or TAP that one test program prints."""

import re

RESULT = re.compile(r"^(not )?ok\b\s*(\d+)?\s*-?\s*(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)\s*(#\s*skip\b.*)?", re.I)
SKIP = re.compile(r"#\s*skip\b[:\s]*(.*)", re.I)


class Case:
    """One result: its name, "pass", "fail" or "skip", and what was said to it."""

    def __init__(self, name, result, why=""):
        self.name = name
        self.result = result
        self.why = why


class Program:
    """Collects the lines of one program; finish() judges it as a whole.

    Only results without subtests count: a parent line repeats what its
    children said, and is taken only if there were none.
    """

    def __init__(self, name):
        self.name = name
        self.lines = []
        self.cases = []
        self.seconds = 0.0
        self.complaints = []
        self._stack = []  # open blocks: [indent, plan or None, seen]
        self._skip_all = None
        self._plans = 0

    def _block(self, indent):
        while self._stack and self._stack[-1][0] > indent:
            self._close()
        if not self._stack or self._stack[-1][0] < indent:
            self._stack.append([indent, None, 0])
        return self._stack[-1]

    def _close(self):
        _, plan, seen = self._stack.pop()
        if plan is None and seen and not self._stack:
            # deeper down KUnit gives none for the parameters of a case
            self.complaints.append("results without a plan line")
        elif plan is not None and seen != plan:
            self.complaints.append(f"planned {plan} tests, {seen} reported")

    def feed(self, line):
        line = line.rstrip("\r\n")
        self.lines.append(line)
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        if body.startswith("Bail out!"):
            self.complaints.append(body)
            return
        plan = PLAN.match(body)
        if plan:
            block = self._block(indent)
            if block[1] is not None and block[1] == block[2]:
                # a complete block ends here, the program starts another
                self._close()
                block = self._block(indent)
            elif block[1] is not None:
                self.complaints.append("a second plan in an unfinished block")
            block[1] = int(plan.group(1))
            self._plans += 1
            if block[1] == 0 and plan.group(2):
                self._skip_all = SKIP.search(body).group(1) or "no reason given"
            return
        result = RESULT.match(body)
        if not result:
            return
        inner = bool(self._stack) and self._stack[-1][0] > indent and self._stack[-1][2] > 0
        block = self._block(indent)
        block[2] += 1
        text = result.group(3)
        skip = SKIP.search(text)
        name = text.split("#")[0].strip() or f"test {block[2]}"
        if skip:
            self.cases.append(Case(name, "skip", skip.group(1).strip()))
        elif result.group(1):
            if not inner or not any(c.result == "fail" for c in self.cases):
                self.cases.append(Case(name, "fail"))
        elif not inner:
            self.cases.append(Case(name, "pass"))

    def finish(self, status, limit=None):
        """STATUS: exit status (None: it never ended, 124: out of time)."""
        while self._stack:
            self._close()
        if status == 4 and not self.cases:
            self.cases.append(Case(self.name, "skip", self._skip_all or "the program skipped itself"))
            return
        if self._skip_all is not None and not self.cases and status in (0, 4):
            self.cases.append(Case(self.name, "skip", self._skip_all))
            return
        failed = any(c.result == "fail" for c in self.cases)
        if status is None and not self.complaints:
            self.complaints.append("it did not end: the machine it ran on died")
        elif status is None:
            pass
        elif status == 124:
            self.complaints.append(f"it was still running after {limit} seconds")
        elif status == 4 and not failed and any(c.result == "skip" for c in self.cases):
            pass
        elif status != 0 and not failed:
            self.complaints.append(f"exit status {status}")
        elif status == 0 and failed:
            self.complaints.append("exit status 0 in spite of a failure")
        if not self.cases and not self.complaints:
            self.complaints.append("it ran no test")
        elif not self._plans and not self.complaints:
            self.complaints.append("there is no plan line")
        for text in self.complaints:
            self.cases.append(Case("the program as a whole", "fail", text))

    def count(self, result):
        return sum(c.result == result for c in self.cases)
