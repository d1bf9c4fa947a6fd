"""How many examples a property tries: 25, or 500 with HYPOTHESIS_PROFILE=thorough."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, configuration, settings

# What hypothesis remembers between runs stays out of the checkout.
configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")

settings.register_profile(
    "normal",
    max_examples=25,
    # The same examples in every run, so that red means a change; the thorough profile explores.
    derandomize=True,
    deadline=None,
    print_blob=True,
    database=None,
    # To shrink a platform takes minutes; the thorough profile has them.
    phases=[Phase.explicit, Phase.generate],
    # Each typed struct is a call into Node, so an example takes long to draw.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "thorough",
    settings.get_profile("normal"),
    max_examples=500,
    derandomize=False,
    phases=list(Phase),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))
