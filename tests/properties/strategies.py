"""Values of the library, most of them sound and some of them odd."""

from __future__ import annotations

import inspect
from dataclasses import is_dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

from cdk8s_plus_27 import k8s
from hypothesis import strategies as st

from constructs_lib import (
    Autoscaling,
    BlueGreen,
    BrokerEndpoint,
    Canary,
    ConfigFiles,
    ConfigurationError,
    Container,
    Debugger,
    Developer,
    GatewayApi,
    GrafanaVolume,
    Host,
    HttpEndpoint,
    NginxIngress,
    Operator,
    Outside,
    PagerDuty,
    Port,
    Replicas,
    RollingUpdate,
    S3Repository,
    SecretFiles,
    Slack,
    TrafficPolicy,
    Viewer,
    VirtualServer,
)
from constructs_lib.argument_types import types_of_arguments
from constructs_lib.facts import (
    Facts,
    Indicator,
    Neighbour,
    Peer,
    PolicyRule,
    PublicRoute,
    Publisher,
)
from constructs_lib.facts.dashboards import Dashboard
from constructs_lib.observability import (
    Email,
    GrafanaDatabase,
    GrafanaStorage,
    MicrosoftTeams,
    Opsgenie,
    Receiver,
    Webhook,
)
from constructs_lib.observability.grafana.tier_dashboard import tier_dashboard
from constructs_lib.pods import (
    Burst,
    Check,
    CsiSecretFiles,
    ExecCheck,
    GrpcCheck,
    HttpCheck,
    HttpsCheck,
    Istio,
    Linkerd,
    Mesh,
    NativePause,
    OwnAccount,
    Pause,
    PauseCommand,
    Probe,
    Probes,
    Scratch,
    SecretMount,
    TcpCheck,
    Wait,
)
from constructs_lib.pods.volumes import Mounted
from constructs_lib.postgres import (
    AzureRepository,
    Bootstrap,
    EmptyDatabase,
    FollowedDatabase,
    GcsRepository,
    Repository,
    RestoredDatabase,
)
from constructs_lib.rollouts import AdapterAutoscaler, Autoscaler, Keda, Recreate, Rollout, Scaling
from constructs_lib.runtimes import AnyServer, Gunicorn, NextJs, NodeServer, Runtime
from constructs_lib.security import EncryptionProvider, Kms, Persona, Secretbox
from constructs_lib.traffic import (
    PORTABLE_POLICY,
    Aws,
    Azure,
    Cloud,
    Gke,
    MetalLb,
    PreferredPolicy,
    Renderer,
    ServedRoute,
)
from tests.properties.strategies_dashboards import DASHBOARDS
from tests.properties.strategies_database import DATABASE
from tests.properties.strategies_observability import OBSERVABILITY
from tests.properties.strategies_plain import NAMES, NUMBERS, PLAIN, VARIABLES
from tests.properties.strategies_types import ANYTHING, SETTLED, Strategy, of_type
from tests.tiers.ends import SERVED

T = TypeVar("T")

_IMPLEMENTATIONS: dict[Any, tuple[type[Any], ...]] = {
    Cloud: (Aws, Azure, Gke, MetalLb),
    Bootstrap: (EmptyDatabase, RestoredDatabase, FollowedDatabase),
    Receiver: (Webhook, PagerDuty, Opsgenie, Slack, Email, MicrosoftTeams),
    Repository: (S3Repository, GcsRepository, AzureRepository),
    Check: (HttpCheck, HttpsCheck, TcpCheck, ExecCheck, GrpcCheck),
    PublicRoute: (ServedRoute,),
    Publisher: (Facts,),
    Renderer: (NginxIngress, VirtualServer, GatewayApi),
    EncryptionProvider: (Kms, Secretbox),
    Mesh: (Istio, Linkerd),
    Pause: (PauseCommand, NativePause),
    Runtime: (Gunicorn, NextJs, NodeServer, AnyServer),
    Persona: (Viewer, Developer, Operator, Debugger),
    GrafanaStorage: (GrafanaVolume, GrafanaDatabase),
    Rollout: (RollingUpdate, Recreate, BlueGreen, Canary),
    Scaling: (Replicas, Autoscaling),
    Autoscaler: (AdapterAutoscaler, AdapterAutoscaler, Keda),
    SecretMount: (SecretFiles, CsiSecretFiles),
    Mounted: (ConfigFiles, SecretFiles, CsiSecretFiles, Scratch),
}
# One value in so many has an argument of which only the type is right; it is
# drawn again a few times until one slips through, as those are what can do harm.
_ODD = 6
_TRIES = 4


