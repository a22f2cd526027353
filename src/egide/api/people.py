"""Who works in a body, for its administrators' programs: roles, links, locks, tokens, erasure. Secrets are answered once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody, PathParameter
from msgspec import Meta, Struct

from egide.accounts.roles import Act, Role
from egide.api.calls import Call
from egide.api.threads import in_thread
from egide.app.site import administering, forgetting

if TYPE_CHECKING:
    from egide.app.site.forgetting import Erasure

Number = Annotated[int, PathParameter(ge=0, lt=2**53, description="The number of a person.")]


class Member(Struct):
    """Somebody who works in the body."""

    number: int
    login: str
    name: str
    locked: bool
    roles: list[Role]


class Members(Struct):
    """All who work in the body, by name."""

    items: list[Member]


class RolesGiven(Struct, forbid_unknown_fields=True):
    """Roles in the body, and no others."""

    roles: Annotated[list[Role], Meta(max_length=5)]


class Link(Struct):
    """An address that can be used once, within seven days; it is answered once."""

    link: str


class OpenLink(Struct):
    """A link that nobody has used yet, without its secret. ``person``: whose new password it is for."""

    id: str
    roles: list[Role]
    person: int | None
    created_at: str
    ends_at: str


class OpenLinks(Struct):
    """The links of the body that can still be used, newest first."""

    items: list[OpenLink]


class Token(Struct):
    """A program's token, without its secret."""

    id: str
    name: str
    scopes: list[Act]
    created_at: str
    ends_at: str
    revoked: bool


class Tokens(Struct):
    """The tokens of the body, newest first."""

    items: list[Token]


class Named(Struct):
    """Where a name stands in a body."""

    body: str
    versions: int
    answers: int
    decisions: int
    questionnaires: int
    files: list[str]


class Erased(Struct):
    """What an erasure takes away, and what stays with the reason. ``done`` false: nothing is changed."""

    done: bool
    person: int | None
    pseudonym: str
    account: dict[str, int]
    named: list[Named]
    reviews: int
    dossiers: int
    namesakes: int
    alone: list[str]
    stays: dict[str, str]


@get("/bodies/{body_id:str}/people")
@in_thread
def members(request: Call, body_id: FromPath[str]) -> Members:
    """Who works in the body, with which roles."""
    request.within(body_id, Act.ADMINISTER)
    found = administering.members(request.site.store, body_id)
    return Members([
        Member(one.person.number, one.person.login, one.person.name, one.person.locked, sorted(one.roles[body_id])) for one in found
    ])  # fmt: skip


@post("/bodies/{body_id:str}/invitations", status_code=201)
@in_thread
def invite(request: Call, body_id: FromPath[str], data: JSONBody[RolesGiven]) -> Link:
    """A link by which somebody joins the body with these roles. Its secret is not kept, so a repeated request makes another."""
    request.within(body_id, Act.ADMINISTER)
    secret = administering.invite(request.site.store, body_id, frozenset(data.roles), request.caller)
    return Link(f"{request.site.base}/join/{secret}")


@put("/bodies/{body_id:str}/people/{number:int}/roles")
@in_thread
def set_roles(request: Call, body_id: FromPath[str], number: Number, data: JSONBody[RolesGiven]) -> RolesGiven:
    """Give these roles and take all others away; none: gone from the body."""
    request.within(body_id, Act.ADMINISTER)
    administering.set_roles(request.site.store, body_id, number, data.roles, request.caller)
    return RolesGiven(sorted(set(data.roles)))


@post("/bodies/{body_id:str}/people/{number:int}/reset", status_code=201)
@in_thread
def reset(request: Call, body_id: FromPath[str], number: Number) -> Link:
    """A link by which the person chooses another password; it ends the one before. Refused for whoever works in other bodies too."""
    request.within(body_id, Act.ADMINISTER)
    return Link(f"{request.site.base}/join/{administering.reset(request.site.store, number, request.caller, body_id)}")


