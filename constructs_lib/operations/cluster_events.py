"""The events of the cluster, as lines of a pod."""

from __future__ import annotations

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Outside
from constructs_lib.facts.rbac import KubernetesPermissions, PolicyRule, Verb
from constructs_lib.labels import Identity
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.namespaces import Namespace
from constructs_lib.operations.images import KUBECTL
from constructs_lib.operations.scripts import SCRIPTS, scripts
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.checks import ExecCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.rbac import cluster_role
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.volumes import Scratch
from constructs_lib.rules import check_name
from constructs_lib.scopes import check_no_namespace

_RULE = PolicyRule(resources=("events",), verbs=(Verb.LIST, Verb.WATCH))
# It asks anew every five minutes at least.
_ASKS = Probe(
    check=ExecCheck(command=("bash", "-c", '[ -n "$(find /tmp/asked -mmin -10)" ]')),
    period_seconds=60,
    timeout_seconds=10,
)


class ClusterEvents(NamedConstruct):
    """A pod that writes the events of the cluster as lines, which outlive the hour of events.

    Creates a Deployment of one replica, and an account that may list and watch events, of all
    namespaces and of nodes, and nothing else. Give it to the observability stack to watch: each
    event is then a line with ``app.reason``, ``app.kind``, ``app.namespace`` and ``app.name`` of
    what it is about. Events while it is replaced are told once, twice, or, where its node is lost,
    not at all.

    Args:
        scope: a chart without a namespace.
        id: its name, which is the ``service.name`` of the lines.
        namespace: where it runs: one in which no developer starts pods, which could take its
            account.
        api_server: the addresses of the API server.
        image: with ``bash``, ``curl``, ``find`` and ``jq``.
        extra_containers: sidecars and init containers of its pod.

    Attributes:
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: an API server without a port, or an image whose tag moves.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: Namespace,
        api_server: Outside,
        image: str = KUBECTL,
        extra_containers: ExtraContainers = ExtraContainers(),
    ) -> None:
        check_no_namespace(scope)
        check_name("id", id)
        super().__init__(scope, id)
        identity = Identity(name=id, namespace=namespace.name, component="cluster-events")
        pod = Pod(
            identity=identity,
            importance=Importance.OBSERVABILITY,
            containers=[_container(image)],
            log_format=LogFormat.JSON,
            # Where it is itself; of all others the ClusterRole says it.
            permissions=KubernetesPermissions(rules=(_RULE,), api_server=api_server),
        )
        self.facts = deployment(self, extra_containers.joined_to(pod), replicas=1)
        cluster_role(self, identity, [_RULE])

    @property
    def deployment(self) -> ApiObject:
        """The Deployment."""
        return self.objects["Deployment"]


def _container(image: str) -> Container:
    return Container(
        name="events",
        image=image,
        command=[f"{SCRIPTS}/follow-events.sh"],
        resources=Resources(cpu="20m", memory="32Mi", ephemeral_storage="64Mi"),
        volumes=[
            ApiToken(),
            scripts("follow-events.sh", "events.jq"),
            Scratch(mount_path="/tmp", size="16Mi"),  # noqa: S108
        ],
        startup=_ASKS,
        liveness=_ASKS,
        readiness=_ASKS,
    )
