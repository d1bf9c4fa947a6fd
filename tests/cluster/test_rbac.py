"""The API server allows people and pods just what the manifests say, and refuses the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from multiprocessing.pool import ThreadPool

import pytest

from constructs_lib.testing import find_all
from environments import DEV
from tests.cluster import surroundings
from tests.cluster.kubectl import Object, proxied
from tests.cluster.platform import namespaces
from tests.configuration.programs.authorization import allowed
from tests.platform.shop import Shop

Question = tuple[str, str, tuple[str, str], str]
# What no role of the platform names: it is refused to everybody.
_ELSEWHERE: tuple[tuple[str, str], ...] = (("", "nodes/proxy"), ("", "serviceaccounts/token"))
_VERBS = ("create", "delete", "get", "list", "patch", "update", "watch")


def _subjects(shop: Shop) -> list[str]:
    groups = (getattr(DEV.groups, field.name) for field in fields(DEV.groups))
    accounts = [each["metadata"] for each in find_all(shop.core, "ServiceAccount")]
    return [
        *(f"Group:{name}" for name in groups),
        *(f"{each['namespace']}/{each['name']}" for each in accounts),
    ]


def _resources(shop: Shop) -> list[tuple[str, str]]:
    rules = [
        rule
        for kind in ("Role", "ClusterRole")
        for role in find_all(shop.core, kind)
        for rule in role["rules"]
    ]
    named = {
        (group, resource)
        for rule in rules
        for group in rule.get("apiGroups", ())
        for resource in rule.get("resources", ())
    }
    return sorted({*named, *_ELSEWHERE})


def _questions(shop: Shop) -> Iterator[Question]:
    for subject in _subjects(shop):
        for resource in _resources(shop):
            for namespace in ("", *namespaces(shop.core)):
                for verb in _VERBS:
                    yield subject, verb, resource, namespace


def _review(question: Question) -> Object:
    subject, verb, (group, resource), namespace = question
    name, _, sub = resource.partition("/")
    group_name = subject.removeprefix("Group:")
    account = f"system:serviceaccount:{subject.replace('/', ':')}"
    who = (
        {"user": "somebody", "groups": [group_name]} if group_name != subject else {"user": account}
    )
    attributes = {"namespace": namespace, "verb": verb, "group": group, "resource": name}
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {**who, "resourceAttributes": {**attributes, "subresource": sub}},
    }


@pytest.mark.mission("B61")
@pytest.mark.mission("B58")
@pytest.mark.mission("B59")
@pytest.mark.mission("B60")
def test_everybody_may_what_the_manifests_say(shop: Shop, figure: dict[str, object]) -> None:
    questions = list(_questions(shop))
    with proxied() as ask, ThreadPool(8) as pool:
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        reviews = pool.map(lambda question: ask(path, _review(question)), questions)
    answers = [review["status"]["allowed"] for review in reviews]
    # An older Filebeat asks for more than the one that the platform is for.
    policy = [*shop.core, *surroundings.own("filebeat")]
    figure.update(what="access reviews", asked=len(questions), allowed=sum(answers))
    differ = [
        (question, answer)
        for question, answer in zip(questions, answers, strict=True)
        if answer != allowed(policy, *question)
    ]
    assert differ == []
    assert 0 < sum(answers) < len(answers)
