"""Whatever may call the internet may call nothing that is private or shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
INTERNAL = {"10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"}
CALLED = re.compile(r'cidrs=\("0\.0\.0\.0/0",\).*?\n *\)\n', re.DOTALL)


def written() -> Iterator[tuple[str, set[str]]]:
    """Yield each end that is everywhere, of programs and pages, with what it leaves out."""
    for path in (*ROOT.glob("*.py"), *ROOT.glob("examples/**/*.py"), *ROOT.glob("docs/**/*.md")):
        for found in CALLED.findall(path.read_text()):
            yield str(path), set(re.findall(r'"([0-9.]+/\d+)"', found)) - {"0.0.0.0/0"}


def opened() -> Iterator[tuple[str, set[str]]]:
    """Yield each way out to everywhere, of manifests, with what it leaves out."""
    files = (*ROOT.glob("dist/*.yaml"), *ROOT.glob("examples/__snapshots__/**/*.yaml"))
    for path in files:
        for each in yaml.safe_load_all(path.read_text()):
            if each and each["kind"] == "NetworkPolicy":
                rules = each["spec"].get("egress", [])
                blocks = [to.get("ipBlock", {}) for rule in rules for to in rule.get("to", [])]
                for block in blocks:
                    if block.get("cidr") == "0.0.0.0/0":
                        name = each["metadata"]["name"]
                        yield f"{path}: {name}", set(block.get("except", []))


def test_the_internet_is_nothing_internal() -> None:
    ways = [*written(), *opened()]
    assert len([*written()]) > 3
    assert len([*opened()]) > 5
    assert [(where, INTERNAL - left_out) for where, left_out in ways if INTERNAL - left_out] == []
