"""What the owner of the shop wants to stay as it is."""

from __future__ import annotations

from pathlib import Path

from cdk8s import App
from shop import shop
from syrupy.assertion import SnapshotAssertion

from constructs_lib.testing import check, find, schema_problems


def test_shop(manifest: SnapshotAssertion, tmp_path: Path) -> None:
    assert shop(App(outdir=str(tmp_path))) == manifest


def test_certificate_is_what_the_ingress_serves(tmp_path: Path) -> None:
    chart = shop(App(outdir=str(tmp_path)))
    certificate = find(chart, "Certificate", "shop-tls")
    ingress = find(chart, "Ingress", "shop-example-com")
    assert certificate["spec"]["secretName"] == ingress["spec"]["tls"][0]["secretName"]


def test_shop_is_valid(tmp_path: Path) -> None:
    assert not schema_problems(shop(App(outdir=str(tmp_path))), foreign=["Certificate"])


def test_shop_is_consistent(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    shop(app)
    check(app)
