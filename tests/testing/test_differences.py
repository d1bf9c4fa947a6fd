"""Differences are told object by object, and none is left out."""

from __future__ import annotations

from itertools import product
from typing import Any

import cdk8s

from constructs_lib.testing.differences import differences


def settings(name: str = "web", namespace: str = "shop", **data: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def between(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[list[str]]:
    return differences(cdk8s.Yaml.stringify(*before), cdk8s.Yaml.stringify(*after))


def test_there_are_none_in_the_same_text() -> None:
    assert between([], []) == []
    assert between([settings(a="1")], [settings(a="1")]) == []


def test_all_places_of_an_object_are_shown() -> None:
    data = {f"key{number}": "x" for number in range(10, 30)}
    [block] = between([settings(**data)], [settings(**{**data, "key10": "z", "key29": "z"})])
    assert block == [
        "ConfigMap shop/web",
        "   name: web",
        "   namespace: shop",
        " data:",
        "-  key10: x",
        "+  key10: z",
        "   key11: x",
        "   key12: x",
        "   key13: x",
        "...",
        "   key26: x",
        "   key27: x",
        "   key28: x",
        "-  key29: x",
        "+  key29: z",
    ]


def test_an_object_more_or_less_is_named_and_shown() -> None:
    cluster = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    assert between([settings(), cluster], [settings()]) == [
        [
            "Namespace shop, removed",
            "-apiVersion: v1",
            "-kind: Namespace",
            "-metadata:",
            "-  name: shop",
        ]
    ]
    [[title, *lines]] = between([settings()], [settings(), cluster])
    assert title == "Namespace shop, added"
    assert len(lines) == 4
    assert {line[0] for line in lines} == {"+"}


def test_a_renamed_object_is_one_less_and_one_more() -> None:
    blocks = between([settings("web"), settings("api")], [settings("front"), settings("api")])
    assert [block[0] for block in blocks] == [
        "ConfigMap shop/web, removed",
        "ConfigMap shop/front, added",
    ]


def test_objects_of_one_name_in_several_clusters_are_told_apart() -> None:
    before = [settings(cluster="a"), settings(cluster="b"), settings(cluster="c")]
    after = [settings(cluster="a"), settings(cluster="B"), settings(cluster="c")]
    [block] = between(before, after)
    assert block[-2:] == ["-  cluster: b", "+  cluster: B"]
    assert [block[0] for block in between(before, before[1:])] == ["ConfigMap shop/web, removed"]
    assert [block[0] for block in between([settings()], [settings()] * 2)] == [
        "ConfigMap shop/web, added"
    ]


def test_lines_of_a_string_are_lines() -> None:
    text = "---\nkind: Service\n\nmetadata:\n  name: other\n---\n"
    [block] = between([settings(text=text)], [settings(text=text.replace("other", "another"))])
    assert block[0] == "ConfigMap shop/web"
    assert [line for line in block if line[0] in "-+"] == [
        "-      name: other",
        "+      name: another",
    ]


def test_the_name_is_that_of_the_metadata() -> None:
    odd = settings('"web"')
    odd["metadata"] = {"annotations": {"name": "a\n\nb"}, **odd["metadata"]}
    odd["data"] = {"name": "data", "namespace": "data"}
    assert between([odd], [])[0][0] == """ConfigMap shop/'"web"', removed"""
    assert between([settings("1")], [])[0][0] == "ConfigMap shop/1, removed"


def test_another_order_is_a_difference() -> None:
    web, api = settings("web"), settings("api")
    order = ["order of the objects", "+ConfigMap shop/api", " ConfigMap shop/web"]
    assert between([web, api], [api, web]) == [[*order, "-ConfigMap shop/api"]]
    blocks = between([web, api], [api, settings("web", a="1")])
    assert [block[0] for block in blocks] == ["ConfigMap shop/web", "order of the objects"]


def test_a_file_that_is_no_yaml_has_differences_too() -> None:
    text = cdk8s.Yaml.stringify(settings(a="1"), settings("api"))
    merged = text.replace('  a: "1"\n', '<<<<<<< ours\n  a: "1"\n=======\n>>>>>>> theirs\n')
    assert differences(merged, text) == [
        [
            "ConfigMap shop/web",
            "   name: web",
            "   namespace: shop",
            " data:",
            "-<<<<<<< ours",
            '   a: "1"',
            "-=======",
            "->>>>>>> theirs",
        ]
    ]
    assert differences(text[:-1], text) != []
    assert differences("", text) != []


def test_no_difference_goes_untold() -> None:
    # All files of up to three objects out of three, two of which have the same name.
    objects = [settings("web", a="1"), settings("web", a="2"), settings("api")]
    texts = [cdk8s.Yaml.stringify(manifest) for manifest in objects]
    files = ["---\n".join(file) for size in range(4) for file in product(texts, repeat=size)]
    for before, after in product(files, files):
        assert (differences(before, after) == []) == (before == after)
