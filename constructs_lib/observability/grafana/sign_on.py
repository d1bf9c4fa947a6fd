"""Single sign-on to Grafana with OpenID Connect, and the roles of groups."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.errors import reject
from constructs_lib.facts.network import Call, Neighbour, Outside, Peer, check_has_port
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.rules import check_distinct, check_key, check_text, check_url
from constructs_lib.values import Value

_SECRET_FILES = "/etc/grafana/sign-on"


class SingleSignOn(Value):
    """An OpenID Connect provider, whose groups become roles of Grafana.

    Users in none of the groups are rejected.

    Args:
        name: of the button that signs in.
        client_id: of the client of Grafana at the provider.
        secret: the Secret with the key ``client-secret``.
        authorization_url: the authorization endpoint, opened in the browser.
        token_url: the token endpoint.
        user_info_url: the userinfo endpoint.
        provider: addresses and port of the last two.
        viewers: groups with the role Viewer.
        editors: groups with the role Editor, who make dashboards and explore.
        admins: groups with the role Admin, who manage users and teams.
        groups_claim: the claim of the token that lists the groups.

    Raises:
        ConfigurationError: an invalid address, group or Secret, or no group at all.
    """

    name: str = "Single sign-on"
    client_id: str
    secret: SecretRef
    authorization_url: str
    token_url: str
    user_info_url: str
    provider: Outside | Neighbour
    viewers: tuple[str, ...]
    editors: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()
    groups_claim: str = "groups"

    def __post_init__(self) -> None:
        check_keys("SingleSignOn.secret", self.secret, "client-secret")
        for field in ("authorization_url", "token_url", "user_info_url"):
            check_url(f"SingleSignOn.{field}", getattr(self, field))
        for field in ("name", "client_id"):
            check_text(f"SingleSignOn.{field}", getattr(self, field))
        check_key("SingleSignOn.groups_claim", self.groups_claim)
        groups = (*self.viewers, *self.editors, *self.admins)
        if not groups:
            reject("SingleSignOn.viewers", (), "name a group that may sign in")
        check_distinct("SingleSignOn.viewers", groups)
        for group in groups:
            check_text("SingleSignOn.viewers", group)
            if "'" in group or "`" in group or "\\" in group:
                reject("SingleSignOn.viewers", group, "use no quotes")
        check_has_port("SingleSignOn.provider", self.provider)

    @property
    def role_path(self) -> str:
        """The JMESPath expression of the role; empty for users in no group."""
        roles = (("Admin", self.admins), ("Editor", self.editors), ("Viewer", self.viewers))
        return " || ".join(
            f"contains({self.groups_claim}[*], '{group}') && '{role}'"
            for role, groups in roles
            for group in groups
        )

    @property
    def env(self) -> Mapping[str, str]:
        """The variables of the provider."""
        return {
            f"GF_AUTH_GENERIC_OAUTH_{name}": value
            for name, value in {
                "ENABLED": "true",
                "NAME": self.name,
                "CLIENT_ID": self.client_id,
                "CLIENT_SECRET__FILE": f"{_SECRET_FILES}/client-secret",
                "SCOPES": "openid profile email groups",
                "AUTH_URL": self.authorization_url,
                "TOKEN_URL": self.token_url,
                "API_URL": self.user_info_url,
                "USE_PKCE": "true",
                "ROLE_ATTRIBUTE_PATH": self.role_path,
                "ROLE_ATTRIBUTE_STRICT": "true",
                "GROUPS_ATTRIBUTE_PATH": self.groups_claim,
                "ALLOW_SIGN_UP": "true",
            }.items()
        }

    @property
    def files(self) -> SecretFiles:
        """The mounted Secret."""
        return SecretFiles(secret=self.secret, mount_path=_SECRET_FILES)

    def calls_by(self, source: Peer) -> tuple[Call, ...]:
        """Return the calls of Grafana to the provider."""
        return tuple(
            Call(source=source, target=self.provider, port=port.name)
            for port in self.provider.ports
        )
