"""Files to begin with: an empty dossier, and the invented examples as they ship."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from litestar import Response
from litestar.params import FromPath

from egide.accounts.errors import AbsentError
from egide.app import law
from egide.app.site.tour import example, zipped
from egide.vocabulary.language import N_
from egide.web.dossier_forms import attached
from egide.web.routes import shows
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.vocabulary.language import Language

EMPTY, FILLED = "dossier.zip", "fournisseur.zip"
FILES: Mapping[str, tuple[str, ...]] = {
    "service.yaml": ("plan", "service.yaml"), "prices.csv": ("plan", "prix-2026-11-02.csv"), "regions.csv": ("plan", "regions.csv"),
    "application.yaml": ("infrastructure", "kubernetes", "application.yaml"),
}  # fmt: skip
OFFER, PROVIDER = N_("Our offer"), N_("Our company")


@shows("/examples/{name:str}")
def begin_with(request: Visit, name: FromPath[str]) -> Response[bytes]:
    """One of them, to keep."""
    request.somebody  # noqa: B018 - whoever is logged in
    if name == EMPTY:
        return attached(_empty(request.language), "application/zip", name)
    if name == FILLED:
        return attached(zipped("fournisseur"), "application/zip", name)
    if name not in FILES:
        raise AbsentError
    return attached(example(*FILES[name]), "application/octet-stream", name)


ROUTES = (begin_with,)


def _empty(lang: Language) -> bytes:
    """What `egide label new` writes, as a zip."""
    from egide.app.label import assessing as job
    from egide.label.scaffold import starter

    files = starter("offre", lang.text(OFFER), "offre-sa", lang.text(PROVIDER), lang, law.scheme(job.DEFAULT_SCHEME))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"dossier/{path}"), content)
    return held.getvalue()
