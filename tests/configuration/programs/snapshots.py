#!/usr/bin/python3
"""A kubectl whose cluster is the file $CLUSTER: claims, and snapshots of them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import yaml

FILE = Path(os.environ["CLUSTER"])
CLUSTER = json.loads(FILE.read_text())
VERB, _, NAMESPACE, WHAT, *OPTIONS = sys.argv[1:]
ASKED = WHAT.removeprefix("volumesnapshot/")


def main() -> int:
    """Answer one command, and return its status."""
    snapshots = CLUSTER["snapshots"]
    match VERB, WHAT:
        case "get", "persistentvolumeclaims":
            sys.stdout.write(" ".join(CLUSTER["claims"].get(OPTIONS[1], [])))
        case "create", "--filename":
            snapshot = yaml.safe_load(sys.stdin)
            ready = snapshot["spec"]["source"]["persistentVolumeClaimName"] != CLUSTER["broken"]
            snapshot["metadata"]["creationTimestamp"] = "2026-11-26T01:30:00Z"
            snapshots[snapshot["metadata"]["name"]] = {**snapshot, "status": {"readyToUse": ready}}
        case "wait", _:
            return 0 if snapshots[ASKED]["status"]["readyToUse"] else 1
        case "get", "volumesnapshots":
            key, _, value = OPTIONS[1].partition("=")
            items = [s for s in snapshots.values() if s["metadata"]["labels"].get(key) == value]
            json.dump({"items": items}, sys.stdout)
        case "get", _:
            sys.stdout.write(f"the driver has no room for {ASKED}\n")
        case "delete", "volumesnapshot":
            del snapshots[OPTIONS[0]]
        case _:
            return 2
    FILE.write_text(json.dumps(CLUSTER))
    return 0


sys.exit(main())
