"""Invariants of Secrets: not in manifests, and read as they are created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.manifests.configuration_reads import secrets_read
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings, walk
from constructs_lib.manifests.made_secrets import made_secret
from constructs_lib.manifests.platform import describe, namespace_of
from constructs_lib.manifests.secret_files import PUBLIC_KEYS, secret_files, told, unnamed
from constructs_lib.manifests.workloads import workload_of
from constructs_lib.secret_detection import (
    PUBLIC,
    names_a_secret,
    secret_in,
    secret_option_in,
    secret_setting_in,
)
from constructs_lib.variable_references import referred

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform


def secrets_are_not_written_down(platform: Platform) -> Iterator[Violation]:
    """Manifests contain no Secrets, which everyone who reads the repository could read.

    Nor do arguments, where the kubelet would put what a variable holds: processes of a node are
    shown with these.
    """
    for secret in platform.of_kind("Secret"):
        if mapping(secret, "data") or mapping(secret, "stringData"):
            yield secret, "holds data; refer to a Secret that is made outside"
    for manifest in platform.manifests:
        public = _public(manifest)
        for path, text in walk(manifest):
            seen = secret_in(text, public=public) if isinstance(text, str) else None
            if seen:
                yield manifest, f"{path} holds a secret: {seen}"
    yield from _settings(platform)
    yield from _variables_and_options(platform)
    yield from _arguments(platform)


def _settings(platform: Platform) -> Iterator[Violation]:
    for files in platform.of_kind("ConfigMap"):
        for name, text in mapping(files, "data").items():
            if seen := secret_setting_in(text, file=name, public=_public(files)):
                yield files, f"{name} holds a secret: {seen}"


def _variables_and_options(platform: Platform) -> Iterator[Violation]:
    for workload in platform.workloads:
        public = _public(workload.manifest)
        for container in workload.all_containers:
            for variable in mappings(container, "env"):
                name, text = (field(variable, key, default="") for key in ("name", "value"))
                if names_a_secret(name) and secret_in(text, name=name, public=public):
                    yield workload.manifest, f"{name} of {container.get('name')} holds a secret"
            for key, words in _commands(container):
                if seen := secret_option_in(words, public=public):
                    yield workload.manifest, f"{key} of {container.get('name')} hold {seen}"


def _arguments(platform: Platform) -> Iterator[Violation]:
    for workload in platform.workloads:
        for container in workload.all_containers:
            secrets = _secret_variables(container)
            for key in ("command", "args"):
                words = strings(container, key)
                for name in sorted(secrets & {each for word in words for each in referred(word)}):
                    has = f"{key} of {container.get('name')} have the Secret in {name}"
                    yield workload.manifest, f"{has}, and all users of the node read them"


def _secret_variables(container: Manifest) -> set[str]:
    """Return the variables with a key of a Secret, and those that are made from these."""
    found: set[str] = set()
    for variable in mappings(container, "env"):
        made_from = referred(field(variable, "value", default=""))
        if mapping(variable, "valueFrom", "secretKeyRef") or not found.isdisjoint(made_from):
            found.add(field(variable, "name", default=""))
    return found


def _commands(container: Manifest) -> Iterator[tuple[str, list[str]]]:
    for key in ("command", "args"):
        yield key, strings(container, key)
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        yield probe, strings(container, probe, "exec", "command")
    for hook in ("postStart", "preStop"):
        yield hook, strings(container, "lifecycle", hook, "exec", "command")


def secrets_are_read_as_they_are_made(platform: Platform) -> Iterator[Violation]:
    """Secrets of an operator have the names and keys that pods read."""
    made = {
        (namespace_of(manifest), name): (manifest, keys)
        for manifest in platform.manifests
        for name, keys in _made_by(manifest)
    }
    for workload in platform.workloads:
        for read in secrets_read(workload):
            maker, keys = made.get((workload.namespace, read.name), ({}, None))
            if keys is not None and not read.optional:
                for key in sorted(read.keys - keys):
                    yield workload.manifest, f"{describe(maker)} makes no key {key}"
    for (namespace, name), (maker, _) in made.items():
        if not any(
            value == name
            for manifest in platform.manifests
            if manifest is not maker and namespace_of(manifest) == namespace
            for _, value in walk(manifest)
        ):
            yield maker, f"nothing reads the Secret {name} that it makes"


def containers_read_the_files_that_they_have(platform: Platform) -> Iterator[Violation]:
    """Whoever names files of a Secret one by one has no others of it; certificates are no secret.

    What reads a whole folder, or names none of its files, may read what no manifest tells.
    """
    made = {
        (namespace_of(manifest), name): keys
        for manifest in platform.manifests
        for name, keys in _made_by(manifest)
    }
    for workload in platform.workloads:
        for container in workload.all_containers:
            files = secret_files(workload, container, made)
            text = told(platform, workload, container) if len(files) > 1 else ""
            for file in unnamed(text, files):
                if file.key not in PUBLIC_KEYS:
                    has = f"{container.get('name')} has {file.path}"
                    yield workload.manifest, f"{has} and names only others of {file.folder}"


def _public(manifest: Manifest) -> list[str]:
    """Return the digests of the texts of an object that are said to be public."""
    workload = workload_of(manifest)
    annotations = {
        **mapping(manifest, "metadata", "annotations"),
        **(workload.annotations if workload else {}),
    }
    return [
        digest
        for key, digests in annotations.items()
        if key.startswith(PUBLIC)
        for digest in digests.split()
    ]


def _made_by(manifest: Manifest) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Yield the Secret that an operator creates for an object, and its keys if they are known."""
    made = made_secret(manifest)
    if made is not None:
        # A template writes keys of its own.
        is_told = "template" not in mapping(manifest, "spec", "target")
        yield made.name, made.keys if is_told else None