@get("/bodies/{body_id:str}/links")
@in_thread
def open_links(request: Call, body_id: FromPath[str]) -> OpenLinks:
    """The invitations and the links for a new password that nobody has used yet."""
    request.within(body_id, Act.ADMINISTER)
    return OpenLinks([
        OpenLink(one.id, sorted(one.roles), one.person, one.created_at.isoformat(), one.ends_at.isoformat())
        for one in administering.open_links(request.site.store, body_id)
    ])  # fmt: skip


@delete("/bodies/{body_id:str}/links/{id:str}", status_code=204)
@in_thread
def end_link(request: Call, body_id: FromPath[str], id: FromPath[str]) -> None:
    """The link opens nothing from here on."""
    request.within(body_id, Act.ADMINISTER)
    administering.end_link(request.site.store, body_id, id, request.caller)


@put("/bodies/{body_id:str}/people/{number:int}/lock", status_code=204)
@in_thread
def lock(request: Call, body_id: FromPath[str], number: Number) -> None:
    """Lock the person out at once; refused for whoever works in other bodies too."""
    request.within(body_id, Act.ADMINISTER)
    administering.set_locked(request.site.store, number, True, request.caller, body_id)


@delete("/bodies/{body_id:str}/people/{number:int}/lock", status_code=204)
@in_thread
def unlock(request: Call, body_id: FromPath[str], number: Number) -> None:
    """Let the person in again."""
    request.within(body_id, Act.ADMINISTER)
    administering.set_locked(request.site.store, number, False, request.caller, body_id)


@get("/bodies/{body_id:str}/people/{number:int}/erasure")
@in_thread
def erasure(request: Call, body_id: FromPath[str], number: Number) -> Erased:
    """What an erasure of the person would take away; nothing is changed."""
    _touch(request, body_id, number)
    return _erased(request, forgetting.erasure(request.site.store, str(number), by=request.caller), done=False)


@delete("/bodies/{body_id:str}/people/{number:int}", status_code=200)
@in_thread
def erase(request: Call, body_id: FromPath[str], number: Number) -> Erased:
    """Erase the person; refused for whoever works in other bodies too, and for the last who administers one."""
    _touch(request, body_id, number)
    found = forgetting.erase(request.site.store, str(number), by=request.caller)
    return _erased(request, found, done=True)


@get("/bodies/{body_id:str}/tokens")
@in_thread
def tokens(request: Call, body_id: FromPath[str]) -> Tokens:
    """The tokens of programs in the body."""
    request.within(body_id, Act.ADMINISTER)
    return Tokens([
        Token(one.id, one.name, sorted(one.scopes), one.created_at.isoformat(), one.ends_at.isoformat(), one.revoked)
        for one in administering.tokens(request.site.store, body_id)
    ])  # fmt: skip


@delete("/bodies/{body_id:str}/tokens/{id:str}", status_code=204)
@in_thread
def revoke_token(request: Call, body_id: FromPath[str], id: FromPath[str]) -> None:
    """Withdraw a token."""
    request.within(body_id, Act.ADMINISTER)
    administering.revoke_token(request.site.store, body_id, id, request.caller)


ROUTES = (members, invite, set_roles, reset, open_links, end_link, lock, unlock, erasure, erase, tokens, revoke_token)


def _touch(request: Call, body_id: str, number: int) -> None:
    request.within(body_id, Act.ADMINISTER)
    administering.may_touch(request.site.store, number, request.caller, body_id)


def _erased(request: Call, found: Erasure, *, done: bool) -> Erased:
    named = [Named(one.body, one.versions, one.answers, one.decisions, one.questionnaires, list(one.files)) for one in found.named]
    stays = {key: request.language.text(text) for key, text in forgetting.KEPT.items()}
    account, held = dict(found.traces), len(found.dossiers)
    return Erased(done, found.number, found.pseudonym, account, named, found.reviews, held, found.namesakes, list(found.alone), stays)
