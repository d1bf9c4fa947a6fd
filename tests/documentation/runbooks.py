"""The runbooks, with the names of the platform that pages speak of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from constructs_lib.runbooks.alerts import alerts
from constructs_lib.runbooks.pages import filled, naming, templates
from constructs_lib.runbooks.subjects import subjects
from constructs_lib.testing import manifests
from tests.documentation.cluster import documented
from tests.documentation.pages import ROOT
from tests.observability.prometheus.others import stack_of_others

FOLDER = ROOT / "docs" / "runbooks"


def pages() -> Mapping[Path, str]:
    """Return the text of each page, with the alerts of the library that lead to it."""
    named = subjects(documented().objects)
    lead_to: dict[str, dict[str, None]] = {name: {} for name in templates()}
    for alert in alerts([*documented().objects, *manifests(stack_of_others())]):
        lead_to[alert.page][alert.name] = None
    return {
        FOLDER / f"{name}.md": naming(filled(page, named), lead_to[name])
        for name, page in templates().items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, text in pages().items():
        file.write_text(text)
