"""PodDisruptionBudgets of workloads."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.quantities import int_or_string
from constructs_lib.rules import check_range
from constructs_lib.values import Value

_PERCENTAGE = re.compile(r"[1-9]\d?%", re.ASCII)


class DisruptionBudget(Value):
    """The replicas of a workload that may be evicted at once.

    What never has more than one replica gets none: it would protect nothing. Pods that are not
    healthy may always be evicted, or a broken workload would block the drain of its node for good
    (https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy).

    Args:
        max_unavailable: replicas that may be unavailable, or a percentage of them such as
            ``10%``, which is rounded up: for some hundred replicas one by one would take hours.

    Raises:
        ConfigurationError: no replica, or a budget for all replicas that there may be.
    """

    max_unavailable: int | str = 1

    def __post_init__(self) -> None:
        most = self.max_unavailable
        if isinstance(most, str):
            if not _PERCENTAGE.fullmatch(most):
                reject("DisruptionBudget.max_unavailable", most, "write a percentage such as '10%'")
        else:
            check_range("DisruptionBudget.max_unavailable", most, 1, 1000)

    def attach(
        self,
        scope: Construct,
        *,
        name: str,
        namespace: str,
        selector: Mapping[str, str],
        fewest: int,
        most: int,
    ) -> None:
        """Create the budget of a workload.

        Args:
            scope: the parent construct.
            name: of the workload.
            namespace: of the workload.
            selector: the labels of its pods.
            fewest: replicas that it has.
            most: replicas that it has.
        """
        if most <= 1:
            return
        # One that is alone may go: otherwise nobody could drain its node.
        replicas = fewest if fewest > 1 else most
        gone = self.max_unavailable
        if isinstance(gone, str):
            gone = math.ceil(replicas * int(gone.removesuffix("%")) / 100)
        if replicas <= gone:
            raise ConfigurationError(
                "DisruptionBudget.max_unavailable",
                self.max_unavailable,
                f"have more replicas than that, at least {gone + 1} "
                f"(now {replicas}), or decline the budget: disruption_budget=None",
            )
        k8s.KubePodDisruptionBudget(
            scope,
            f"DisruptionBudget-{name}",
            metadata=names.metadata(
                scope, "PodDisruptionBudget", name, namespace=namespace, labels=selector
            ),
            spec=k8s.PodDisruptionBudgetSpec(
                max_unavailable=int_or_string(self.max_unavailable),
                unhealthy_pod_eviction_policy="AlwaysAllow",
                selector=k8s.LabelSelector(match_labels=dict(selector)),
            ),
        )
