"""The bare app: what Python, Node and the dependencies of the library cost."""

from __future__ import annotations

import cdk8s_plus_27.k8s  # noqa: F401 - what anybody has who writes typed objects
from cdk8s import App, Chart

app = App()
Chart(app, "empty")
app.synth()
