"""A shop: one tier of the library and a custom resource of the shop's own."""

from __future__ import annotations

from cdk8s import ApiObjectMetadata, App, Chart

from constructs_lib import Container, Host, NginxIngress, PublicHost, Tls, WebTier
from imports.io.cert_manager import Certificate, CertificateSpec, CertificateSpecIssuerRef


def shop(app: App) -> Chart:
    """Make the chart of the shop."""
    chart = Chart(app, "shop", namespace="shop")
    host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
    web = WebTier(
        chart, "shop", container=Container(image="registry.example.com/shop:1.0.0"), host=host
    )
    PublicHost(chart, "host", host=host, constructs=[web])
    Certificate(
        chart,
        "Certificate",
        metadata=ApiObjectMetadata(name="shop-tls"),
        spec=CertificateSpec(
            secret_name="shop-tls",
            common_name="shop.example.com",
            usages=["server auth"],
            issuer_ref=CertificateSpecIssuerRef(name="letsencrypt"),
        ),
    )
    return chart


if __name__ == "__main__":
    app = App()
    shop(app)
    app.synth()
