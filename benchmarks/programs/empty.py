"""The empty app: what Python, Node and the imports of the platform cost."""

from __future__ import annotations

from cdk8s import App, Chart

from main import PART_OF

app = App()
Chart(app, "empty", labels=PART_OF)
app.synth()
