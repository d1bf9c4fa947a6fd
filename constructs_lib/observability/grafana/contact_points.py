"""The contact point of alerts that Grafana evaluates: the Alertmanagers."""

from __future__ import annotations

from collections.abc import Sequence

from cdk8s import Yaml

from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.observability.grafana.data_sources import PROVISIONING
from constructs_lib.pods.configuration import ConfigFiles


def contact_points(alertmanagers: Sequence[HttpEndpoint]) -> ConfigFiles:
    """Return the provisioning file that sends alerts of Grafana to all Alertmanagers.

    They group, silence and repeat, so Grafana sends each alert at once. It repeats it
    each minute, since an Alertmanager resolves an alert that it has not received for
    five.
    """
    receiver = {
        "uid": "alertmanagers",
        "type": "prometheus-alertmanager",
        "settings": {"url": ",".join(each.url for each in alertmanagers)},
    }
    return ConfigFiles(
        name="alert-path",
        files={
            "alert-path.yaml": Yaml.stringify(
                {
                    "apiVersion": 1,
                    "contactPoints": [
                        {"orgId": 1, "name": "Alertmanagers", "receivers": [receiver]}
                    ],
                    "policies": [
                        {
                            "orgId": 1,
                            "receiver": "Alertmanagers",
                            "group_by": ["..."],
                            "group_wait": "0s",
                            "group_interval": "1m",
                            "repeat_interval": "1m",
                        }
                    ],
                }
            )
        },
        mount_path=f"{PROVISIONING}/alerting",
    )
