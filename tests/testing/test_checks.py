"""All problems are reported at once, grouped by invariant."""

from __future__ import annotations

import pytest

from constructs_lib.testing import Problem, check, problems
from tests.manifests.platforms import change, sound


def test_passes_a_sound_platform() -> None:
    check(sound())


def test_reports_every_problem_in_groups() -> None:
    manifests = sound()
    change(manifests, "Deployment/web", "/spec/template/spec/containers/0/image", "web:latest")
    change(manifests, "StatefulSet/db", "/spec/template/spec/containers/0/image", "db")
    change(manifests, "Service/db", "/spec/clusterIP", None)
    with pytest.raises(AssertionError) as error:
        check(manifests)
    assert str(error.value) == (
        "3 problems\n"
        "\n"
        "images are pinned\n"
        "  Deployment app/web: image 'web:latest' of web may change\n"
        "  StatefulSet app/db: image 'db' of db may change\n"
        "\n"
        "stateful sets have a service\n"
        "  StatefulSet app/db: Service db is not headless"
    )


def test_problems_are_values() -> None:
    manifests = sound()
    change(manifests, "Deployment/web", "/spec/template/spec/containers/0/image", "web")
    assert problems(manifests) == [
        Problem(
            object="Deployment app/web",
            invariant="images_are_pinned",
            message="image 'web' of web may change",
        )
    ]


def test_objects_can_be_given_by_the_cluster() -> None:
    given = [
        "ConfigMap/app/api-settings",
        "PersistentVolumeClaim/app/dumps",
        "PriorityClass/important",
        "Role/app/pod-reader",
        "Service/app/api",
        "Service/app/db",
        "Service/app/web",
        "ServiceAccount/app/api",
        "ServiceAccount/monitoring/prometheus",
        "StorageClass/fast",
    ]
    left_out = {path.partition("/")[0] for path in given}
    manifests = [manifest for manifest in sound() if manifest["kind"] not in left_out]
    check(manifests, given=given)
    for path in given:
        found = problems(manifests, given={*given} - {path})
        assert path.rpartition("/")[2] in found[0].message, path


def test_manifests_without_their_fields_are_no_crash() -> None:
    kinds = {(manifest["apiVersion"], manifest["kind"]) for manifest in sound()}
    bare = [{"apiVersion": version, "kind": kind} for version, kind in sorted(kinds)]
    wrong = [{**manifest, "metadata": [], "spec": "nothing"} for manifest in bare]
    empty: list[dict[str, object]] = [{}]
    for manifests in (bare, wrong, empty):
        assert "names_are_valid" in {problem.invariant for problem in problems(manifests)}
