"""What dashboards are built with, taken from the SDK without its warning.

The SDK warns at import that there is a newer schema of dashboards. The classic
one is what every Grafana loads from files.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.builders import (
        elasticsearch,
        logs,
        prometheus,
        stat,
        table,
        timeseries,
    )
    from grafana_foundation_sdk.builders.common import (
        GraphThresholdsStyleConfig,
        ReduceDataOptions,
        StackingConfig,
        VizLegendOptions,
        VizTooltipOptions,
    )
    from grafana_foundation_sdk.builders.dashboard import (
        AnnotationQuery,
        Dashboard,
        DashboardLink,
        QueryVariable,
        Row,
        TextBoxVariable,
        ThresholdsConfig,
    )
    from grafana_foundation_sdk.cog.builder import Builder
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.variants import Dataquery
    from grafana_foundation_sdk.models import common as common_models
    from grafana_foundation_sdk.models import dashboard as models
    from grafana_foundation_sdk.models.prometheus import PromQueryFormat
    from grafana_foundation_sdk.models.table import Options as TableOptions

__all__ = [
    "AnnotationQuery",
    "Builder",
    "Dashboard",
    "DashboardLink",
    "Dataquery",
    "GraphThresholdsStyleConfig",
    "JSONEncoder",
    "PromQueryFormat",
    "QueryVariable",
    "ReduceDataOptions",
    "Row",
    "StackingConfig",
    "TableOptions",
    "TextBoxVariable",
    "ThresholdsConfig",
    "VizLegendOptions",
    "VizTooltipOptions",
    "common_models",
    "elasticsearch",
    "logs",
    "models",
    "prometheus",
    "stat",
    "table",
    "timeseries",
]
