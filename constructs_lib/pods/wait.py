"""What a pod waits for before its containers start: a command that has to succeed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs_lib.errors import reject
from constructs_lib.pods.container import Container
from constructs_lib.rules import check_name, check_seconds, check_text
from constructs_lib.secret_detection import check_no_secret_in_words
from constructs_lib.values import Value

# An init container that fails is started again by the kubelet, but at last every five minutes
# only, and counts as a pod that crashes.
SHELL_LOOP = ("sh", "-c", 'until "$@"; do sleep 5; done', "sh")


class Wait(Value):
    """A command that must succeed before the containers of a pod start.

    It runs in an init container with the image, variables, volumes and resources of the main
    one, so that it asks for what that very version needs.

    Args:
        name: of the init container.
        check: the command, which exits with 0 once there is nothing to wait for.
        seconds: how long it may take; the progress deadline of a rollout is longer by that.
        repeat: the command that runs the check, which follows it, until it succeeds. An image
            without a shell has another one, or none: then the kubelet starts the
            container again, with pauses of up to five minutes.

    Raises:
        ConfigurationError: a name, command or number that cannot be.
    """

    name: str
    check: Sequence[str]
    seconds: int
    repeat: Sequence[str] = SHELL_LOOP

    def __post_init__(self) -> None:
        check_name("Wait.name", self.name)
        check_seconds("Wait.seconds", self.seconds)
        if not self.check:
            reject("Wait.check", self.check, "name a program")
        for word in (*self.check, *self.repeat):
            check_text("Wait.check", word)
        check_no_secret_in_words("Wait.check", (*self.check, *self.repeat))

    def container(self, main: Container) -> Container:
        """Return the init container of a pod with this main container."""
        return replace(
            main,
            name=self.name,
            command=[*self.repeat, *self.check],
            args=(),
            ports=(),
            startup=None,
            liveness=None,
            readiness=None,
            pre_stop=(),
        )
