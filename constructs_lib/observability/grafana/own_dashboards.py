"""Dashboards that a program brings along, as the JSON that Grafana exports."""

from __future__ import annotations

import json
import re
from typing import Any

from constructs_lib.errors import reject
from constructs_lib.observability.grafana.data_sources import ELASTICSEARCH, PROMETHEUS
from constructs_lib.rules import check_name
from constructs_lib.values import Value

# A ConfigMap holds a mebibyte, with its metadata.
_MOST_BYTES = 900_000
_INPUT = re.compile(r"\$\{(DS_[A-Z0-9_-]+)\}")
_SOURCES = {"prometheus": PROMETHEUS, "elasticsearch": ELASTICSEARCH}


class JsonDashboard(Value):
    """A dashboard as Grafana exports it, or as https://grafana.com/grafana/dashboards has it.

    Its inputs, such as ``${DS_PROMETHEUS}``, become the data sources of the stack.

    Args:
        uid: stable, which is its name in addresses too.
        folder: the name of the folder that it is in, such as ``services`` or one of your own.
        model: the JSON, such as ``Path("orders.json").read_text()``.

    Raises:
        ConfigurationError: no JSON of a dashboard, one that is too large for a ConfigMap, or an
            input that is no data source of the stack.
    """

    uid: str
    folder: str
    model: str

    def __post_init__(self) -> None:
        check_name("JsonDashboard.uid", self.uid)
        check_name("JsonDashboard.folder", self.folder)
        if len(self.model.encode()) > _MOST_BYTES:
            reject("JsonDashboard.model", len(self.model), f"use at most {_MOST_BYTES} bytes")
        try:
            model = json.loads(self.model)
        except ValueError as error:
            reject("JsonDashboard.model", self.model[:40], f"give JSON: {error}")
            return
        if not isinstance(model, dict) or "title" not in model:
            reject("JsonDashboard.model", self.model[:40], "give the JSON of a dashboard")
            return
        for name in _INPUT.findall(self.model):
            if name not in self._inputs(model):
                reject(
                    "JsonDashboard.model",
                    name,
                    f"let its __inputs say a plugin of {', '.join(_SOURCES)}, or name a source",
                )

    def json(self) -> str:
        """Return the model as it is provisioned."""
        model = json.loads(self.model)
        inputs = self._inputs(model)
        model = {key: each for key, each in model.items() if key not in ("__inputs", "__requires")}
        model |= {"uid": self.uid, "id": None, "editable": False}
        written = json.dumps(model, sort_keys=True, indent=2, ensure_ascii=False)
        return _INPUT.sub(lambda found: inputs[found[1]], written) + "\n"

    def _inputs(self, model: dict[str, Any]) -> dict[str, str]:
        return {
            each["name"]: _SOURCES[each["pluginId"]]
            for each in model.get("__inputs", [])
            if each.get("pluginId") in _SOURCES
        }