def value(kind: type[T]) -> st.SearchStrategy[T]:
    """Return values of a class; drawing one may raise what its constructor raises."""
    return _value(kind)


def served() -> st.SearchStrategy[Container]:
    """Return containers of a tier, whose ports and probes are said elsewhere."""
    said = {"ports": (), "startup": None, "liveness": None, "readiness": None, "pre_stop": ()}
    return _value(Container).map(lambda container: replace(container, **said))


@st.composite
def arguments(draw: st.DrawFn, kind: type[Any], *, odd: int = 0) -> dict[str, Any]:
    """Return keyword arguments of a class; so many of them, at most, are only well-typed."""
    hints = _hints(kind)
    needed = {name for name, parameter in _parameters(kind).items() if _is_always(kind, parameter)}
    chosen = {name: draw(_plain(kind, name)) for name in sorted(needed)}
    for name in sorted(hints.keys() - needed):
        if draw(st.booleans()):
            chosen[name] = draw(_plain(kind, name))
    for _ in range(odd if hints else 0):
        name = draw(st.sampled_from(sorted(hints)))
        chosen[name] = draw(of_type(hints[name], ANYTHING, _nested))
    return chosen


@st.composite
def _value(draw: st.DrawFn, kind: type[Any]) -> Any:  # noqa: ANN401 - of any class
    if draw(st.integers(1, _ODD)) == _ODD:
        for _ in range(_TRIES):
            try:
                return kind(**draw(arguments(kind, odd=1)))
            except ConfigurationError:
                continue
    return kind(**draw(arguments(kind)))


def without_strategy(*kinds: type[Any]) -> set[str]:
    """Return the fields of classes, and of all that these hold, that nothing can be drawn for."""
    found: set[str] = set()
    ahead, seen = list(kinds), {k8s.Affinity, Dashboard}

    def look(kind: type[Any]) -> Strategy:
        ahead.extend(_IMPLEMENTATIONS.get(kind, (kind,)))
        return st.nothing()

    while ahead:
        kind = ahead.pop()
        if kind in seen:
            continue
        seen.add(kind)
        for name, hint in _hints(kind).items():
            field = f"{kind.__name__}.{name}"
            # Whatever is drawn for it otherwise, an odd one is of its type.
            for leaves in (ANYTHING,) if field in _FIELDS else (ANYTHING, SETTLED):
                try:
                    of_type(hint, leaves, look)
                except LookupError:
                    found.add(field)
    return found


def _nested(kind: type[Any]) -> Strategy:
    if kind is k8s.Affinity:
        return st.just(k8s.Affinity())
    if kind is Dashboard:
        return st.builds(tier_dashboard, _value(Peer), _value(Indicator))
    return st.one_of([_value(each) for each in _IMPLEMENTATIONS.get(kind, (kind,))])


def _plain(kind: type[Any], name: str) -> Strategy:
    field = f"{kind.__name__}.{name}"
    try:
        return _FIELDS[field] if field in _FIELDS else of_type(_hints(kind)[name], SETTLED, _nested)
    except LookupError as error:
        error.add_note(f"add {field} to strategies_plain.py")
        raise


def _hints(kind: type) -> dict[str, Any]:
    # A value may have fields of a class of another file, which knows what their types are.
    hints = get_type_hints(kind) if is_dataclass(kind) else types_of_arguments(kind)
    return {name: hints[name] for name in _parameters(kind)}


def _parameters(kind: type[Any]) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(kind).parameters
    return {n: p for n, p in parameters.items() if p.kind is inspect.Parameter.KEYWORD_ONLY}


