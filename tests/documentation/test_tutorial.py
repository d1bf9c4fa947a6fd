"""The tutorial, done step by step in an empty folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import yaml

from constructs_lib.testing import find
from tests.documentation.pages import ROOT, TUTORIAL, Block, code
from tests.documentation.test_pages import holds

# The wheel is installed by tests/packaging, and there is no cluster.
_NOT_HERE = {".venv/bin/python", "kubectl", "mkdir", "python3.11"}
_HERE = {
    "constructs-lib": (sys.executable, "-m", "constructs_lib.cli"),
    "python": (sys.executable,),
}


class Reader:
    """Somebody who does what the tutorial says.

    Args:
        folder: where.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder
        self.output = ""
        self.failed = False

    def take(self, block: Block) -> None:
        """Do one block, or compare it with what is there."""
        getattr(self, f"_{block.language}")(block)

    def _python(self, block: Block) -> None:
        self._file(block).write_text(block.text)

    def _diff(self, block: Block) -> None:
        lines = block.text.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        file = self._file(block)
        text = file.read_text()
        assert text.count(old) == 1, old
        file.write_text(text.replace(old, new))

    def _console(self, block: Block) -> None:
        assert not self.failed, f"the text says nothing of what failed:\n{self.output}"
        self.output = ""
        for line in block.text.splitlines():
            program, *arguments = shlex.split(line)
            if program in _NOT_HERE:
                continue
            if program == "cd":
                self.folder /= arguments[0]
                self.folder.mkdir()
                continue
            assert not self.failed
            self._run(*_HERE.get(program, (program,)), *arguments)

    def _text(self, block: Block) -> None:
        if ".gitignore" in block.title:
            (self.folder / ".gitignore").write_text(block.text)
            return
        output = " ".join(self.output.split())
        for line in block.text.splitlines():
            shown = " ".join(line.split())
            assert shown in output, self.output
        self.failed = False

    def _yaml(self, block: Block) -> None:
        shown = yaml.safe_load(block.text)
        made = [
            manifest
            for file in self.folder.glob("dist/*.yaml")
            for manifest in yaml.safe_load_all(file.read_text())
        ]
        name, namespace = shown["metadata"]["name"], shown["metadata"]["namespace"]
        assert holds(find(made, shown["kind"], name, namespace), shown)

    def _file(self, block: Block) -> Path:
        named = re.findall(r"`(\w+\.py)`", block.title)
        self.file = self.folder / named[-1] if named else self.file
        return self.file

    def _run(self, *command: str) -> None:
        done = subprocess.run(  # noqa: S603 - commands of our page
            command,
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "PYTEST_PLUGINS": "pytest_constructs_lib",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.output += done.stdout
        self.failed = done.returncode != 0


def test_tutorial(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    for block in code(TUTORIAL):
        reader.take(block)
    assert not reader.failed, reader.output
