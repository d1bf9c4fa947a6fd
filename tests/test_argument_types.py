"""An argument of another type is rejected by its name, with all others of the call."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pytest
from cdk8s import Chart
from constructs import Construct

from constructs_lib import (
    ApiTier,
    Color,
    ConfigurationError,
    Container,
    Host,
    NginxIngress,
    Resources,
    SecretRef,
    WebTier,
    Workload,
)
from constructs_lib.pods.volumes import Scratch
from constructs_lib.values import Value
from tests.public_names import PUBLIC

if TYPE_CHECKING:
    from fractions import Fraction

IMAGE = "registry.example.com/shop/web:1.4.2"
CLASSES = [each for each in PUBLIC.values() if isinstance(each, type)]
VALUES = [each for each in CLASSES if issubclass(each, Value)]
CONSTRUCTS = [each for each in CLASSES if issubclass(each, Construct)]


class Motor(Protocol):
    """What turns."""

    @property
    def power(self) -> int: ...

    def turn(self) -> None: ...


class Electric(Value):
    """A motor."""

    power: int = 1

    def turn(self) -> None:
        """Turn."""


class Machine(Value):
    """All forms of types that arguments have."""

    name: str = ""
    number: int = 0
    length: float = 0.0
    exact: Decimal = Decimal(0)
    on: bool = False
    color: Color = Color.BLUE
    maybe: int | None = None
    either: str | Electric = ""
    motor: Motor = Electric()
    secret: SecretRef | None = None
    names: tuple[str, ...] = ()
    pair: tuple[int, str] = (1, "")
    loose: tuple = ()  # type: ignore[type-arg]
    several: Sequence[str] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    deep: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    anything: Any = None
    kind: type[Color] | None = None
    mode: Literal["fast", "slow"] = "fast"
    made: Callable[[int], str] = str


def _machine(name: str, value: object) -> Machine:
    given: dict[str, Any] = {name: value}
    return Machine(**given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", Color.BLUE),
        ("length", 1),
        ("on", True),
        ("maybe", None),
        ("either", Electric()),
        ("names", ("a", "b")),
        ("several", ["a"]),
        ("several", ("a",)),
        ("pair", (1, "a")),
        ("numbers", {"a": 1}),
        ("anything", "what there is"),
        ("kind", Color),
        ("mode", "slow"),
        ("made", repr),
    ],
)
def test_takes(name: str, value: object) -> None:
    assert getattr(_machine(name, value), name) is value


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("name", 1, "Machine.name: got 1; give a text"),
        ("name", b"a", "Machine.name: got b'a'; give a text"),
        ("number", "1", "Machine.number: got '1'; give a whole number"),
        ("number", True, "Machine.number: got True; give a whole number"),
        ("number", 1.0, "Machine.number: got 1.0; give a whole number"),
        ("number", None, "Machine.number: got None; leave it out, or give a whole number"),
        ("length", "1", "Machine.length: got '1'; give a number"),
        ("on", 1, "Machine.on: got 1; give True or False"),
        ("color", "blue", "Machine.color: got 'blue'; give one of Color.BLUE, Color.GREEN"),
        ("maybe", "", "Machine.maybe: got ''; give a whole number or None"),
        ("either", 1, "Machine.either: got 1; give a text or Electric(power=…)"),
        ("motor", 3, "Machine.motor: got 3; give Electric(power=…)"),
        ("motor", "fast", "Machine.motor: got 'fast'; give Electric()"),
        ("motor", Electric, f"Machine.motor: got {Electric}; give Electric()"),
        ("secret", "hunter2", "Machine.secret: got '(hidden)'; give SecretRef(name=…, keys=…) or"),
        (
            "names",
            "ab",
            "Machine.names: got 'ab'; give a tuple or list, (…,) for one alone, each a text",
        ),
        ("names", [1], "Machine.names[0]: got 1; give a text"),
        ("pair", [1, ""], "Machine.pair: got [1, '']; give "),
        ("names", ("a", 2), "Machine.names[1]: got 2; give a text"),
        ("pair", (1,), "Machine.pair: got (1,); give 2 in a tuple"),
        ("pair", (1, 2), "Machine.pair[1]: got 2; give a text"),
        ("loose", [1], "Machine.loose: got [1]; give tuple"),
        ("several", "ab", "Machine.several: got 'ab'; give a tuple or list"),
        ("several", [None], "Machine.several[0]: got None; "),
        ("numbers", [("a", 1)], "give a mapping, each key a text, each value a whole number"),
        ("numbers", {"a": "1"}, "Machine.numbers['a']: got '1'; give a whole number"),
        ("numbers", {1: 1}, "key of Machine.numbers: got 1; give a text"),
        ("made", "str", "Machine.made: got 'str'; give "),
        ("deep", {"a": (1, "2")}, "Machine.deep['a'][1]: got '2'; give a whole number"),
    ],
)
def test_rejects(name: str, value: object, says: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        _machine(name, value)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_list_becomes_a_tuple() -> None:
    assert _machine("names", ["a", "b"]).names == ("a", "b")


def test_a_type_that_is_imported_for_type_checkers_only_is_left_to_them() -> None:
    class Part(Value):
        share: Fraction

    assert Part(share="a half").share == "a half"  # type: ignore[arg-type]


@pytest.mark.parametrize("cls", VALUES, ids=lambda cls: cls.__name__)
def test_all_arguments_of_each_value_are_checked(cls: type[Value]) -> None:
    wrong: dict[str, Any] = {each.name: object() for each in fields(cls)}
    if wrong:
        with pytest.raises(ConfigurationError) as error:
            cls(**wrong)
        assert _named(error) == [f"{cls.__name__}.{name}" for name in wrong]


@pytest.mark.parametrize("cls", CONSTRUCTS, ids=lambda cls: cls.__name__)
def test_all_arguments_of_each_construct_are_checked(cls: Callable[..., Construct]) -> None:
    wrong: dict[str, Any] = {name: object() for name in inspect.signature(cls).parameters}
    with pytest.raises(ConfigurationError) as error:
        cls(**wrong)
    assert _named(error) == [f"{cls.__name__}.{name}" for name in wrong]


def test_names_what_is_meant_where_a_text_seems_to_do(chart: Chart) -> None:
    with pytest.raises(ConfigurationError) as error:
        WebTier(
            chart,
            "web",
            container="image:1",  # type: ignore[arg-type]
            upstreams={"API_URL": "http://api"},  # type: ignore[dict-item]
            host="shop.example.com",  # type: ignore[arg-type]
            workload=Workload,  # type: ignore[arg-type]
        )
    lines = str(error.value).splitlines()
    assert "WebTier.container: got 'image:1'; give Container(image=…)" in lines
    assert lines[1].startswith("WebTier.upstreams['API_URL']: got 'http://api'; give HttpEndpoint(")
    assert lines[2].startswith("WebTier.host: got 'shop.example.com'; give ")
    assert lines[3].endswith("give Workload()")


def test_names_all_values_that_a_strategy_can_be() -> None:
    with pytest.raises(ConfigurationError, match=r"RollingUpdate\(\) or .*Canary\("):
        Workload(rollout="blue")  # type: ignore[arg-type]


def test_wrong_types_and_wrong_values_of_a_call_come_together() -> None:
    with pytest.raises(ConfigurationError) as error:
        Container(image="shop/web:latest", env={"A B": "c", "D": 1}, args="serve")  # type: ignore[dict-item]
    assert _named(error) == [
        "Container.env['D']",
        "Container.args",
        "Container.image",
        "Container.env",
    ]


def test_wrong_values_of_a_call_come_together() -> None:
    with pytest.raises(ConfigurationError) as error:
        Resources(cpu="a lot", memory="1 GB")
    assert _named(error) == ["Resources.cpu", "Resources.memory"]


def test_what_a_wrong_argument_breaks_later_is_not_told() -> None:
    with pytest.raises(ConfigurationError) as error:
        Resources(cpu=1)  # type: ignore[arg-type]
    assert _named(error) == ["Resources.cpu"]
    assert error.value.__suppress_context__


def _named(error: pytest.ExceptionInfo[ConfigurationError]) -> list[str]:
    return [each.field for each in error.value.problems]


def test_what_has_no_default_cannot_be_left_out() -> None:
    with pytest.raises(ConfigurationError) as error:
        Host(name="shop.example.com", tls=None, renderer=NginxIngress())  # type: ignore[arg-type]
    assert "Host.tls: got None; give Tls(" in str(error.value)


def test_names_the_attribute_of_a_construct_that_is_meant(chart: Chart) -> None:
    shop = Container(image=IMAGE)
    upstreams: dict[str, Any] = {"API_URL": ApiTier(chart, "api", container=shop)}
    with pytest.raises(ConfigurationError, match=re.escape("give its .endpoint")):
        WebTier(chart, "web", container=shop, upstreams=upstreams)


def test_names_the_values_of_an_abstract_class() -> None:
    with pytest.raises(ConfigurationError, match=r"each Scratch\(mount_path=…\) or .*ConfigFile\("):
        Container(image=IMAGE, volumes=Scratch(mount_path="/a", size="1Mi"))  # type: ignore[arg-type]


def test_names_each_value_that_may_be_written_once() -> None:
    with pytest.raises(ConfigurationError) as error:
        Container(image=IMAGE, volumes=["/data"])  # type: ignore[list-item]
    named = re.findall(r"(\w+)\(", str(error.value).partition("give ")[2])
    assert len(named) == len(set(named)) > 5
    assert not [name for name in named if name.startswith("_")]
