"""What only shows over the whole platform: each problem alone, and all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import (
    ConfigurationError,
    ExistingStorageClass,
    Namespace,
    Outside,
    Port,
    ReclaimPolicy,
    Route,
    SecretRef,
    SecurityBaseline,
    StorageClass,
    Viewer,
)
from constructs_lib.facts import (
    Call,
    Facts,
    Footprint,
    Neighbour,
    PartyCertificate,
    PodMetric,
    SecretUse,
    VolumeClaim,
)
from constructs_lib.quantities import parse
from tests.security.workloads import Workload, peer
from tests.tiers.ends import SERVED

APP = Namespace(name="app")
FAST = StorageClass(name="fast", provisioner="ebs.csi.aws.com", is_default=True)
SLOW = StorageClass(name="slow", provisioner="ebs.csi.aws.com")
BULK = StorageClass(name="bulk", provisioner="ebs.csi.aws.com", is_default=True)
API = peer("api", ports=(Port(name="http", number=8080),))
STRANGER = peer("stranger", ports=(Port(name="http", number=8080),))
STORE = Outside(name="store", cidrs=("203.0.113.0/24",))
VIEWER = Viewer(groups=("shop",), namespaces=("app",))
SECRET = SecretRef(name="shared", keys=("key",), revision="1")
ROTATED = SecretRef(name="shared", keys=("key",), revision="2")


LIVE = replace(SERVED, route=Route(name="live", paths=("/live",)))


def _uses(*secrets: SecretRef) -> tuple[SecretUse, ...]:
    return tuple(
        SecretUse(namespace="app", secret=secret, reader=f"reader-{number}")
        for number, secret in enumerate(secrets)
    )


def _party(name: str) -> PartyCertificate:
    secret = replace(SECRET, keys=("tls.crt", "tls.key", "ca.crt"))
    return PartyCertificate(namespace="app", secret=secret, common_name=name, is_client=True)


def _scales_by(series: str) -> Facts:
    return Facts(pod_metrics=(PodMetric(name="load", average=1, series=series),))


# The arguments of a baseline, the facts that it is given, and what is said.
PROBLEMS: dict[str, tuple[dict[str, Any], Sequence[Facts], str]] = {
    "a namespace twice": (
        {"namespaces": [APP, APP]},
        [],
        "SecurityBaseline.namespaces: got 'app'; name each only once",
    ),
    "a storage tier twice": (
        {"storage": [SLOW, SLOW]},
        [],
        "SecurityBaseline.storage: got 'slow'; name each only once",
    ),
    "two classes of one name": (
        {"storage": [SLOW, ExistingStorageClass(name="slow", reclaim_policy=ReclaimPolicy.DELETE)]},
        [],
        "SecurityBaseline.storage: got 'slow'; name each only once",
    ),
    "a class that keeps and does not": (
        {
            "storage": [
                ExistingStorageClass(name="standard", reclaim_policy=policy)
                for policy in ReclaimPolicy
            ]
        },
        [],
        "SecurityBaseline.storage: got 'standard'; name each only once",
    ),
    "two defaults": (
        {"storage": [FAST, BULK]},
        [],
        "StorageClass.is_default: got ['fast', 'bulk']; choose one at most",
    ),
    "two personas of one name": (
        {"personas": [VIEWER, VIEWER]},
        [],
        "name of a persona: got 'viewer'; name each only once",
    ),
    "a persona that is at home nowhere": (
        {"personas": [replace(VIEWER, namespaces=("shop",))]},
        [],
        "namespaces of persona viewer: got 'shop'; use some of app",
    ),
    "a peer in no namespace": (
        {},
        [Facts(peers=(peer("agent", namespace="logging"),))],
        (
            "SecurityBaseline.namespaces: got ['app']; add Namespace(name='logging'), "
            "which 'agent' runs in"
        ),
    ),
    "a claim of no tier": (
        {},
        [
            Facts(
                footprints=(
                    Footprint(
                        namespace="app",
                        claims=(VolumeClaim(storage_class="slow", size=parse("1Gi")),),
                    ),
                )
            )
        ],
        (
            "SecurityBaseline.storage: got []; add the StorageClass or ExistingStorageClass "
            "'slow', it is claimed"
        ),
    ),
    "a construct twice": (
        {},
        [Facts(peers=(API,)), Facts(peers=(API,))],
        "SecurityBaseline.constructs: got 'api'; give each construct only once",
    ),
    "a call to a stranger": (
        {},
        [Facts(peers=(API,), calls=(Call(source=API, target=STRANGER, port="http"),))],
        (
            "SecurityBaseline.constructs: got 'stranger'; api calls stranger: give both "
            "constructs, or make the end outside of the app a Neighbour or an Outside"
        ),
    ),
    "a call by a stranger": (
        {"calls": [Call(source=STRANGER, target=API, port="http")]},
        [Facts(peers=(API,))],
        (
            "SecurityBaseline.constructs: got 'stranger'; stranger calls api: give both "
            "constructs, or make the end outside of the app a Neighbour or an Outside"
        ),
    ),
    "an end of addresses that pods do not have": (
        {"calls": [Call(source=replace(STORE, cidrs=("2001:db8::/32",)), target=API, port="http")]},
        [Facts(peers=(API,))],
        (
            "Outside('store').cidrs: got ('2001:db8::/32',); name a range of IPv4: pods have no "
            "other addresses. Of a cluster that has, say Cluster(addresses=…)"
        ),
    ),
    "two ends of one name": (
        {
            "calls": [
                Call(source=STORE, target=API, port="http"),
                Call(source=replace(STORE, cidrs=("198.51.100.0/24",)), target=API, port="http"),
            ]
        },
        [Facts(peers=(API,))],
        "Outside.name: got 'store'; give ends that differ different names",
    ),
    "a call whose ends have long names": (
        {"calls": [Call(source=replace(STORE, name="s" * 60), target=API, port="http")]},
        [Facts(peers=(API,))],
        (
            f"names of both ends of a Call: got 'api-from-{'s' * 60}'; shorten it by 6: a policy "
            "would have this name"
        ),
    ),
    "two revisions of a Secret": (
        {},
        [Facts(secrets=_uses(SECRET, ROTATED))],
        (
            "SecretRef('shared').revision: got '2'; reader-1 must name the revision that others "
            "do, '1'"
        ),
    ),
    "one certificate for two parties": (
        {},
        [Facts(certificates=tuple(map(_party, ("shop-members", "audit-members"))))],
        (
            "the Secret with the certificate of audit-members: got 'shared'; give it one of its "
            "own: each could pass for the other, shop-members"
        ),
    ),
    "two meanings of a metric": (
        {},
        [_scales_by("requests_in_flight"), _scales_by("jobs_waiting")],
        (
            "PodMetric('load').series: got 'jobs_waiting'; use the series that it is made of "
            "elsewhere, 'requests_in_flight'"
        ),
    ),
    "routes on a host that is not there": (
        {},
        [Facts(routes=(SERVED, LIVE))],
        (
            "SecurityBaseline.constructs: got 'shop.example.com'; give the PublicHost of it too, "
            "or ExistingHost(…) of another program: the routes of web, web-live lead nowhere"
        ),
    ),
    "a route that its host was not given": (
        {},
        [Facts(routes=(SERVED,)), Facts(routes=(LIVE,)), Facts(hosted=(SERVED,))],
        (
            "PublicHost.constructs: got 'shop.example.com'; give web-live too, whose routes are "
            "there"
        ),
    ),
    "a host in two places": (
        {},
        [Facts(routes=(SERVED, LIVE)), Facts(hosted=(SERVED,)), Facts(hosted=(SERVED, LIVE))],
        "PublicHost.host: got 'shop.example.com'; name each only once",
    ),
}


def _baseline(cluster: Chart, arguments: dict[str, Any], facts: Sequence[Facts]) -> None:
    SecurityBaseline(
        cluster,
        "baseline",
        constructs=[Workload(facts=each) for each in facts],
        **{"namespaces": [APP], **arguments},
    )


@pytest.mark.mission("B136")
@pytest.mark.parametrize(("arguments", "facts", "said"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_fails_with(
    cluster: Chart, arguments: dict[str, Any], facts: Sequence[Facts], said: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        _baseline(cluster, arguments, facts)
    assert str(refused.value) == said


def test_fails_with_all_problems_at_once(cluster: Chart) -> None:
    long, *_ = PROBLEMS["a call whose ends have long names"]
    with pytest.raises(ConfigurationError) as refused:
        _baseline(
            cluster,
            {
                "namespaces": [APP, APP],
                "storage": [FAST, FAST, BULK],
                "personas": [VIEWER, replace(VIEWER, namespaces=("shop",))],
                "calls": [Call(source=API, target=STRANGER, port="http"), *long["calls"]],
            },
            [
                Facts(peers=(API, API, peer("agent", namespace="logging")), routes=(SERVED,)),
                Facts(secrets=_uses(SECRET, ROTATED)),
                _scales_by("a"),
                _scales_by("b"),
                *PROBLEMS["a claim of no tier"][1],
            ],
        )
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == [
        "SecurityBaseline.namespaces",
        "SecurityBaseline.storage",
        "StorageClass.is_default",
        "name of a persona",
        "namespaces of persona viewer",
        "SecurityBaseline.namespaces",
        "SecurityBaseline.storage",
        "SecurityBaseline.constructs",
        "names of both ends of a Call",
        "SecurityBaseline.constructs",
        "SecretRef('shared').revision",
        "PodMetric('load').series",
        "SecurityBaseline.constructs",
    ]


def test_nothing_is_made_when_something_fails(cluster: Chart) -> None:
    with pytest.raises(ConfigurationError):
        _baseline(cluster, {"namespaces": [APP, APP]}, [])
    assert cluster.to_json() == []


def test_what_fits_is_let_through(cluster: Chart) -> None:
    controller = Neighbour(name="controller", namespace="ingress", selector={"app": "controller"})
    _baseline(
        cluster,
        {"storage": [FAST], "calls": [Call(source=controller, target=API, port="http")]},
        [
            Facts(peers=(API,), secrets=_uses(SECRET, SECRET), routes=(SERVED, LIVE)),
            Facts(hosted=(SERVED, LIVE)),
            Facts(
                peers=(STRANGER,),
                calls=(Call(source=API, target=STRANGER, port="http"),),
                footprints=(
                    Footprint(
                        namespace="app",
                        claims=(VolumeClaim(storage_class="fast", size=parse("1Gi")),),
                    ),
                ),
            ),
            _scales_by("load"),
            _scales_by(""),
        ],
    )
    assert cluster.to_json() != []
