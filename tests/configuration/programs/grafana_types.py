"""Dashboards, held to the types that Grafana publishes for its version."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.configuration.programs.cache import kept

VERSION = "13.2.3"
_PACKAGE = Path(__file__).parent / "typescript"


def problems(dashboards: Mapping[str, str]) -> list[str]:
    """Return what the compiler says of dashboards, given as JSON by name."""
    installed = kept(f"grafana-types-{VERSION}", _install)
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder)
        (sources / "node_modules").symlink_to(installed / "node_modules")
        shutil.copy(_PACKAGE / "dashboard.ts", sources)
        for name, text in dashboards.items():
            (sources / f"{name}.ts").write_text(
                'import type { WrittenDashboard } from "./dashboard";\n'
                f"export const dashboard: WrittenDashboard = {text};\n"
            )
        outcome = subprocess.run(
            (
                *("node", "node_modules/typescript/bin/tsc", "--noEmit", "--strict"),
                *("--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext"),
                *sorted(path.name for path in sources.glob("*.ts")),
            ),
            check=False,
            cwd=sources,
            capture_output=True,
            text=True,
        )
    return outcome.stdout.splitlines()


def _install(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_PACKAGE / name, folder)
    subprocess.run(("npm", "ci", "--no-audit", "--no-fund", "--silent"), check=True, cwd=folder)
