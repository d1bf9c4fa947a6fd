"""The settings that main.py is built with here: those of `dev`, for the cluster at hand."""

from __future__ import annotations
