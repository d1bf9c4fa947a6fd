"""Network load balancers of AWS, as the AWS Load Balancer Controller 3.5.0 makes them."""

from __future__ import annotations

import re

from constructs_lib.errors import reject
from constructs_lib.traffic.clouds import PLAIN_PORT, Frontend
from constructs_lib.traffic.limits import check_ranges
from constructs_lib.values import Value

_ARN = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[A-Za-z0-9-]+", re.ASCII)
_AWS = "service.beta.kubernetes.io/aws-load-balancer"
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html: of TCP
# it may be 6000, of TLS it is this.
_SILENCE_SECONDS = 350


class AwsCertificate(Value):
    """A certificate of the AWS Certificate Manager, with which a network load balancer ends TLS.

    Args:
        arn: of the certificate.
        policy: the security policy: versions of TLS, and ciphers.

    Raises:
        ConfigurationError: what is given is not the ARN of a certificate.
    """

    arn: str
    policy: str = "ELBSecurityPolicy-TLS13-1-2-2021-06"

    def __post_init__(self) -> None:
        if not _ARN.fullmatch(self.arn):
            reject(
                "AwsCertificate.arn", self.arn, "use 'arn:aws:acm:REGION:ACCOUNT:certificate/ID'"
            )
        if not re.fullmatch(r"[A-Za-z0-9-]+", self.policy):
            reject("AwsCertificate.policy", self.policy, "use the name of an ELB security policy")


class NodeTargets(Value):
    """Requests come to nodes, and kube-proxy hands them to a pod; works with every network."""

    @property
    def health_ranges(self) -> tuple[str, ...]:
        """None: nodes answer."""
        return ()

    @property
    def detach_seconds(self) -> int:
        """Three checks of a node, ten seconds apart, and ten to spare."""
        return 40

    def annotations(self, *, stays: bool) -> dict[str, str]:
        """Return the annotation of the target type."""
        return {f"{_AWS}-nlb-target-type": "instance"}


class PodTargets(Value):
    """Requests come to pods, which have addresses of the VPC; they see those of the clients.

    Args:
        health_ranges: the subnets of the load balancer, whose addresses ask the pods whether they
            are well; network policies let them in.

    Raises:
        ConfigurationError: what is no range.
    """

    health_ranges: tuple[str, ...]

    def __post_init__(self) -> None:
        check_ranges("PodTargets.health_ranges", self.health_ranges)

    @property
    def detach_seconds(self) -> int:
        """Of a target that is taken out: more than two minutes were reported.

        https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2366
        """
        return 130

    def annotations(self, *, stays: bool) -> dict[str, str]:
        """Return the annotations of the target type, and of what is done for kube-proxy."""
        kept = "preserve_client_ip.enabled=true"
        sticky = ",stickiness.enabled=true,stickiness.type=source_ip" if stays else ""
        return {
            f"{_AWS}-nlb-target-type": "ip",
            f"{_AWS}-target-group-attributes": f"{kept}{sticky}",
        }


class Aws(Value):
    """A network load balancer of the AWS Load Balancer Controller.

    It faces the internet if any range of its clients is not private; without this it would be
    internal, and out of reach for all others.

    Args:
        targets: `NodeTargets`, or `PodTargets`.
        certificate: with which it ends TLS, on all ports but 80; None for TCP that it passes on.
    """

    targets: NodeTargets | PodTargets = NodeTargets()
    certificate: AwsCertificate | None = None

    @property
    def load_balancer_class(self) -> str:
        """The class of the controller; without it the one in the tree makes a Classic ELB."""
        return "service.k8s.aws/nlb"

    @property
    def health_ranges(self) -> tuple[str, ...]:
        """The subnets of the load balancer, where it asks pods."""
        return self.targets.health_ranges

    @property
    def detach_seconds(self) -> int:
        """That of its targets."""
        return self.targets.detach_seconds

    @property
    def ends_tls(self) -> bool:
        """Whether it has a certificate."""
        return self.certificate is not None

    @property
    def longest_silence_seconds(self) -> int:
        """A hundred minutes of TCP; of TLS what it has, which nothing changes."""
        return _SILENCE_SECONDS if self.ends_tls else 6000

    def annotations(self, door: Frontend) -> dict[str, str]:
        """Return scheme, address family, target type, idle time and certificate."""
        certificate, silent = self.certificate, door.silent_seconds or 0
        idle = {
            f"{_AWS}-listener-attributes.TCP-{port}": f"tcp.idle_timeout.seconds={silent}"
            for port in door.ports
            if silent > _SILENCE_SECONDS
        }
        encrypted = [str(port) for port in door.ports if port != PLAIN_PORT]
        terminated = (
            {}
            if certificate is None
            else {
                f"{_AWS}-ssl-cert": certificate.arn,
                f"{_AWS}-ssl-ports": ",".join(encrypted),
                f"{_AWS}-ssl-negotiation-policy": certificate.policy,
                f"{_AWS}-backend-protocol": "tcp",
            }
        )
        return {
            f"{_AWS}-scheme": "internal" if door.internal else "internet-facing",
            # The controller refuses a Service with IPv6 otherwise.
            **({f"{_AWS}-ip-address-type": "dualstack"} if door.ipv6 else {}),
            **self.targets.annotations(stays=door.stays),
            **idle,
            **terminated,
        }
