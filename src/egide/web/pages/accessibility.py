"""The accessibility statement that the law asks of public sites, as far as the software can make it: what was checked, and what was not.

Law 2005-102, article 47, and decree 2019-768: without an audit in force by the RGAA's method, a site says that it does not conform.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Response

from egide.vocabulary.language import N_
from egide.web.rendering import page
from egide.web.routes import shows
from egide.web.visit import Visit

CHECKED_ON = date(2026, 12, 1)
"""When the pages were last looked at for this statement."""
CHECKED = (
    N_("On every change of the software: a page of each kind in Chromium with axe-core (the rules of WCAG 2.0 to 2.2, levels A and AA, and its good practices), twice: once in each language, once light and once dark, once 1280 and once 390 pixels wide: no finding."),  # noqa: E501
    N_("On every change: the first tab stop of each page leads to its content; no page scrolls sideways; each journey can be walked without JavaScript, and its forms sent with the keyboard."),  # noqa: E501
    N_("Looked at on that day: pages 320 pixels wide and with text at 200 %, printed, with the State's design system where it is used, in its light and its dark theme."),  # noqa: E501
    N_("By construction: every page has its title and its language; every field its label; an error stands beside its form, names what to do and keeps what was typed; nothing moves by itself; passwords can be pasted and filled in by a manager."),  # noqa: E501
)  # fmt: skip
NOT_CHECKED = (
    N_("The 106 criteria of the RGAA 4.1, one by one, on a sample of pages: that is the audit which the law asks for."),
    N_("With a screen reader, a voice command or a magnifier, and with people who use them; with other browsers than Chromium."),
    N_("The papers to download (DOCX, ODT, XLSX) as documents of their own."),
)
LACKING = (
    N_("Names and texts that people brought have no mark of their language."),
    N_("Timelines scroll sideways on a narrow screen; the table beside each says the same."),
    N_("Some wide tables (bodies by verdict, hostings on an offer) scroll sideways within a frame that the keyboard reaches."),
)


@shows("/accessibility")
def accessibility(request: Visit) -> Response[Any]:
    """What is known of the site's accessibility; public."""
    return page(request, "accessibility.html.j2", checked_on=CHECKED_ON, checked=CHECKED, not_checked=NOT_CHECKED, lacking=LACKING)


ROUTES = (accessibility,)
