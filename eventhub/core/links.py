"""Links for the outside, made of the configured base address alone."""

from __future__ import annotations

_base = ""


def configure(base_url: str) -> None:
    """Take the base address, without a trailing slash, once per process start."""
    global _base  # one process has one address
    _base = base_url


def base_url() -> str:
    return _base


def absolute(path: str) -> str:
    """The whole link to a path that begins with a slash."""
    return _base + path
