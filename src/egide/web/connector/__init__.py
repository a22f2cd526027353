"""The management port of a connector: its management API and its pages, for whoever has its key."""

from __future__ import annotations

from egide.web.connector.application import application

__all__ = ["application"]
