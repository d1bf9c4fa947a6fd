"""ServiceAccounts: tokens, images that their pods may pull, and roles of clouds."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest

ACCOUNT = "ServiceAccount"
_NAMED = "kubernetes.io/service-account.name"
_TOKEN = "kubernetes.io/service-account-token"
# By each, a cloud takes the account for one of its own roles.
ROLES = (
    "azure.workload.identity/client-id",
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
)
_STARTS = "holds for pods that start from now on"


def accounts(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what a change of an account, or of that of a workload, means for its pods."""
    if pair.kind == ACCOUNT:
        yield from _tokens(pair)
        yield from _roles(pair)
    yield from _images(pair, comparison)


def new_accounts(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield the role of a cloud that a new account has, or the account of a new token."""
    if pair.kind == ACCOUNT:
        yield from _roles(pair)
    elif pair.kind == "Secret" and pair.now.get("type") == _TOKEN:
        name = field(pair.now, "metadata", "annotations", _NAMED, default="")
        why = f"a token of ServiceAccount {pair.namespace}/{name} that never ends is kept in it"
        yield Finding(Verdict.ESCALATES, "token", why)


def _tokens(pair: Pair) -> Iterator[Finding]:
    for change in pair.below("automountServiceAccountToken"):
        if change.after is not False and change.before is False:
            why = "new pods that do not say otherwise carry a token"
            yield Finding(Verdict.ESCALATES, "token", why, (change,))
            yield Finding(Verdict.LATER, "token", _STARTS, (change,))
        elif change.after is False:
            why = "new pods that do not say otherwise carry no token"
            yield Finding(Verdict.LATER, "token", why, (change,))


def _roles(pair: Pair) -> Iterator[Finding]:
    was, now = (mapping(node, "metadata", "annotations") for node in (pair.was, pair.now))
    for name in ROLES:
        fields = pair.below(f"metadata.annotations.{name}")
        if now.get(name) and now.get(name) != was.get(name):
            why = f"its pods are {now[name]} for the cloud; what that may do is in no file"
            conditional = Certainty.CONDITIONAL
            yield Finding(Verdict.ESCALATES, "cloud", why, fields, certainty=conditional)
        elif was.get(name) and not now.get(name):
            why = f"its pods are no longer {was[name]} for the cloud"
            yield Finding(Verdict.CUTS_OFF, "cloud", why, fields)


def _images(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield the workloads whose new pods give a registry no password any more."""
    changed = tuple(each for each in pair.fields if "imagePullSecrets" in each.path)
    for workload in comparison.after.workloads if changed else ():
        was = comparison.workload_before(workload)
        if was is None or comparison.pair_of(workload.manifest) not in {pair, None}:
            continue
        lost = _pulls_with(comparison.before, was)
        if lost and not _pulls_with(comparison.after, workload):
            why = (
                f"new pods of {workload.path} pull images without Secret {min(lost)}: they "
                "start only if nobody asks for it"
            )
            conditional = Certainty.CONDITIONAL
            yield Finding(Verdict.WEAKENS, "images", why, changed, certainty=conditional)
    if changed and pair.kind == ACCOUNT:
        yield Finding(Verdict.LATER, "images", _STARTS, changed)


def _pulls_with(platform: Platform, workload: WorkloadManifest) -> set[str]:
    """Return the Secrets that pods pull with: those of their account if they name none."""
    own = mappings(workload.pod, "imagePullSecrets")
    name = field(workload.pod, "serviceAccountName", default="default")
    account = platform.get(ACCOUNT, workload.namespace, name)
    named = own or mappings(account or {}, "imagePullSecrets")
    return {field(each, "name", default="") for each in named}
