"""The line of the program that asks this library for something."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import jsii

# Calls of these are not the program's own.
_NOT_THE_PROGRAM = tuple(f"{Path(file).parent}/" for file in (__file__, jsii.__file__))


def caller() -> tuple[str, int]:
    """Return the file and the line of the nearest call from outside of this library.

    The file is told from where the program runs or, if it is not below that, from the folder of
    the program.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect takes a hundred times as long
    while frame is not None and frame.f_code.co_filename.startswith(_NOT_THE_PROGRAM):
        frame = frame.f_back
    if frame is None:
        return "", 0
    file = Path(frame.f_code.co_filename)
    for folder in (Path.cwd(), Path(sys.argv[0]).resolve().parent):
        if file.is_relative_to(folder):
            return file.relative_to(folder).as_posix(), frame.f_lineno
    return file.name, frame.f_lineno
