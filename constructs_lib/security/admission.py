"""ValidatingAdmissionPolicies: an add-on for Kubernetes 1.30 and newer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import ConfigurationError
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.namespaces import Namespace
from constructs_lib.rules import check_distinct
from constructs_lib.scopes import check_no_namespace

_API_VERSION = "admissionregistration.k8s.io/v1"
# What is matched is one value for the API server: what it fills in would be a conflict for whoever
# applies the same server-side after another.
_MATCHED = {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}}


class AdmissionPolicy(Protocol):
    """A policy by which the API server rejects objects."""

    @property
    def name(self) -> str:
        """The name of its policy and its binding."""
        ...

    def spec(self) -> Mapping[str, Any]:
        """Return the spec of a ValidatingAdmissionPolicy.

        https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
        """
        ...


class AdmissionPolicies(NamedConstruct):
    """Admission policies of some namespaces, for objects of any author.

    Creates for each policy a ValidatingAdmissionPolicy, and a
    ValidatingAdmissionPolicyBinding to the namespaces. Clusters older than 1.30 do
    not have these kinds, so keep them in a file of their own.

    Args:
        scope: a chart without a namespace.
        id: the prefix of the names of all policies, such as the name of the platform.
        namespaces: that they are bound to.
        policies: `FixedImages`, `Registries`,
            `UnprivilegedPods`, `KnownAgents`, `DebugTargets` or one of your own.

    Raises:
        ConfigurationError: no namespaces or policies, or one twice.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespaces: Sequence[Namespace],
        policies: Sequence[AdmissionPolicy],
    ) -> None:
        check_no_namespace(scope)
        super().__init__(scope, id)
        for field, values in (
            ("namespaces", [namespace.name for namespace in namespaces]),
            ("policies", [policy.name for policy in policies]),
        ):
            if not values:
                raise ConfigurationError(f"AdmissionPolicies.{field}", values, "name at least one")
            check_distinct(f"AdmissionPolicies.{field}", values)
        for policy in policies:
            self._policy(f"{id}-{policy.name}", policy)
            self._binding(f"{id}-{policy.name}", [namespace.name for namespace in namespaces])

    def _policy(self, name: str, policy: AdmissionPolicy) -> None:
        kind = "ValidatingAdmissionPolicy"
        CustomResource(
            self,
            f"{kind}-{name}",
            api_version=_API_VERSION,
            kind=kind,
            metadata=names.metadata(self, kind, name),
            fields={"spec": {"failurePolicy": "Fail", **_filled_in(policy.spec())}},
        )

    def _binding(self, name: str, namespaces: Sequence[str]) -> None:
        kind = "ValidatingAdmissionPolicyBinding"
        selected = {
            "key": "kubernetes.io/metadata.name",
            "operator": "In",
            "values": list(namespaces),
        }
        CustomResource(
            self,
            f"{kind}-{name}",
            api_version=_API_VERSION,
            kind=kind,
            metadata=names.metadata(self, kind, name),
            fields={
                "spec": {
                    "policyName": name,
                    "validationActions": ["Deny"],
                    "matchResources": {
                        **_MATCHED,
                        "namespaceSelector": {"matchExpressions": [selected]},
                    },
                }
            },
        )


def _filled_in(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    matched = spec.get("matchConstraints", {})
    rules = [{"scope": "*", **rule} for rule in matched.get("resourceRules", [])]
    return {**spec, "matchConstraints": {**_MATCHED, **matched, "resourceRules": rules}}
