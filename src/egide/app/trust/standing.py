"""How an offering stands in the catalogue, for the trust scope that asks; and what was computed of it, shown beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.catalogue.catalogues import find
from egide.app.label.assessing import computed_labels
from egide.app.portfolio import assess
from egide.catalogue.standing import standing
from egide.trust.pipeline.knowledge import Standing
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.vocabulary.offers import ComputedLabel

ANSWERS = {"qualified": Answer.MET, None: Answer.UNKNOWN}
"""Any other status of the catalogue is a no."""


def standing_of(subject: str, name: str, on: date, labels: Sequence[Path] = ()) -> Standing:
    """How the catalogue's offer stands that day, for the offering that a credential describes.

    ``labels`` are documents that `egide label assess` wrote; they are shown and weigh nothing. Raises `UnknownOfferError`.
    """
    catalogue = assess.catalogue()
    offer, region = find(name, catalogue)
    found = standing(offer, region, on, catalogue.readings)
    decision = (found.line.decision if found.line else None) or "—"
    args = {"offering": subject, "offer": offer.id, "status": found.status or "unknown", "decision": decision}
    said = Reason("catalogue-standing", args, N_("{offering} is «{offer}» of the catalogue: {status} ({decision})"))
    doubt = (Reason("catalogue-doubt", {}, found.because),) if found.because else ()
    computed = tuple(_computed(one) for one in computed_labels(labels) if one.offer == offer.id)
    return Standing(ANSWERS.get(found.status, Answer.NOT_MET), (said, *doubt), computed)


def _computed(one: ComputedLabel) -> Reason:
    return Reason("computed-label", {"scheme": one.scheme, "answer": f"answer-{one.answer.value}", "on": one.on},
                  N_("beside: a label was computed for {scheme} on {on} ({answer}); it stands for no qualification"))