def _is_always(kind: type[Any], parameter: inspect.Parameter) -> bool:
    return parameter.default is parameter.empty or f"{kind.__name__}.{parameter.name}" in _ALWAYS


_PORTS = st.lists(
    st.builds(Port, name=NAMES, number=NUMBERS), max_size=1, unique_by=lambda port: port.name
).map(lambda ports: (Port(name="main", number=4000), *ports))
_FOREIGN = _value(Outside) | _value(Neighbour)
_SIDECARS = st.just(
    Container(
        image="proxy:1.0.0",
        name="proxy",
        liveness=Probe(check=ExecCheck(command=("true",))),
    )
)
_UPSTREAMS = st.dictionaries(VARIABLES, _value(HttpEndpoint), max_size=1)

_FIELDS: dict[str, Strategy] = {
    **PLAIN,
    **DATABASE,
    **DASHBOARDS,
    **OBSERVABILITY,
    **dict.fromkeys(("Outside.ports", "Neighbour.ports", "Peer.ports"), _PORTS),
    **dict.fromkeys(("HttpEndpoint.target", "DatabaseEndpoint.target"), _FOREIGN),
    "BrokerEndpoint.target": _FOREIGN,
    "SentinelMaster.target": _FOREIGN,
    "Tracing.target": _FOREIGN,
    **dict.fromkeys(
        ("ObservabilityStack.extra_containers", "PostgresCluster.extra_containers"),
        st.just(MappingProxyType({})),
    ),
    # Without probes a tier is what `check` refuses.
    "Http.probes": _value(Probes),
    "FrontProxy.container": st.just(
        Container(image="proxy:1.0.0", name="front", ports=(Port(name="http", number=4180),))
    ),
    **{
        f"{kind}.{name}": strategy
        for kind in ("PodSettings", "Workload")
        for name, strategy in {
            "sidecars": st.lists(_SIDECARS, max_size=1),
            "init_containers": st.lists(
                st.builds(Container, image=st.just("tool:1.0.0"), name=st.just("prepare")),
                max_size=1,
            ),
            "calls": st.lists(_FOREIGN, max_size=1),
        }.items()
    },
    # An account of others is in no manifest, which `check` refuses.
    **dict.fromkeys(("PodSettings.account", "Workload.account"), st.just(OwnAccount())),
    # Those of jobs need a newer Kubernetes than the oldest.
    "PodSettings.sidecars": st.just(()),
    **dict.fromkeys(
        ("PodSettings.waits_for", "Workload.waits_for"), st.lists(_value(Wait), max_size=1)
    ),
    "Workload.native_sidecars": st.lists(
        st.builds(Container, image=st.just("tool:1.0.0"), name=st.just("lasting")), max_size=1
    ),
    "Call.source": _value(Peer),
    "Route.policy": st.sampled_from((PreferredPolicy(), TrafficPolicy(), PORTABLE_POLICY))
    | _value(TrafficPolicy)
    | _value(PreferredPolicy),
    "KubernetesPermissions.rules": st.lists(_value(PolicyRule), min_size=1, max_size=2).map(tuple),
    "WebTier.host": _value(Host),
    # Of the program that has it, with a route there.
    "ExistingHost.host": st.just(SERVED.host),
    "ExistingHost.constructs": st.just([Facts(routes=(SERVED,))]) | st.just([]),
    "SocketTier.broker": _value(BrokerEndpoint),
    "Resources.cpu_limit": st.none() | st.sampled_from(("8", "16")) | _value(Burst),
    **{
        f"{tier}.{name}": strategy
        for tier in (
            *("WebTier", "ApiTier", "SocketTier", "WorkerTier"),
            *("Migration", "OneOffJob", "ScheduledJob"),
        )
        for name, strategy in {
            "container": served(),
            "upstreams": _UPSTREAMS | _UPSTREAMS.map(MappingProxyType),
        }.items()
    },
}
_ALWAYS = frozenset(
    {
        "BrokerEndpoint.tls",
        "CacheEndpoint.tls",
        "DatabaseEndpoint.target_port",
        "Neighbour.ports",
        "Outside.ports",
        "Peer.ports",
        "SocketTier.broker",
        "WebTier.host",
    }
)
