"""What people may do is named, bound to groups, and never lets them become more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ConfigurationError,
    Debugger,
    Developer,
    Namespace,
    Operator,
    PodSecurity,
    SecurityBaseline,
    Viewer,
)
from constructs_lib.facts import PolicyRule, Verb
from constructs_lib.security import Escalation, Persona
from constructs_lib.testing import check, find, find_all

PERSONAS: dict[str, Callable[..., Persona]] = {
    "viewer": Viewer,
    "developer": Developer,
    "operator": Operator,
    "debugger": Debugger,
}
ESCALATIONS = [
    ("", "pods/attach", Verb.GET, Escalation.ATTACH_TO_PODS),
    ("", "pods/ephemeralcontainers", Verb.PATCH, Escalation.ATTACH_TO_PODS),
    ("", "pods/portforward", Verb.CREATE, Escalation.CONNECT_TO_PODS),
    ("", "services/proxy", Verb.GET, Escalation.CONNECT_TO_PODS),
    ("", "pods", Verb.CREATE, Escalation.CREATE_WORKLOADS),
    ("apps", "deployments", Verb.PATCH, Escalation.CREATE_WORKLOADS),
    ("apps", "daemonsets", Verb.UPDATE, Escalation.CREATE_WORKLOADS),
    ("apps", "controllerrevisions", Verb.CREATE, Escalation.CREATE_WORKLOADS),
    ("networking.k8s.io", "ingresses/status", Verb.PATCH, Escalation.REDIRECT_TRAFFIC),
    ("batch", "cronjobs", Verb.CREATE, Escalation.CREATE_WORKLOADS),
    ("external-secrets.io", "externalsecrets", Verb.CREATE, Escalation.WRITE_SECRET_SOURCES),
    ("external-secrets.io", "secretstores", Verb.PATCH, Escalation.WRITE_SECRET_SOURCES),
    ("external-secrets.io", "pushsecrets", Verb.CREATE, Escalation.WRITE_SECRET_SOURCES),
    ("bitnami.com", "sealedsecrets", Verb.UPDATE, Escalation.WRITE_SECRET_SOURCES),
    ("", "configmaps", Verb.PATCH, Escalation.WRITE_CONFIGURATION),
    ("", "services", Verb.PATCH, Escalation.REDIRECT_TRAFFIC),
    ("", "endpoints", Verb.CREATE, Escalation.REDIRECT_TRAFFIC),
    ("discovery.k8s.io", "endpointslices", Verb.CREATE, Escalation.REDIRECT_TRAFFIC),
    ("networking.k8s.io", "ingresses", Verb.CREATE, Escalation.REDIRECT_TRAFFIC),
    ("k8s.nginx.org", "virtualservers", Verb.CREATE, Escalation.REDIRECT_TRAFFIC),
    ("gateway.networking.k8s.io", "httproutes", Verb.PATCH, Escalation.REDIRECT_TRAFFIC),
    ("cert-manager.io", "certificaterequests", Verb.CREATE, Escalation.REQUEST_CERTIFICATES),
    ("cert-manager.io", "certificates", Verb.CREATE, Escalation.REQUEST_CERTIFICATES),
    ("", "services/status", Verb.PATCH, Escalation.REDIRECT_TRAFFIC),
    ("", "pods/status", Verb.UPDATE, Escalation.REDIRECT_TRAFFIC),
    ("argoproj.io", "applications", Verb.CREATE, Escalation.WRITE_CUSTOM_RESOURCES),
    ("helm.toolkit.fluxcd.io", "helmreleases", Verb.PATCH, Escalation.WRITE_CUSTOM_RESOURCES),
    ("postgresql.cnpg.io", "clusters", Verb.UPDATE, Escalation.WRITE_CUSTOM_RESOURCES),
    ("traefik.io", "ingressroutes", Verb.CREATE, Escalation.WRITE_CUSTOM_RESOURCES),
    ("argoproj.io", "rollouts", Verb.CREATE, Escalation.CREATE_WORKLOADS),
    (
        "secrets-store.csi.x-k8s.io",
        "secretproviderclasses",
        Verb.CREATE,
        Escalation.WRITE_SECRET_SOURCES,
    ),
]


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A persona of somebody's own."""

    rule: PolicyRule
    name: str = "odd"
    groups: tuple[str, ...] = ("shop-odd",)
    namespaces: tuple[str, ...] = ("app",)
    escalations: tuple[Escalation, ...] = ()

    def rules(self) -> tuple[PolicyRule, ...]:
        return (self.rule,)


