"""What every page stands on: the database, the use cases, the day, and how the site is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.catalogue.holders import Holders
from egide.app.catalogue.known import Known
from egide.app.label.dossiers import Dossiers
from egide.app.portfolio.placed import Placed
from egide.app.site.tour import Tour
from egide.app.site.works import Works
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.portfolio.portfolios import Portfolios
    from egide.app.site.design import Design
    from egide.app.site.identity import Provider
    from egide.store.connection import Store


SAID = {
    "none": N_("Accessibility: not conform"), "partial": N_("Accessibility: partly conform"), "full": N_("Accessibility: fully conform"),
}  # fmt: skip
"""As the decree 2019-768 has it stand on every page."""


@dataclass(frozen=True)
class Accessibility:
    """What whoever runs the site says of its accessibility. ``statement``: the address of their own; ``contact``: where people write."""

    conformity: str = "none"
    statement: str | None = None
    contact: str | None = None

    @property
    def said(self) -> str:
        """The mention."""
        return SAID[self.conformity]

    @property
    def contact_address(self) -> str:
        """As a link leads there."""
        return f"mailto:{self.contact}" if self.contact and "://" not in self.contact else self.contact or ""


@dataclass(frozen=True)
class Site:
    """One running site. ``base``: the address under which people reach it, without a slash at its end."""

    store: Store
    portfolios: Portfolios
    today: Callable[[], date]
    base: str
    db: str
    """The address of the database, as it was given."""
    log: str | None = None
    """Where the public side of a log lies: a folder, or a prefix of an object store."""
    label_desk: Path | None = None
    """The issuer's folder whose key signs labels that programs ask for."""
    design: Design | None = None
    """The State's design system, where whoever runs the site has the right to it."""
    provider: Provider | None = None
    """The OpenID provider by which people may log in, beside passwords."""

    accessibility: Accessibility = Accessibility()

    @cached_property
    def known(self) -> Known:
        """What is known of offers, held open."""
        return Known(self.store, self.db)

    @cached_property
    def dossiers(self) -> Dossiers:
        """The dossiers of labels."""
        return Dossiers(self.store, self.today)

    @cached_property
    def holders(self) -> Holders:
        """Who holds the providers of offers, as the dossiers say."""
        return Holders(self.dossiers)

    @cached_property
    def placed(self) -> Placed:
        """Which services are on an offer."""
        return Placed(self.portfolios)

    @cached_property
    def works(self) -> Works:
        """Plans and checks that are being made."""
        return Works(self.store)

    @cached_property
    def tour(self) -> Tour:
        """Tours on invented data."""
        return Tour(self.store, self.portfolios, self.dossiers, self.works)

    @property
    def now(self) -> datetime:
        """The present moment in UTC, to the second; noon of the site's day where that is another than the clock's, for rehearsals."""
        now, day = datetime.now(UTC).replace(microsecond=0), self.today()
        return now if abs(now.date() - day) <= timedelta(days=1) else datetime.combine(day, time(12), UTC)

    @property
    def secure(self) -> bool:
        """Whether people reach it over TLS: cookies then travel no other way."""
        return self.base.startswith("https://")

    @property
    def session_cookie(self) -> str:
        """The name of the cookie; over TLS one that no other host can set (RFC 6265bis, 4.1.3.2)."""
        return "__Host-egide" if self.secure else "egide_session"
