"""A request of a program: which token, for which body, and what it was based on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from litestar import Request, Response

from egide.accounts import repeats
from egide.accounts.entry import token_now
from egide.accounts.errors import AbsentError, NotAllowedError
from egide.api.again import SLOT, held
from egide.api.problems import RepeatedError, StaleError, UnauthorisedError, spoken
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.kept import kept_property
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.accounts.entry import Caller
    from egide.accounts.roles import Act
    from egide.api.again import Answer
    from egide.app.catalogue.known import Known
    from egide.app.label.dossiers import Dossiers
    from egide.app.portfolio.portfolios import Portfolios
    from egide.app.site.works import Works
    from egide.store.connection import Store
    from egide.vocabulary.language import Language

BEARER = "bearer "
LONGEST_KEY = 200
BEING_DONE = N_("the request with this Idempotency-Key is still being done")


class Served(Protocol):
    """What a call stands on: the site's, or a test's."""

    @property
    def store(self) -> Store:
        """The database."""

    @property
    def portfolios(self) -> Portfolios:
        """The portfolios in it."""

    @property
    def known(self) -> Known:
        """What is known of offers."""

    @property
    def log(self) -> str | None:
        """Where the public side of the log lies that the site shows."""

    @property
    def works(self) -> Works:
        """Plans and checks."""

    @property
    def dossiers(self) -> Dossiers:
        """The dossiers of labels."""

    @property
    def label_desk(self) -> Path | None:
        """The issuer's folder whose key signs labels."""

    @property
    def base(self) -> str:
        """The address by which people reach the site."""

    @property
    def now(self) -> datetime:
        """The present moment in UTC."""

    @property
    def today(self) -> Callable[[], date]:
        """The present day."""


class Call(Request[Any, Any, Any]):
    """A request under ``/api``."""

    waits = True
    """Whether it can wait for what isn't at hand: see `egide.api.threads.at_once`."""

    @property
    def site(self) -> Served:
        """What it stands on."""
        site: Served = self.app.state.site
        return site

    @kept_property
    def caller(self) -> Caller:
        """Whose token it carries. Raises `UnauthorisedError`."""
        given = self.headers.get("authorization", "")
        if not given.lower().startswith(BEARER) or len(given) > 500:
            raise UnauthorisedError
        found = token_now(self.site.store, given[len(BEARER) :].strip())
        if found is None:
            raise UnauthorisedError
        return found

    @kept_property
    def language(self) -> Language:
        """Of the texts in the answer."""
        return spoken(self)

    def within(self, body: str, act: Act) -> None:
        """Raise `AbsentError` for a body that the token isn't for, `NotAllowedError` for what it may not do there."""
        if body not in self.caller.acts:
            raise AbsentError
        if not self.caller.may(act, body):
            raise NotAllowedError(act)

    def day(self, given: date | None) -> date:
        """The day that was asked for; today when none was."""
        return given or self.site.today()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Within, this thread only reads, and what it asks of the database is told to whoever keeps the answer."""
        answer: Answer | None = self.scope.get(SLOT)  # type: ignore[assignment]
        with self.site.store.lines.at_one_moment(answer.moment if answer else None) as looked:
            if answer is not None:
                answer.looked.append(looked)
            with self.site.portfolios.looked_at(answer.deciding if answer else None):
                yield

    def sent(self, made: bytes, tag: str | None = None, *, lasts: bool = True) -> Response[Any]:
        """A document as it is; nothing of it where the caller holds that version already.

        ``lasts``: the same will be answered as long as the day, the law, the catalogue and what the database was asked are the same.
        """
        answer: Answer | None = self.scope.get(SLOT)  # type: ignore[assignment]
        if lasts and answer is not None:
            answer.made, answer.tag = made, tag
        if tag is None:
            return Response(made, media_type="application/json")
        return self.unchanged(tag) or Response(made, media_type="application/json", headers={"ETag": tag})

    def unchanged(self, tag: str) -> Response[Any] | None:
        """304 when the caller has that version already (RFC 9110, 13.1.2)."""
        known = held(tag, self.headers.get("if-none-match", ""))
        return Response(None, status_code=304, headers={"ETag": tag}) if known else None

    def based_on(self, tag: str) -> None:
        """Raise `StaleError` when the caller names another version in ``If-Match``; without one, whatever is there is meant."""
        given = self.headers.get("if-match")
        if given is not None and given.strip() != "*" and tag not in [one.strip() for one in given.split(",")]:
            raise StaleError

    def once(self, said: bytes, work: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Do the work once for an ``Idempotency-Key``: sent again, the same request gets the same answer. Without a key, just do it.

        ``said``: all of the request that the answer depends on. Raises `RepeatedError` for another request under the same key.
        """
        key = self.headers.get("idempotency-key", "").strip()
        if not key:
            return work()
        if len(key) > LONGEST_KEY:
            raise InputError(N_("an Idempotency-Key has at most {n} signs"), values={"n": LONGEST_KEY})
        token, request = self.caller.token or "", hashlib.sha256(f"{self.method} {self.scope['path']}\n".encode() + said).hexdigest()
        try:
            with self.site.store.together():
                if (before := self._before(token, key, request)) is not None:
                    return before
                made = work()
                with self.site.store.write() as tx:
                    if not repeats.keep(tx, token, key, request, made):
                        raise RepeatedError(BEING_DONE)
        except EgideError:
            if (before := self._before(token, key, request)) is not None:  # the same request was quicker elsewhere
                return before
            raise
        return made

    def _before(self, token: str, key: str, request: str) -> Mapping[str, Any] | None:
        """What was answered to it before. Raises `RepeatedError` when the key was another request's."""
        found = repeats.done_now(self.site.store, token, key)
        if found is not None and found.request != request:
            raise RepeatedError(N_("this Idempotency-Key was used for another request"))
        return found.answer if found else None
