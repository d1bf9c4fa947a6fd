"""The Secrets that manifests expect, as a command: ``python -m constructs_lib.secrets``."""
