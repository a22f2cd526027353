"""How a site is served: from the command's options, the environment, or a file, in that order.

A setting that nobody knows is refused, in a file as in the environment: a misspelt one would silently mean nothing.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct, ValidationError, convert
from msgspec.structs import fields

from egide.app.files import read
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

DESCRIBED = {
    "EGIDE_SERVE_HOST": "`egide serve`: the address to listen on, `127.0.0.1` by default.",
    "EGIDE_SERVE_PORT": "`egide serve`: the port, 8080 by default; 0 takes a free one.",
    "EGIDE_SERVE_BASE": "`egide serve`: the address by which people reach the site, such as `https://egide.exemple.fr`.",
    "EGIDE_SERVE_LOG": "`egide serve`: a line for each request on standard error: `json`, `text` or `none` (the default).",
    "EGIDE_SERVE_A_SECOND": "`egide serve`: requests that one caller may send a second in the long run, 50 by default.",
    "EGIDE_SERVE_AT_ONCE": "`egide serve`: requests that one caller may send in a burst, 300 by default.",
    "EGIDE_SERVE_METRICS_TOKEN": "`egide serve`: the bearer token for `/metrics`, at least 16 signs; without one there are no metrics.",
    "EGIDE_SERVE_PUBLIC_LOG": "`egide serve`: the public log to show: the writer's folder, its public folder, or `s3://bucket/prefix`.",
    "EGIDE_SERVE_LABEL_DESK": "`egide serve`: the issuer's folder (`egide trust status new`) whose key signs labels asked of the API.",
    "EGIDE_SERVE_DESIGN_SYSTEM": "`egide serve`: the folder of the State's design system (`@gouvfr/dsfr`), for the State's own sites.",
    "EGIDE_SERVE_BRAND": "`egide serve`: what the State's mark says with it, line by line: `Ministère|de l’Exemple`. None: no mark.",
    "EGIDE_SERVE_CONTACT": "`egide serve`: where people write for help: a mail address, or `https://…`, shown at the foot of every page.",
    "EGIDE_SERVE_STATEMENT": "`egide serve`: the address of your own accessibility statement, once the site was audited.",
    "EGIDE_SERVE_CONFORMITY": "`egide serve`: what that statement says: `none` (the default), `partial` or `full`.",
    "EGIDE_SERVE_OIDC_ISSUER": "`egide serve`: the OpenID provider by which people may log in, such as `https://connexion.exemple.fr`.",
    "EGIDE_SERVE_OIDC_CLIENT": "`egide serve`: the name by which the provider knows this site.",
    "EGIDE_SERVE_OIDC_SECRET": "`egide serve`: the secret that the provider gave with it; without one, the site is a public client.",
    "EGIDE_SERVE_TRACES": "`egide serve`: the OTLP address for traces over HTTP, such as `http://127.0.0.1:4318/v1/traces`.",
    "EGIDE_SERVE_KEEP_LINKS_DAYS": "`egide site retention`: links, tokens and failed logins that ended, 30 days by default.",
    "EGIDE_SERVE_KEEP_WORKS_DAYS": "`egide site retention`: what was given for long work and what came of it, 90 days by default.",
    "EGIDE_SERVE_KEEP_FILES_DAYS": "`egide site retention`: files of services that were removed or replaced, 365 days by default.",
    "EGIDE_SERVE_KEEP_ANSWERS_DAYS": "`egide site retention`: versions of answers that were replaced, 1,825 days by default.",
    "EGIDE_SERVE_KEEP_PEOPLE_DAYS": "`egide site retention`: people without a role anywhere, 365 days after what they did last by default.",
}
"""Every setting by its variable, with its effect. In a file, the name is what follows EGIDE_SERVE_, in lower case."""
PREFIX = "EGIDE_SERVE_"
MOST_BYTES = 64 * 1024
Days = Annotated[int, Meta(ge=1, le=36500)]


class Serving(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a site."""

    host: Annotated[str, Meta(min_length=1, max_length=255)] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    base: str | None = None
    log: Annotated[str, Meta(pattern="^(json|text|none)$")] = "none"
    a_second: Annotated[float, Meta(gt=0)] = 50.0
    at_once: Annotated[int, Meta(ge=1)] = 300
    metrics_token: Annotated[str, Meta(min_length=16)] | None = None
    public_log: str | None = None
    label_desk: str | None = None
    design_system: str | None = None
    brand: Annotated[str, Meta(max_length=200)] | None = None
    contact: Annotated[str, Meta(pattern="^(https://[^\\s]+|[^\\s@/:]+@[^\\s@/:]+)$", max_length=300)] | None = None
    statement: Annotated[str, Meta(pattern="^https://[^\\s]+$", max_length=1000)] | None = None
    conformity: Annotated[str, Meta(pattern="^(none|partial|full)$")] = "none"
    oidc_issuer: Annotated[str, Meta(pattern="^(https://|http://(127\\.0\\.0\\.1|localhost)(:|/|$))")] | None = None
    oidc_client: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    oidc_secret: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None
    traces: str | None = None
    keep_links_days: Days = 30
    keep_works_days: Days = 90
    keep_files_days: Days = 365
    keep_answers_days: Days = 1825
    keep_people_days: Days = 365


def serving(file: Path | None, environment: Mapping[str, str] = os.environ, **options: Any) -> Serving:
    """The settings; options that are None were not given. Raises `InputError`, which names the setting and never its value."""
    where = str(file) if file else "EGIDE_SERVE_…"
    said: dict[str, Any] = _of_file(file) if file else {}
    said |= {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX) and value}
    said |= {name: value for name, value in options.items() if value is not None}
    known = {one.name for one in fields(Serving)}
    if strange := sorted(said.keys() - known):
        raise InputError(N_("no setting is named {name}; these are: {known}"), Location(where),
                         values={"name": strange[0][:60], "known": ", ".join(sorted(known))})  # fmt: skip
    for name, value in said.items():
        try:
            convert({name: value}, Serving, strict=False)
        except ValidationError as error:
            raise InputError(N_("the setting {name} is not as it should be: {problem}"), Location(where),
                             values={"name": name, "problem": str(error).split(" - ", maxsplit=1)[0]}) from None  # fmt: skip
    chosen = convert(said, Serving, strict=False)
    if chosen.conformity != "none" and chosen.statement is None:
        raise InputError(N_("conformity is shown by a statement: give its address (statement) too"), Location(where))
    return chosen


def _of_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read(file, MOST_BYTES).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(N_("not readable as TOML: {error}"), Location(str(file)), values={"error": error}) from error
