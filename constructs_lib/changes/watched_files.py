"""Files of a ConfigMap by which Prometheus watches: alerts and jobs that go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import mapping, mappings
from constructs_lib.manifests.files import Loader

_SAYS = ("alert:", "job_name:")
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def watched_files(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield the alerts and the scrape jobs that no file of a ConfigMap has any more."""
    configs = [each for each in comparison.updated if each.kind == "ConfigMap"]
    changed = {each: fields for each in configs if (fields := _about_watching(each))}
    if not changed:
        return
    kept = {what for each in comparison.accepted for what in _watched(each.now)}
    # What watched something that goes, or gets another name, goes with it.
    gone = {each.name for each in comparison.gone}
    for pair, fields in changed.items():
        was = _watched(pair.was)
        for what in sorted(was.keys() - kept):
            if not gone & set(_WORD.findall(was[what])):
                yield pair, Finding(Verdict.WEAKENS, "watched", f"{what} any more", fields)


def _about_watching(pair: Pair) -> tuple[FieldChange, ...]:
    return tuple(
        each for each in pair.below("data.") if any(says in str(each.before) for says in _SAYS)
    )


def _watched(config: dict[str, Any]) -> dict[str, str]:
    """Return what no longer is so without each alert and job of the files, with its text."""
    found: dict[str, str] = {}
    for content in mapping(config, "data").values():
        node = _read(content) if any(says in str(content) for says in _SAYS) else {}
        for group in mappings(node, "groups"):
            alerts = (each for each in mappings(group, "rules") if "alert" in each)
            found |= {f"nobody is told of {each['alert']}": str(each) for each in alerts}
        jobs = mappings(node, "scrape_configs")
        found |= {f"nobody measures job {each.get('job_name')}": str(each) for each in jobs}
    return found


def _read(content: str) -> object:
    try:
        return yaml.load(content, Loader)  # noqa: S506 - it is a safe one
    except yaml.YAMLError:
        return {}
