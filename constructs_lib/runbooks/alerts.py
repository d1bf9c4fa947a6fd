"""The alerts of manifests, and the pages that they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import yaml

from constructs_lib.manifests.fields import Manifest, field, mapping, mappings


class Alert(NamedTuple):
    """An alert.

    Args:
        name: of the alert.
        runbook: the address of its page.
    """

    name: str
    runbook: str

    @property
    def page(self) -> str:
        """The name of its page."""
        return self.runbook.rpartition("/")[2].removesuffix(".md")


def alerts(manifests: Iterable[Manifest]) -> Iterator[Alert]:
    """Yield each alert of the files of rules in ConfigMaps, and of PrometheusRules, once."""
    seen = set()
    for manifest in manifests:
        for rules in _files(manifest):
            for group in mappings(rules, "groups"):
                for rule in mappings(group, "rules"):
                    runbook = field(rule, "annotations", "runbook_url", default="")
                    alert = Alert(field(rule, "alert", default=""), runbook)
                    if runbook and alert not in seen:
                        seen.add(alert)
                        yield alert


def _files(manifest: Manifest) -> Iterator[Manifest]:
    kind = field(manifest, "kind", default="")
    if kind == "PrometheusRule":
        yield mapping(manifest, "spec")
    elif kind == "ConfigMap":
        for text in mapping(manifest, "data").values():
            if "runbook_url:" in text:
                yield yaml.safe_load(text)
