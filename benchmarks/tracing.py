"""Runs a program and writes as JSON what each kind of object took and which calls went to Node.

What happened since the object before belongs to an object: its values, its
checks, and the call that makes it. A construct of the library stands for itself,
since no typed call does its work.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
from collections import Counter, defaultdict
from functools import partial, wraps
from typing import Any

import jsii
from cdk8s import App, Chart
from constructs import Construct


class Tracer:
    """What a program did so far.

    Attributes:
        calls: how often each member was called in Node.
        seconds: of each object and each construct, by kind.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        self._before = 0.0

    def watch(self) -> None:
        """Follow all calls from here on."""
        for name in ("create", "get", "invoke", "sget", "sinvoke"):
            call = getattr(jsii, name)
            setattr(jsii, name, wraps(call)(partial(self._call, name, call)))

    def _call(self, name: str, call: Any, *arguments: Any) -> Any:  # noqa: ANN401
        result = call(*arguments)
        made = arguments[0] if name == "create" else None
        self.calls[f"{name} {made.__name__ if made else arguments[1]}"] += 1
        if made and issubclass(made, Construct):
            now = time.perf_counter()
            # Folders and files stand for no object; how many there are is up to the program.
            if not issubclass(made, App | Chart):
                self.seconds[_kind(made, *arguments[2])].append(now - self._before)
            self._before = now
        return result


def _kind(made: type, *arguments: Any) -> str:  # noqa: ANN401
    # One class may stand for many kinds: it is told its kind after scope and id. One that the
    # library derives for itself stands for what it is derived from.
    public = (each.__name__ for each in made.__mro__ if not each.__name__.startswith("_"))
    return getattr(arguments[-1], "kind", None) or next(public)


if __name__ == "__main__":
    program, sys.argv = sys.argv[1], sys.argv[1:]
    tracer = Tracer()
    tracer.watch()
    runpy.run_path(program, run_name="__main__")
    json.dump({"calls": tracer.calls, "seconds": tracer.seconds}, sys.stdout)
