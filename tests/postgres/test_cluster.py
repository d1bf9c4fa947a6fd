"""The objects of a PostgreSQL cluster, and what it tells the others."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    DatabaseEndpoint,
    Namespace,
    Placement,
    Resources,
    SecretRef,
    SecurityBaseline,
)
from constructs_lib.facts import Call, DatabaseUse, LogFormat, VolumeClaim
from constructs_lib.facts.alerts import Severity
from constructs_lib.facts.signals import Scheme
from constructs_lib.manifests.platform import Platform
from constructs_lib.pods import FailureDomain, Spread
from constructs_lib.pods.schedule import Schedule
from constructs_lib.postgres import AtTime, PostgresSizes
from constructs_lib.postgres.database import Database
from constructs_lib.postgres.failover import Durability, Failover
from constructs_lib.postgres.images import PostgresImage, PostgresImages
from constructs_lib.postgres.pooler import Pooler
from constructs_lib.postgres.recovery import RestoredDatabase
from constructs_lib.postgres.roles import Owner, Reader, Role, Writer
from constructs_lib.postgres.storage import PostgresStorage
from constructs_lib.testing import find, find_all, manifests
from tests.postgres.ends import (
    BACKUP,
    FAST,
    REPOSITORY,
    SCRATCH,
    SOURCE,
    cluster,
    member,
    patroni,
)


def test_defaults(chart: Chart, manifest: SnapshotAssertion) -> None:
    cluster(chart)
    assert chart == manifest


@pytest.mark.mission("B24")
def test_three_members_in_three_zones(chart: Chart) -> None:
    cluster(chart)
    assert find(chart, "StatefulSet", "postgres")["spec"]["replicas"] == 3
    (zones,) = (
        spread
        for spread in member(chart)["spec"]["topologySpreadConstraints"]
        if spread["topologyKey"] == "topology.kubernetes.io/zone"
    )
    assert (zones["whenUnsatisfiable"], zones["maxSkew"]) == ("DoNotSchedule", 1)
    assert zones["minDomains"] == 3, "two zones would let one of them hold two"


@pytest.mark.parametrize(
    ("members", "failover", "required"),
    [
        (3, Failover(failure_domain=FailureDomain.NODE), {"kubernetes.io/hostname": 3}),
        (3, Failover(failure_domain=FailureDomain.NONE), {}),
        (2, Failover(), {"topology.kubernetes.io/zone": 2}),
        # A node without the label of its zone takes nobody whom it is required of.
        (1, Failover(), {}),
        (6, Failover(synchronous_standbys=2), {"topology.kubernetes.io/zone": 3}),
    ],
)
def test_members_are_kept_apart_by_what_may_be_lost_at_once(
    chart: Chart, members: int, failover: Failover, required: dict[str, int]
) -> None:
    cluster(chart, members=members, failover=failover)
    assert {
        spread["topologyKey"]: spread["minDomains"]
        for spread in member(chart)["spec"]["topologySpreadConstraints"]
        if spread["whenUnsatisfiable"] == "DoNotSchedule"
    } == required


def test_more_zones_are_said(chart: Chart) -> None:
    five = Placement(zones=Spread.REQUIRED, min_zones=5)
    cluster(chart, members=5, placement=five)
    (spread, _) = member(chart)["spec"]["topologySpreadConstraints"]
    assert spread["minDomains"] == 5


def test_each_container_has_its_size(chart: Chart) -> None:
    names = [field.name for field in fields(PostgresSizes)]
    sizes = {name: Resources(cpu=f"{10 + number}m") for number, name in enumerate(names)}
    cluster(chart, sizes=PostgresSizes(**sizes))
    given = {
        (workload.name, container["name"]): container["resources"]["requests"]["cpu"]
        for workload in Platform(manifests(chart)).workloads
        for container in workload.all_containers
    }
    jobs = ("backup-full", "backup-differential", "verification", "vacuum", "reindex")
    drill = "restore-drill"
    expected = {
        ("postgres", "postgres"): sizes["server"].cpu,
        ("postgres", "prepare"): sizes["credentials"].cpu,
        ("postgres", "credentials"): sizes["credentials"].cpu,
        ("postgres", "backup-server"): sizes["backup_server"].cpu,
        ("postgres", "exporter"): sizes["exporter"].cpu,
        **{(f"postgres-{job}", job): sizes["job"].cpu for job in jobs},
        (f"postgres-{drill}", drill): sizes["drill"].cpu,
    }
    for pooler in ("postgres-rw", "postgres-ro"):
        expected[pooler, "pgbouncer"] = sizes["pgbouncer"].cpu
        expected[pooler, "router"] = sizes["haproxy"].cpu
        expected[pooler, "exporter"] = sizes["pooler_exporter"].cpu
    assert given == expected
    parameters = patroni(chart)["postgresql"]["parameters"]
    assert parameters["shared_buffers"] == "128MB", "a quarter of the memory"


def test_one_member_has_no_standby_to_alert_on(chart: Chart) -> None:
    alone = cluster(chart, members=1)
    three = cluster(Chart(chart, "three", namespace="app"), id="three")
    names = [{alert.name for alert in each.facts.alerts} for each in (alone, three)]
    assert names[1] - names[0] == {
        "PostgresqlNoSynchronousStandby",
        "PostgresqlSplitBrain",
        "PostgresqlReplicationStopped",
        "PostgresqlReplicationLag",
    }
    # It may leave its node: nobody could take its place before.
    assert "postgres" not in [
        budget["metadata"]["name"] for budget in find_all(chart, "PodDisruptionBudget")
    ]


@pytest.mark.mission("B21")
@pytest.mark.mission("B110")
def test_each_member_has_two_volumes(chart: Chart) -> None:
    slow = FAST.__class__(name="slow", provisioner="csi.example.com")
    storage = PostgresStorage(data=slow, data_size="200Gi", wal=FAST, wal_size="30Gi")
    postgres = cluster(chart, storage=storage)
    templates = find(chart, "StatefulSet", "postgres")["spec"]["volumeClaimTemplates"]
    assert [
        (
            template["metadata"]["name"],
            template["spec"]["storageClassName"],
            template["spec"]["resources"]["requests"]["storage"],
        )
        for template in templates
    ] == [("data", "slow", "200Gi"), ("wal", "fast", "30Gi")]
    claims = [claim for footprint in postgres.facts.footprints for claim in footprint.claims]
    assert VolumeClaim(storage_class="slow", size=Decimal(200 * 2**30), count=3) in claims
    assert VolumeClaim(storage_class="fast", size=Decimal(30 * 2**30), count=3) in claims


@pytest.mark.mission("B81")
@pytest.mark.mission("B79")
def test_failover_profile(chart: Chart) -> None:
    failover = Failover(
        ttl_seconds=30,
        loop_wait_seconds=10,
        retry_timeout_seconds=10,
        synchronous_standbys=2,
        durability=Durability.STRICT,
    )
    cluster(chart, members=5, failover=failover)
    dcs = patroni(chart)["bootstrap"]["dcs"]
    assert (dcs["ttl"], dcs["synchronous_mode"], dcs["synchronous_node_count"]) == (30, "quorum", 2)
    assert dcs["synchronous_mode_strict"] is True
    patched = find(chart, "Role", "postgres")["rules"][-1]
    assert patched["resourceNames"] == [f"postgres-{number}" for number in range(5)]


def test_local_replication_is_let_in(chart: Chart) -> None:
    """Without this line no standby ever takes over, and nothing shows it."""
    cluster(chart)
    lines = [line.split() for line in patroni(chart)["postgresql"]["pg_hba"]]
    assert ["local", "replication", "standby", "scram-sha-256"] in lines


def test_nobody_comes_in_without_tls(chart: Chart) -> None:
    cluster(chart)
    lines = [line.split() for line in patroni(chart)["postgresql"]["pg_hba"]]
    over_network = [line for line in lines if line[0].startswith("host")]
    assert over_network[0] == ["hostnossl", "all", "all", "all", "reject"]
    assert over_network[1] == ["host", "all", "postgres", "all", "reject"]


@pytest.mark.mission("B85")
def test_point_in_time(chart: Chart) -> None:
    bootstrap = RestoredDatabase(repository=SOURCE, target=AtTime(time="2026-11-22 23:02:26+00"))
    cluster(chart, bootstrap=bootstrap)
    settings = patroni(chart)["bootstrap"]
    assert settings["method"] == "restore"
    assert "--type=time --target='2026-11-22 23:02:26+00'" in settings["restore"]["command"]
    files = find(chart, "ConfigMap", "postgres-pgbackrest")["data"]
    assert "repo1-path=/postgres-a" in files["source.conf"]
    assert "repo1-path=/postgres\n" in files["pgbackrest.conf"]


def test_keys_to_two_repositories_are_kept_apart(chart: Chart) -> None:
    """With both in its variables, pgBackRest takes one repository for the other."""
    cluster(chart, bootstrap=RestoredDatabase(repository=SOURCE))
    env = member(chart)["spec"]["containers"][0]["env"]
    assert {
        variable["name"]: variable["valueFrom"]["secretKeyRef"]["name"]
        for variable in env
        if "REPO" in variable["name"]
    } == {
        "PGBACKREST_REPO1_S3_KEY": "postgres-repository",
        "PGBACKREST_REPO1_S3_KEY_SECRET": "postgres-repository",
        "PGBACKREST_REPO1_CIPHER_PASS": "postgres-repository",
        "SOURCE_REPO1_S3_KEY": "postgres-a-repository",
        "SOURCE_REPO1_S3_KEY_SECRET": "postgres-a-repository",
        "SOURCE_REPO1_CIPHER_PASS": "postgres-a-repository",
    }


def test_a_store_of_ones_own_has_its_authority_and_one_name(chart: Chart) -> None:
    """Whoever asks pgBackRest of it trusts the authority, in each of two stores its own."""
    keys = ("access-key", "ca.crt", "cipher", "secret-key")
    own = replace(REPOSITORY, secret=SecretRef(name="own", keys=keys))
    other = replace(SOURCE, secret=SecretRef(name="other", keys=keys))
    plan = replace(BACKUP, repository=own)
    cluster(chart, backup=plan, bootstrap=RestoredDatabase(repository=other))
    jobs = [job["spec"]["jobTemplate"]["spec"]["template"] for job in find_all(chart, "CronJob")]
    found = {}
    for pod in [member(chart), *jobs]:
        for container in pod["spec"]["containers"]:
            places = {mount["mountPath"] for mount in container["volumeMounts"]}
            if known := {place for place in places if "/repositories/" in place}:
                found[container["name"]] = known
    both = {"/run/secrets/repositories/own", "/run/secrets/repositories/other"}
    first = {"/run/secrets/repositories/own"}
    assert found == {
        "postgres": both,
        "backup-server": both,
        "backup-full": first,
        "backup-differential": first,
        "verification": first,
        "restore-drill": first,
    }
    told = [
        text
        for each in find_all(chart, "ConfigMap")
        for name, text in each["data"].items()
        if name.endswith(".conf")
    ]
    assert len(told) == 4
    for text in told:
        assert re.search(r"repo1-storage-ca-file=/run/secrets/repositories/\w+/ca\.crt\n", text)
        assert "repo1-s3-uri-style=path\n" in text


def test_aws_has_the_bucket_in_the_name_of_the_host(chart: Chart) -> None:
    aws = replace(REPOSITORY, endpoint="s3.eu-central-1.amazonaws.com")
    cluster(chart, backup=replace(BACKUP, repository=aws))
    assert "uri-style" not in str(find_all(chart, "ConfigMap"))


@pytest.mark.mission("B84")
def test_clone(chart: Chart) -> None:
    cluster(chart, bootstrap=RestoredDatabase(repository=SOURCE))
    command = patroni(chart)["bootstrap"]["restore"]["command"]
    script = "/scripts/read-source.sh"
    assert command == f"{script} --stanza=db --cmd={script} --delta restore"


def test_image_profile(chart: Chart) -> None:
    image = PostgresImage(
        image="registry.example.com/postgres:17.6.1",
        version=17,
        bin_directory="/usr/lib/postgresql/17/bin",
        user=999,
        group=999,
    )
    cluster(chart, images=PostgresImages(server=image))
    pod = member(chart)["spec"]
    assert pod["securityContext"]["runAsUser"] == 999
    assert patroni(chart)["postgresql"]["data_dir"] == "/pgdata/pg17"
    assert patroni(chart)["postgresql"]["bin_dir"] == "/usr/lib/postgresql/17/bin"
    job = find(chart, "CronJob", "postgres-vacuum")["spec"]["jobTemplate"]["spec"]["template"]
    assert job["spec"]["containers"][0]["image"] == "registry.example.com/postgres:17.6.1"


def test_the_order_of_texts_does_not_follow_the_image(chart: Chart) -> None:
    """With a collation of glibc, indexes are wrong after an image with another one."""
    cluster(chart)
    assert {"locale": "C.UTF-8"} in patroni(chart)["bootstrap"]["initdb"]


@pytest.mark.parametrize(("version", "said"), [(18, True), (15, False)])
def test_initdb_asks_for_no_huge_pages(chart: Chart, version: int, said: bool) -> None:  # noqa: FBT001
    """Where a node has some and the container may have none, it is killed."""
    image = PostgresImage(version=version, bin_directory="/usr/bin")
    cluster(chart, images=PostgresImages(server=image))
    assert ({"set": "huge_pages=off"} in patroni(chart)["bootstrap"]["initdb"]) is said
    drill = find(chart, "ConfigMap", "postgres-checks-scripts")["data"]["drill-restore.sh"]
    assert "\nhuge_pages = off\n" in drill


@pytest.mark.parametrize(
    ("memory", "parameters", "shared"),
    [
        ("8Gi", {}, "6016Mi"),
        ("64Gi", {}, "49024Mi"),
        ("64Gi", {"shared_buffers": "32GB", "max_connections": "100"}, "32640Mi"),
    ],
)
def test_sessions_may_share_what_is_not_the_shared_buffer(
    chart: Chart, memory: str, parameters: dict[str, str], shared: str
) -> None:
    """Beyond it a hash join in parallel, or a vacuum, fails in the middle."""
    sizes = PostgresSizes(server=Resources(memory=memory))
    cluster(chart, sizes=sizes, parameters=parameters)
    (volume,) = [v for v in member(chart)["spec"]["volumes"] if v["name"] == "shared-memory"]
    assert volume["emptyDir"] == {"medium": "Memory", "sizeLimit": shared}


def test_temporary_files_of_a_query_do_not_fill_the_disk(chart: Chart) -> None:
    cluster(chart, storage=PostgresStorage(data=FAST, data_size="20Gi"))
    assert patroni(chart)["postgresql"]["parameters"]["temp_file_limit"] == "2048MB"


@pytest.mark.parametrize(
    ("version", "tracked"), [(18, "IntervalStyle, search_path"), (17, "IntervalStyle")]
)
def test_startup_options_are_not_dropped(chart: Chart, version: int, tracked: str) -> None:
    image = PostgresImage(version=version, bin_directory="/usr/bin")
    cluster(chart, images=PostgresImages(server=image))
    for pooler in ("rw", "ro"):
        ini = find(chart, "ConfigMap", f"postgres-{pooler}-pgbouncer")["data"]["pgbouncer.ini"]
        assert f"\ntrack_extra_parameters = {tracked}\n" in ini
        assert "\nignore_startup_parameters = extra_float_digits\n" in ini


def test_parameters_are_written_as_postgresql_takes_them(chart: Chart) -> None:
    own = {
        "autovacuum_work_mem": "-1",
        "maintenance_work_mem": "0.5GB",
        "temp_file_limit": "-1",
        "wal_buffers": "-1",
        "work_mem": "4096",
    }
    cluster(chart, parameters=own)
    assert own.items() <= patroni(chart)["postgresql"]["parameters"].items()


def test_a_router_needs_no_more_memory_where_many_files_may_be_open(chart: Chart) -> None:
    """Without maxconn HAProxy reserves memory for as many as the runtime lets it open."""
    cluster(chart)
    for name in ("postgres-rw", "postgres-ro"):
        text = find(chart, "ConfigMap", f"{name}-router")["data"]["haproxy.cfg"]
        (of_all, *_) = text.partition("resolvers")
        assert "\n  maxconn 386\n" in of_all, "max_connections, and a hundred of metrics"


def test_a_pod_that_is_killed_leaves_no_lock_of_the_repository(chart: Chart) -> None:
    cluster(chart)
    files = [text for each in find_all(chart, "ConfigMap") for text in each["data"].values()]
    (lock,) = set(re.findall(r"^lock-path=(.*)/pgbackrest$", "".join(files), re.MULTILINE))
    for job in find_all(chart, "CronJob"):
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        (mount,) = [m for m in pod["containers"][0]["volumeMounts"] if m["mountPath"] == lock]
        (volume,) = [each for each in pod["volumes"] if each["name"] == mount["name"]]
        assert "emptyDir" in volume


def test_what_the_archive_does_not_take_is_kept(chart: Chart) -> None:
    """With a limit of the queue pgBackRest drops what recovery to a point in time needs."""
    postgres = cluster(chart)
    files = [text for each in find_all(chart, "ConfigMap") for text in each["data"].values()]
    assert not any("archive-push-queue-max" in text for text in files)
    (failing,) = [a for a in postgres.facts.alerts if a.name == "PostgresqlWalArchivingFailing"]
    assert (failing.severity, failing.runbook) == (Severity.PAGE, "postgres-archiving")


@pytest.mark.mission("B23")
def test_parameters_follow_from_resources(chart: Chart) -> None:
    cluster(chart, parameters={"work_mem": "4MB", "max_connections": "200"})
    settings = patroni(chart)
    assert settings["postgresql"]["parameters"]["work_mem"] == "4MB"
    assert settings["postgresql"]["parameters"]["shared_buffers"] == "2048MB"
    assert settings["bootstrap"]["dcs"]["postgresql"]["parameters"]["max_connections"] == "200"
    assert "max_connections" not in settings["postgresql"]["parameters"]


@pytest.mark.mission("B35")
@pytest.mark.mission("B104")
def test_a_client_gets_its_share(chart: Chart) -> None:
    postgres = cluster(chart)
    api = ApiTier(
        chart,
        "api",
        container=Container(image="api:1.4.2"),
        database=postgres.read_write(connections=400),
    )
    (called,) = (call for call in api.facts.calls if call.target.name == "postgres-rw")
    assert called.target_port.number == 6432
    env = find(chart, "Deployment", "api")["spec"]["template"]["spec"]["containers"][0]["env"]
    values = {variable["name"]: variable.get("value") for variable in env}
    assert values["PGHOST"] == "postgres-rw.app.svc.cluster.local"
    assert values["PGPORT"] == "5432"
    asked_again = postgres.read_write(connections=400)
    assert api.facts.databases == (DatabaseUse(client=api.peer, endpoint=asked_again),)
    with pytest.raises(ConfigurationError, match=r"connections: got 1001; use a .* from 1 to 1000"):
        postgres.read_write(connections=1001)


@pytest.mark.mission("B104")
def test_clients_are_given_no_more_than_a_pooler_takes(chart: Chart) -> None:
    postgres = cluster(chart)
    container = Container(image="api:1.4.2")

    def platform(**clients: DatabaseEndpoint) -> None:
        app = App()
        tiers = [
            ApiTier(Chart(app, id, namespace="app"), id, container=container, database=database)
            for id, database in clients.items()
        ]
        SecurityBaseline(
            Chart(app, "cluster"),
            "baseline",
            namespaces=[Namespace(name="app")],
            storage=[FAST, SCRATCH],
            constructs=[postgres, *tiers],
        )

    half = postgres.read_write(connections=500)
    platform(api=half, jobs=half, reports=postgres.read_only(connections=1000))
    said = (
        r"DatabaseEndpoint\.connections: got \{'api': 500, 'jobs': 500, 'reports': 300\}; let them "
        r"add up to 1000 at most, or raise what postgres-rw\.app\.svc\.cluster\.local takes"
    )
    with pytest.raises(ConfigurationError, match=said):
        platform(api=half, jobs=half, reports=postgres.read_write(connections=300))


def test_a_busy_pooler_is_left_alone_for_minutes(chart: Chart) -> None:
    cluster(chart)
    pod = find(chart, "Deployment", "postgres-rw")["spec"]["template"]["spec"]
    pgbouncer = next(each for each in pod["containers"] if each["name"] == "pgbouncer")
    patience = {
        name: pgbouncer[name].get("periodSeconds", 10) * pgbouncer[name]["failureThreshold"]
        for name in ("readinessProbe", "livenessProbe")
    }
    assert patience == {"readinessProbe": 15, "livenessProbe": 300}


@pytest.mark.mission("B65")
def test_each_door_has_the_least_role_that_will_do(chart: Chart) -> None:
    postgres = cluster(chart)
    doors = (postgres.read_write, postgres.read_only, postgres.session)
    assert [door(connections=1).secret.name for door in doors] == [
        "postgres-writer",
        "postgres-reader",
        "postgres-owner",
    ]
    # Clients have no key of what will be next.
    assert postgres.read_write(connections=1).secret.keys == ("username", "password", "ca.crt")


@pytest.mark.mission("B65")
def test_a_party_has_a_role_of_its_own(chart: Chart) -> None:
    reports = Reader(secret=replace(Reader().secret, name="reports-database"))
    app = Writer(secret=replace(Writer().secret, name="api-database"))
    postgres = cluster(
        chart, databases=[Database(name="shop", roles=[Owner(), app, Writer(), reports])]
    )
    assert postgres.read_write(connections=1).secret.name == "api-database"
    assert postgres.read_write(connections=1, role=reports).secret.name == "reports-database"
    assert postgres.session(connections=1, role=Writer()).secret.name == "postgres-writer"
    (member,) = find_all(chart, "StatefulSet")
    sidecar = next(
        each
        for each in member["spec"]["template"]["spec"]["containers"]
        if each["name"] == "credentials"
    )
    mounts = {each["mountPath"] for each in sidecar["volumeMounts"]}
    known = json.loads(find(chart, "ConfigMap", "postgres-databases")["data"]["databases.json"])[0][
        "logins"
    ]
    assert [(each["right"], Path(each["username"]).parent.name) for each in known] == [
        ("owner", "postgres-owner"),
        *[("writer", "api-database")] * 2,
        *[("writer", "postgres-writer")] * 2,
        *[("reader", "reports-database")] * 2,
    ]
    assert {str(Path(each["password"]).parent) for each in known} <= mounts


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ([Writer()], "give the database one Owner"),
        ([Owner(), Owner(secret=replace(Owner().secret, name="other"))], "give the database one"),
        ([Owner(), Writer(), Writer()], "roles"),
    ],
)
def test_fails_with_roles_that_cannot_be_told_apart(
    chart: Chart, roles: Sequence[Role], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        cluster(chart, databases=[Database(name="shop", roles=roles)])


def test_fails_with_a_role_that_nobody_makes(chart: Chart) -> None:
    postgres = cluster(chart, databases=[Database(name="shop", roles=[Owner(), Writer()])])
    with pytest.raises(ConfigurationError, match=r"role: got Reader.*Database\.roles"):
        postgres.read_only(connections=1)


@pytest.mark.mission("B107")
@pytest.mark.parametrize("side", ["read_write", "read_only"])
def test_a_client_is_told_when_it_is_given_up(chart: Chart, side: str) -> None:
    postgres = cluster(chart, pooler=Pooler(statement_seconds=7, wait_seconds=9))
    endpoint = getattr(postgres, side)(connections=1)
    assert (endpoint.statement_seconds, endpoint.wait_seconds) == (7, 9)
    pooler = find(chart, "ConfigMap", f"{endpoint.target.name}-pgbouncer")["data"]
    assert "SET statement_timeout = ''7s''" in pooler["pgbouncer.ini"]
    assert "query_wait_timeout = 9" in pooler["pgbouncer.ini"]


@pytest.mark.mission("B34")
def test_calls(chart: Chart) -> None:
    postgres = cluster(chart)
    called = {
        (call.source.name, call.target.name, call.target_port.number)
        for call in postgres.facts.calls
    }
    assert called == {
        ("postgres", "postgres", 5432),
        ("postgres", "postgres", 8008),
        ("postgres", "api-server", 443),
        ("postgres", "object-store", 443),
        ("postgres-rw", "postgres", 5432),
        ("postgres-rw", "postgres", 8008),
        ("postgres-ro", "postgres", 5432),
        ("postgres-ro", "postgres", 8008),
        ("postgres-backups", "postgres", 8432),
        ("postgres-backups", "object-store", 443),
        ("postgres-checks", "object-store", 443),
        ("postgres-maintenance", "postgres", 5432),
    }
    assert all(isinstance(call, Call) for call in postgres.facts.calls)


def test_facts(chart: Chart) -> None:
    facts = cluster(chart).facts
    assert [peer.name for peer in facts.peers] == [
        "postgres",
        "postgres-rw",
        "postgres-ro",
        "postgres-backups",
        "postgres-checks",
        "postgres-maintenance",
    ]
    assert [(each.peer, each.format) for each in facts.logs] == [
        (peer, LogFormat.POSTGRES) for peer in facts.peers
    ]
    scraped = {(e.peer.name, e.port, e.scheme) for e in facts.metrics}
    assert ("postgres", "patroni", Scheme.HTTPS) in scraped
    assert ("postgres-ro", "pooler-metrics", Scheme.HTTP) in scraped
    assert {use.secret.name for use in facts.secrets} == {
        "postgres-credentials",
        "postgres-pooler",
        "postgres-owner",
        "postgres-reader",
        "postgres-repository",
        "postgres-writer",
        "postgres-members",
        "postgres-poolers",
        "postgres-backups",
    }


def test_alerts_on_backups_follow_from_their_schedules(chart: Chart) -> None:
    day = 24 * 3600
    twice_a_week = Schedule(cron="0 1 * * 3", deadline_seconds=day // 8)
    monthly = Schedule(cron="0 12 2 * *", deadline_seconds=day // 4)
    plan = replace(BACKUP, differential=twice_a_week, drill=monthly)
    limits = {
        alert.name: [int(limit) for limit in re.findall(r" > (\d+)", alert.expression)]
        for alert in cluster(chart, backup=plan).facts.alerts
    }
    assert limits["PostgresqlBackupTooOld"] == [4 * day + day // 6, 7 * day + day // 6]
    assert limits["PostgresqlRestoreNotProven"] == [2 * 31 * day + day // 4]


def test_alerts_name_what_is_exposed(chart: Chart) -> None:
    facts = cluster(chart).facts
    exposed = {name for endpoint in facts.metrics for name in endpoint.names}
    for alert in facts.alerts:
        assert any(name in alert.expression for name in exposed) or (
            "kube_cronjob" in alert.expression
        )


@pytest.mark.mission("B64")
def test_a_new_revision_rolls_the_readers_only(chart: Chart) -> None:
    owner = SecretRef(name="postgres-owner", keys=("username", "password", "ca.crt"), revision="2")
    cluster(chart, databases=[Database(name="shop", roles=[Owner(secret=owner)])])
    assert member(chart)["metadata"]["annotations"]["revision/postgres-owner"] == "2"
    pooler = find(chart, "Deployment", "postgres-rw")["spec"]["template"]["metadata"]
    assert "revision/postgres-owner" not in pooler["annotations"]


@pytest.mark.mission("B82")
@pytest.mark.mission("B123")
def test_jobs(chart: Chart) -> None:
    cluster(chart)
    assert {
        job["metadata"]["name"]: job["spec"]["schedule"] for job in find_all(chart, "CronJob")
    } == {
        "postgres-backup-full": "0 1 * * 0",
        "postgres-backup-differential": "0 1 * * 1-6",
        "postgres-verification": "0 4 * * 3",
        "postgres-restore-drill": "0 4 * * 6",
        "postgres-vacuum": "0 22 * * 6",
        "postgres-reindex": "0 22 1 * *",
    }


def test_each_party_has_a_certificate_of_its_own(chart: Chart) -> None:
    """Where holding one is a right, its authority signs for nobody else."""
    certificates = cluster(chart).facts.certificates
    assert {each.secret.name: each.dns_names for each in certificates} == {
        "postgres-members": ("localhost", "*.postgres-members.app.svc.cluster.local"),
        "postgres-poolers": (
            "postgres-rw.app.svc.cluster.local",
            "postgres-ro.app.svc.cluster.local",
            "postgres-rw.app",
            "postgres-ro.app",
        ),
        "postgres-backups": (),
    }
    authorities = {each.authority: each.usages for each in certificates}
    assert authorities == {
        "postgres-members-authority": ("server auth", "client auth"),
        None: ("server auth",),
        "postgres-backups-authority": ("client auth",),
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            {"parameters": {"shared_buffers": "8GB"}},
            "parameters: got {'shared_buffers': '8GB'}; need",
        ),
        ({"parameters": {"work_mem": "a lot"}}, "parameters['work_mem']: got 'a lot'"),
        (
            {"pooler": Pooler(server_connections=200)},
            "Pooler.server_connections: got 200; use at most 43",
        ),
        (
            {"parameters": {"max_connections": "15"}},
            "Pooler.replicas: got 2; give them max_connections: of 15 there are 5 for 6 replicas",
        ),
        ({"parameters": {"max_connections": "many"}}, "parameters['max_connections']: got 'many'"),
        ({"parameters": {"ssl": "off"}}, "parameters: got 'ssl'; leave it: clients"),
        ({"parameters": {"fsync": "off"}}, "got 'fsync'; leave it: commits would be lost"),
        ({"parameters": {"synchronous_commit": "off"}}, "got 'synchronous_commit'; leave it"),
        ({"parameters": {"log_line_prefix": "%p"}}, "got 'log_line_prefix'; leave it: lines of"),
        ({"parameters": {"wal_level": "minimal"}}, "got 'minimal'; use replica or logical"),
        ({"parameters": {"max_wal_senders": "2"}}, "got '2'; write a number from 10 on"),
        ({"parameters": {"max_connections": "0"}}, "got '0'; write a number from 1 on"),
        ({"parameters": {"autovacuum_work_mem": "2GB"}}, "; need"),
        ({"parameters": {"autovacuum_max_workers": "9"}}, "; need"),
        ({"parameters": {"temp_buffers": "32MB"}}, "; need"),
        ({"parameters": {"wal_buffers": "4GB"}}, "; need"),
        ({"parameters": {"hash_mem_multiplier": "8"}}, "; need"),
        ({"parameters": {"hash_mem_multiplier": "all"}}, "got 'all'; write a number such as"),
        ({"parameters": {"max_connections": 200}}, "got 200; give a text"),
        ({"parameters": {"search_path": "a\0"}}, "use text without control characters"),
        (
            {"parameters": {"max_wal_size": "16GB"}},
            "let 21504MB of log pile up where there are 20480MB",
        ),
        ({"parameters": {"max_slot_wal_keep_size": "-1"}}, "got '-1'; say how much: without a"),
        ({"parameters": {"work_mem": "-1"}}, "parameters['work_mem']: got '-1'; write a number"),
        ({"parameters": {"huge_pages": "on"}}, "leave it: it follows from the huge_pages of"),
        (
            {"pooler": Pooler(client_connections=3000)},
            "PostgresSizes.pgbouncer: got '128Mi'; give it at least '165Mi' for 3000 clients, or",
        ),
        ({"parameters": {"Work Mem": "4MB"}}, "parameters: got 'Work Mem'; use the name"),
        (
            {"placement": Placement(zones=Spread.REQUIRED, min_zones=2)},
            "members: got 3; have at most 2 in 2 zones, or more synchronous_standbys: those in one",
        ),
        ({"members": 5}, "members: got 5; have at most 3 in 3 zones, or more synchronous_standbys"),
        (
            {"members": 1, "failover": Failover(synchronous_standbys=2)},
            "members: got 1; have at least 3: a primary and 2 that confirm its commits",
        ),
        (
            {"members": 2, "failover": Failover(synchronous_standbys=2)},
            "members: got 2; have at least 3: a primary and 2 that confirm its commits",
        ),
        (
            {"members": 2, "failover": Failover(durability=Durability.STRICT)},
            "members: got 2; have at least 3: with one of them gone there must be a primary and 1",
        ),
        (
            {"members": 1, "failover": Failover(durability=Durability.STRICT)},
            "or Durability.STRICT stops all writes",
        ),
        (
            {"bootstrap": RestoredDatabase(repository=REPOSITORY)},
            "BackupPlan.repository: got '/postgres'; give the new cluster a path of its own",
        ),
    ],
)
def test_fails(chart: Chart, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        cluster(chart, **arguments)
    assert says in str(refused.value)


def test_no_member_waits_for_a_repository_that_is_gone(chart: Chart) -> None:
    cluster(chart)
    settings = patroni(chart)["postgresql"]
    assert settings["parameters"]["restore_command"] == '/scripts/get-log.sh %f "%p"'
    assert settings["create_replica_methods"] == ["pgbackrest", "basebackup"]
    script = find(chart, "ConfigMap", "postgres-scripts")["data"]["copy-member.sh"]
    assert 'timeout 30 "$backrest" --stanza=db info' in script
    script = find(chart, "ConfigMap", "postgres-scripts")["data"]["get-log.sh"]
    assert 'timeout 5 "${3:-pgbackrest}" --stanza=db archive-get' in script
    started = find(chart, "ConfigMap", "postgres-scripts")["data"]["prepare-database.sh"]
    assert started.rstrip().endswith("&")


@pytest.mark.mission("B61")
def test_each_job_reads_the_secrets_that_it_needs(chart: Chart) -> None:
    cluster(chart)
    read = {}
    for job in find_all(chart, "CronJob"):
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        files = {each["secret"]["secretName"] for each in pod["volumes"] if "secret" in each}
        keys = {
            each["valueFrom"]["secretKeyRef"]["name"]
            for each in container["env"]
            if "valueFrom" in each
        }
        read[job["metadata"]["name"]] = files | keys
    backing_up = {"postgres-repository", "postgres-backups", "postgres-members"}
    assert read == {
        "postgres-backup-full": backing_up,
        "postgres-backup-differential": backing_up,
        "postgres-verification": {"postgres-repository"},
        "postgres-restore-drill": {"postgres-repository"},
        "postgres-vacuum": {"postgres-owner", "postgres-members"},
        "postgres-reindex": {"postgres-owner", "postgres-members"},
    }


@pytest.mark.parametrize(
    ("version", "name", "says"),
    [
        (18, "work_memm", "use one that PostgreSQL 18 can be told, such as 'work_mem'"),
        (18, "wal_segment_size", "use one that PostgreSQL 18 can be told"),
        (18, "old_snapshot_threshold", "use one that PostgreSQL 18 can be told"),
        (18, "recovery_target_time", "leave it: RestoredDatabase says where recovery ends"),
        (17, "io_method", "use one that PostgreSQL 17 can be told"),
    ],
)
def test_fails_with_a_parameter_that_would_be_left_out(
    chart: Chart, version: int, name: str, says: str
) -> None:
    """Patroni leaves out what the server does not know, and only its log says so."""
    image = PostgresImage(version=version, bin_directory="/usr/bin")
    with pytest.raises(ConfigurationError, match=rf"parameters: got '{name}'; {says}"):
        cluster(chart, images=PostgresImages(server=image), parameters={name: "1"})


def test_parameters_of_a_newer_server_and_of_extensions_are_passed_on(chart: Chart) -> None:
    image = PostgresImage(version=19, bin_directory="/usr/bin")
    own = {"of_the_newest": "1", "auto_explain.log_min_duration": "3s"}
    cluster(chart, images=PostgresImages(server=image), parameters=own)
    told = patroni(chart)["postgresql"]["parameters"]
    assert {name: told[name] for name in own} == own


@pytest.mark.parametrize("value", ["0", "5min", "500ms", "soon", "301"])
def test_fails_with_archiving_that_is_later_than_the_alert(chart: Chart, value: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"\['archive_timeout'\]: got '{value}'; use 1s"):
        cluster(chart, parameters={"archive_timeout": value})


@pytest.mark.parametrize("value", ["30", "2 min", "90s", "120000ms"])
def test_archiving_may_be_sooner_or_a_little_later(chart: Chart, value: str) -> None:
    cluster(chart, parameters={"archive_timeout": value})
    assert patroni(chart)["postgresql"]["parameters"]["archive_timeout"] == value
