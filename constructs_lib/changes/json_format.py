"""Writes changes as JSON, for programs: stable in order, without values of Secrets."""

from __future__ import annotations

import json
from typing import Any

from constructs_lib.changes.acceptance import Judgement
from constructs_lib.changes.report import Change
from constructs_lib.changes.verdicts import Finding


def as_json(judgement: Judgement) -> str:
    """Return a document of version 1."""
    found = judgement.changes
    reasons = {(c.object, a.verdict): a.reason for c, a in judgement.accepted}
    document = {
        "version": 1,
        "before": found.before,
        "after": found.after,
        "deploys": found.deploys.value,
        "kubernetes": [".".join(map(str, each)) for each in found.versions],
        "objects_after": found.total,
        "worst": found.worst.value,
        "counts": {verdict.value: count for verdict, count in found.counts().items()},
        "passes": judgement.passes,
        "problems": list(judgement.problems),
        "renames": [
            {"from": str(each.gone), "to": str(each.new), "way": each.way.value}
            for each in found.renames
        ],
        "follows": [
            {"object": name, "from": words[0], "to": words[1]}
            for name, words in found.follows.items()
        ],
        "objects": [_object(each, reasons) for each in found.changes],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"


def _object(change: Change, reasons: dict[Any, str]) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "api_version": change.api_version,
        "namespace": change.namespace,
        "name": change.name,
        "was": change.was,
        "outcome": change.outcome.value,
        "verdict": change.verdict.value,
        "construct": change.origin.path if change.origin else None,
        "source": _source(change),
        "manifest": change.place._asdict() if change.place else None,
        "verdicts": [
            _finding(each)
            | {
                "digest": change.digest(each.verdict),
                "accepted": reasons.get((change.object, each.verdict)),
            }
            for each in change.findings
        ],
    }


def _source(change: Change) -> dict[str, Any] | None:
    origin = change.origin
    return {"file": origin.file, "line": origin.line} if origin and origin.file else None


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": finding.verdict.value,
        "rule": finding.rule,
        "certainty": finding.certainty.value,
        "why": finding.why,
        "remedy": finding.remedy,
        "fields": [each._asdict() for each in finding.fields],
    }
