"""Blueprints: whole services of open products, sized and ready to be planned, for what the national strategy names.

Each is a `service.yaml` beside this module (``data``). Sizes are a beginning: where a product's publisher states one, its source stands in
the file; everything else is our own estimate, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from egide.vocabulary.language import N_


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One service that can be begun with."""

    name: str
    title: str
    about: str

    @property
    def file(self) -> str:
        """Its file in ``data``."""
        return f"{self.name}.yaml"


BLUEPRINTS: Mapping[str, Blueprint] = {one.name: one for one in (
    Blueprint("collaborative-suite", N_("Collaborative suite"), N_("Files, office, video and chat for a few hundred people.")),
    Blueprint("ai-platform", N_("Platform for AI and big data"), N_("Notebooks, Ray on GPUs, experiments followed, data as objects.")),
    Blueprint("edge-data", N_("Edge data platform"), N_("Sensors taken in over MQTT, kept while the link is down, measured, shown.")),
    Blueprint("secure-messaging", N_("Secure messaging"), N_("Matrix: end-to-end encryption between its users, calls included.")),
    Blueprint("online-service", N_("Public online service"), N_("A front, your application, its database with a spare, its backups.")),
)}  # fmt: skip
