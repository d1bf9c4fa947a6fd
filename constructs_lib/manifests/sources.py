"""Sources of manifests: an app, a chart, or a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import cdk8s

from constructs_lib.errors import ConfigurationError
from constructs_lib.manifests.fields import Manifest

Source = cdk8s.App | cdk8s.Chart | Sequence[Manifest]


def manifests(source: Source) -> list[dict[str, Any]]:
    """Return the manifests of an app, of a chart or of a list.

    Args:
        source: an App with all its charts, a Chart, or manifests such as those
            of several apps together.

    Raises:
        ConfigurationError: the source is none of these.
    """
    if isinstance(source, cdk8s.App):
        return [manifest for chart in source.charts for manifest in cdk8s.Testing.synth(chart)]
    if isinstance(source, cdk8s.Chart):
        return list(cdk8s.Testing.synth(source))
    if isinstance(source, Sequence) and all(isinstance(item, Mapping) for item in source):
        return [dict(manifest) for manifest in source]
    raise ConfigurationError("source", source, "hand over an App, a Chart or a list of manifests")