def baseline(chart: Chart, *personas: Persona) -> None:
    SecurityBaseline(
        chart,
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[],
        personas=personas,
    )


def allowed(chart: Chart, role: str) -> set[tuple[str, str]]:
    return {
        (resource, verb)
        for rule in find(chart, "ClusterRole", f"baseline-{role}")["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


@pytest.mark.mission("B61")
@pytest.mark.mission("B65")
@pytest.mark.parametrize("name", PERSONAS)
def test_persona(name: str, cluster: Chart, manifest: SnapshotAssertion) -> None:
    baseline(cluster, PERSONAS[name](groups=(f"shop-{name}s",), namespaces=("app",)))
    assert [*find_all(cluster, "ClusterRole"), *find_all(cluster, "RoleBinding")] == manifest
    assert "secrets" not in {resource for resource, _ in allowed(cluster, name)}
    check(cluster)


@pytest.mark.mission("B65")
@pytest.mark.parametrize("kind", [Developer, Operator])
def test_a_secret_is_read_only_by_its_name(kind: Callable[..., Persona], cluster: Chart) -> None:
    persona = kind(groups=("shop",), namespaces=("app",), secrets=("api-database",))
    baseline(cluster, persona)
    rule = find(cluster, "ClusterRole", f"baseline-{persona.name}")["rules"][-1]
    assert rule == {
        "apiGroups": [""],
        "resources": ["secrets"],
        "resourceNames": ["api-database"],
        "verbs": ["get"],
    }


@pytest.mark.mission("B61")
@pytest.mark.parametrize("verb", ["bind", "escalate", "impersonate", "*"])
def test_fails_on_a_verb_that_makes_somebody_more(verb: Any) -> None:  # noqa: ANN401
    with pytest.raises(
        ConfigurationError, match=r"PolicyRule\.verbs\[0\]: got .*; give one of Verb"
    ):
        PolicyRule(resources=("roles",), verbs=(verb,))


@pytest.mark.mission("B130")
@pytest.mark.mission("B132")
def test_a_debugger_runs_commands_in_named_pods_only(cluster: Chart) -> None:
    baseline(cluster, Debugger(groups=("on-call",), namespaces=("app",), exec_pods=("postgres-0",)))
    shells = [
        rule
        for rule in find(cluster, "ClusterRole", "baseline-debugger")["rules"]
        if "pods/exec" in rule["resources"]
    ]
    assert [rule["resourceNames"] for rule in shells] == [["postgres-0"]]


@pytest.mark.parametrize(("group", "resource", "verb", "escalation"), ESCALATIONS)
def test_a_power_is_said(
    group: str, resource: str, verb: Verb, escalation: Escalation, cluster: Chart
) -> None:
    rule = PolicyRule(api_group=group, resources=(resource,), verbs=(verb,))
    baseline(cluster, Odd(rule=rule, escalations=(escalation,)))
    assert (resource, verb) in allowed(cluster, "odd")


@pytest.mark.mission("B61")
@pytest.mark.parametrize(("group", "resource", "verb", "escalation"), ESCALATIONS)
def test_fails_on_a_power_that_is_not_said(
    group: str, resource: str, verb: Verb, escalation: Escalation, cluster: Chart
) -> None:
    rule = PolicyRule(api_group=group, resources=(resource,), verbs=(verb,))
    others = tuple(set(Escalation) - {escalation})
    with pytest.raises(
        ConfigurationError, match=rf"say Escalation\.{escalation.name} in its escalations"
    ):
        baseline(cluster, Odd(rule=rule, escalations=others))


@pytest.mark.parametrize("kind", [Operator, Debugger])
def test_fails_on_a_power_over_the_nodes(kind: Callable[..., Persona], cluster: Chart) -> None:
    """Pods of a privileged namespace may be root on their nodes."""
    agents = Namespace(name="agents", pod_security=PodSecurity.PRIVILEGED)
    persona = kind(groups=("shop",), namespaces=("agents",))
    with pytest.raises(ConfigurationError, match=r"got 'agents'; leave it out: pods may be root"):
        SecurityBaseline(
            cluster, "baseline", namespaces=[agents], constructs=[], personas=[persona]
        )


def test_a_power_over_the_nodes_is_said(cluster: Chart) -> None:
    agents = Namespace(name="agents", pod_security=PodSecurity.PRIVILEGED)
    persona = Odd(
        rule=PolicyRule(resources=("pods",), verbs=(Verb.CREATE,)),
        namespaces=("agents",),
        escalations=(Escalation.CREATE_WORKLOADS, Escalation.CONTROL_NODES),
    )
    SecurityBaseline(cluster, "baseline", namespaces=[agents], constructs=[], personas=[persona])
    assert ("pods", "create") in allowed(cluster, "odd")


@pytest.mark.parametrize("resource", ["pods/attach", "pods/exec"])
def test_fails_on_a_way_into_pods_that_may_be_root_though_named(
    resource: str, cluster: Chart
) -> None:
    agents = Namespace(name="agents", pod_security=PodSecurity.PRIVILEGED)
    rule = PolicyRule(resources=(resource,), verbs=(Verb.CREATE,), names=("filebeat-0",))
    persona = Odd(rule=rule, namespaces=("agents",))
    with pytest.raises(ConfigurationError, match="pods may be root on their nodes there"):
        SecurityBaseline(
            cluster, "baseline", namespaces=[agents], constructs=[], personas=[persona]
        )


@pytest.mark.parametrize(
    "resource",
    ["limitranges", "namespaces/finalize", "resourcequotas", "serviceaccounts"],
)
def test_fails_on_what_nobody_changes(resource: str, cluster: Chart) -> None:
    rule = PolicyRule(resources=(resource,), verbs=(Verb.PATCH,))
    with pytest.raises(ConfigurationError, match="to change it is an escalation"):
        baseline(cluster, Odd(rule=rule, escalations=tuple(Escalation)))


@pytest.mark.parametrize(
    ("group", "resource", "verb"),
    [
        ("", "pods", Verb.DELETE),
        ("", "pods/ephemeralcontainers", Verb.GET),
        ("apps", "deployments", Verb.LIST),
        ("apps", "deployments/scale", Verb.PATCH),
        ("external-secrets.io", "externalsecrets", Verb.GET),
    ],
)
def test_what_gives_no_power(group: str, resource: str, verb: Verb, cluster: Chart) -> None:
    baseline(cluster, Odd(rule=PolicyRule(api_group=group, resources=(resource,), verbs=(verb,))))
    assert (resource, verb) in allowed(cluster, "odd")


def test_pods_that_are_named_are_no_power(cluster: Chart) -> None:
    named = PolicyRule(resources=("pods/attach",), verbs=(Verb.CREATE,), names=("postgres-0",))
    baseline(cluster, Odd(rule=named))
    assert ("pods/attach", "create") in allowed(cluster, "odd")


@pytest.mark.parametrize(
    ("group", "resource", "escalation"),
    [
        ("apps", "deployments", Escalation.CREATE_WORKLOADS),
        ("external-secrets.io", "externalsecrets", Escalation.WRITE_SECRET_SOURCES),
    ],
)
def test_fails_on_a_power_over_a_named_object(
    group: str, resource: str, escalation: Escalation, cluster: Chart
) -> None:
    named = PolicyRule(api_group=group, resources=(resource,), verbs=(Verb.PATCH,), names=("web",))
    with pytest.raises(ConfigurationError, match=rf"say Escalation\.{escalation.name}"):
        baseline(cluster, Odd(rule=named))


@pytest.mark.mission("B132")
def test_a_developer_reaches_named_pods_only(cluster: Chart) -> None:
    baseline(cluster, Developer(groups=("shop",), namespaces=("app",), forward_pods=("web-0",)))
    rule = find(cluster, "ClusterRole", "baseline-developer")["rules"][-1]
    assert rule == {
        "apiGroups": [""],
        "resources": ["pods/portforward"],
        "resourceNames": ["web-0"],
        "verbs": ["create"],
    }


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (PolicyRule(resources=("secrets",), verbs=(Verb.GET,)), "name the objects"),
        (PolicyRule(resources=("pods/exec",), verbs=(Verb.CREATE,)), "name the objects"),
        (
            PolicyRule(resources=("serviceaccounts/token",), verbs=(Verb.CREATE,)),
            "name the objects",
        ),
        (
            PolicyRule(resources=("namespaces",), verbs=(Verb.PATCH,)),
            "to change it is an escalation",
        ),
        (
            PolicyRule(
                api_group="networking.k8s.io",
                resources=("networkpolicies",),
                verbs=(Verb.CREATE,),
            ),
            "to change it is an escalation",
        ),
        (
            PolicyRule(
                api_group="rbac.authorization.k8s.io",
                resources=("roles",),
                verbs=(Verb.UPDATE,),
            ),
            "to change it is an escalation",
        ),
    ],
)
def test_fails_on_a_persona_that_could_escalate(
    rule: PolicyRule, says: str, cluster: Chart
) -> None:
    with pytest.raises(ConfigurationError, match=says):
        baseline(cluster, Odd(rule=rule))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"groups": "shop", "namespaces": ("app",)}, "give a tuple"),
        ({"groups": (), "namespaces": ("app",)}, "name at least one group"),
        ({"groups": ("system:masters",), "namespaces": ("app",)}, "a group of your own"),
        ({"groups": ("shop",), "namespaces": ()}, "name at least one namespace"),
        ({"groups": ("shop",), "namespaces": ("App",)}, "Viewer.namespaces"),
        ({"groups": ("shop",), "namespaces": ("app", "app")}, "only once"),
    ],
)
def test_fails(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Viewer(**arguments)


@pytest.mark.parametrize("group", ["system:authenticated", "system:masters", ""])
def test_fails_to_give_a_part_of_ones_own_to_everybody(group: str, cluster: Chart) -> None:
    look = PolicyRule(resources=("pods",), verbs=(Verb.GET,))
    with pytest.raises(ConfigurationError, match=r"groups of persona odd: .* a group of your own"):
        baseline(cluster, Odd(rule=look, groups=(group,)))


def test_fails_in_a_namespace_of_others(cluster: Chart) -> None:
    with pytest.raises(ConfigurationError, match="use some of app"):
        baseline(cluster, Viewer(groups=("shop",), namespaces=("kube-system",)))


def test_no_verb_lets_anybody_become_more() -> None:
    assert not {"*", "bind", "escalate", "impersonate"} & {verb.value for verb in Verb}


def test_whoever_is_on_call_aborts_the_canaries_that_are_named() -> None:
    rules = Debugger(groups=("on-call",), namespaces=("app",), canaries=("web", "api")).rules()
    aborts = [rule for rule in rules if "services" in rule.resources and Verb.PATCH in rule.verbs]
    assert [rule.names for rule in aborts] == [("web-canary", "api-canary")]
    none = Debugger(groups=("on-call",), namespaces=("app",)).rules()
    assert not [rule for rule in none if rule.resources == ("services",)]
