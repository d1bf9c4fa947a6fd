"""What the platform is made of can be reached by name."""

from __future__ import annotations

from constructs_lib.testing import find_all
from tests.platform.shop import Shop


def test_each_server_of_the_stack_has_objects_of_its_own(shop: Shop) -> None:
    stack = shop.made.observability
    by_part = [each for part in stack.parts.values() for each in part.objects]
    checks = [each for each in stack.objects if each.name.startswith("certificates-")]
    assert {*by_part, *checks} == {*stack.objects}
    assert len(by_part) + len(checks) == len(list(stack.objects))
    grafana = stack.parts["grafana"].objects.of_kind("ConfigMap")
    named = [each["metadata"]["name"] for each in find_all(shop.core, "ConfigMap")]
    assert [each.name for each in grafana] == [one for one in named if one.startswith("grafana-")]
