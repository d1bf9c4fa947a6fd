"""The images of a PostgreSQL cluster, with their paths and users."""

from __future__ import annotations

import re
from collections.abc import Sequence

from constructs_lib.errors import reject
from constructs_lib.pods.hardening import Hardening, UsualUser
from constructs_lib.pods.image import check_image
from constructs_lib.postgres.backrest_versions import check_version
from constructs_lib.postgres.extensions import CONTRIB, check_names
from constructs_lib.rules import check_distinct, check_mount_path, check_range
from constructs_lib.values import Value

_LOCALE = re.compile(r"(C|POSIX|[a-z]{2,3}(_[A-Z]{2})?)(\.UTF-8)?(@[a-z]+)?", re.ASCII)


class PostgresImage(Value):
    """An image with PostgreSQL, Patroni 4.1.1 or newer, pgBackRest and Python 3.

    The default is Percona's (https://docs.percona.com/percona-operator-for-postgresql/):
    all of it in one image, for amd64 and arm64, made to run with a read-only
    root file system.

    Args:
        image: pinned by digest, or by a tag that does not move.
        version: the major version of PostgreSQL in it.
        bin_directory: of the server programs.
        user: the id of the user ``postgres`` in it; the server trusts this name on its
            socket.
        group: the group of this user.
        extensions: that can be created in it: those of PostgreSQL itself, and of Percona's
            image a few more.
        locales: of its C library, as ``locale -a`` lists them; all images have those of the
            default.
        pgbackrest: the version of pgBackRest in it, from ``2.54`` on; PostgreSQL 18 needs ``2.55``.

    Raises:
        ConfigurationError: an image whose tag moves, a number out of range, the
            programs of another version, or a pgBackRest that is too old.
    """

    image: str = (
        "docker.io/percona/percona-distribution-postgresql:18.6"
        "@sha256:dae47360e8137cafc1e8d66f9a1be348f1405e3cf51daa383b94e6c277e6b256"
    )
    version: int = 18
    bin_directory: str = "/usr/pgsql-18/bin"
    user: int = 26
    group: int = 26
    extensions: tuple[str, ...] = (*CONTRIB, "pg_cron", "pg_repack", "pgaudit", "vector")
    locales: tuple[str, ...] = ("C", "C.UTF-8", "POSIX")
    pgbackrest: str = "2.59.0"

    def __post_init__(self) -> None:
        check_image("PostgresImage.image", self.image)
        check_range("PostgresImage.version", self.version, 14, 99)
        check_mount_path("PostgresImage.bin_directory", self.bin_directory)
        if set(re.findall(r"\d+", self.bin_directory)) - {str(self.version)}:
            reject(
                "PostgresImage.bin_directory",
                self.bin_directory,
                f"name the directory of version {self.version}",
            )
        check_range("PostgresImage.user", self.user, 1, 2**31 - 1)
        check_range("PostgresImage.group", self.group, 1, 2**31 - 1)
        check_names("PostgresImage.extensions", self.extensions)
        check_locales("PostgresImage.locales", self.locales)
        check_version("PostgresImage.pgbackrest", self.pgbackrest, postgres=self.version)

    @property
    def hardening(self) -> Hardening:
        """The security contexts of its pods."""
        return Hardening(run_as_user=UsualUser(id=self.user), run_as_group=UsualUser(id=self.group))


def check_locales(field: str, names: Sequence[str]) -> None:
    """Refuse what is no name of a locale, and duplicates."""
    for name in names:
        if not _LOCALE.fullmatch(name):
            reject(field, name, "use a locale as PostgreSQL takes it, such as 'de_DE.UTF-8'")
    check_distinct(field, names)


class PostgresImages(Value):
    """The images of all containers of a PostgreSQL cluster.

    Each default has a tag and a digest, except PgBouncer and its exporter: no digest of
    theirs was confirmed by two sources, so they are pinned by the tag of a release.

    Args:
        server: of the members and of the jobs.
        pgbouncer: of the poolers; any that has ``pgbouncer`` on its path, 1.25.1 or newer.
        haproxy: of the routers, based on Alpine.
        exporter: postgres_exporter 0.20 or newer.
        pooler_exporter: pgbouncer_exporter.

    Raises:
        ConfigurationError: an image whose tag moves.
    """

    server: PostgresImage = PostgresImage()
    pgbouncer: str = "docker.io/percona/percona-pgbouncer:1.25.2-6"
    haproxy: str = (
        "docker.io/library/haproxy:3.2.25-alpine"
        "@sha256:5d97434a423c2533cfeb42874d45cf6d69a840b60334582dfbfd5008e94c80be"
    )
    exporter: str = (
        "quay.io/prometheuscommunity/postgres-exporter:v0.20.1"
        "@sha256:ac5ec343104fae0e2d84a27bb8d69b38430a11910c5382cad85d478d2bab713e"
    )
    pooler_exporter: str = "quay.io/prometheuscommunity/pgbouncer-exporter:v0.11.0"

    def __post_init__(self) -> None:
        for name in ("pgbouncer", "haproxy", "exporter", "pooler_exporter"):
            check_image(f"PostgresImages.{name}", getattr(self, name))
