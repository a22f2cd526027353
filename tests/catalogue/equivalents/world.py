"""A few invented functions, services and offers."""

from __future__ import annotations

from datetime import date

from egide.catalogue.equivalents import Coverage, Offered, Qualified
from egide.catalogue.equivalents.knowledge import CloudService, read_coverage, read_services

DAY = date(2026, 11, 30)
FUNCTIONS = b"""# invented
functions:
  store: {token: object-storage, kind: IaaS, fr: stockage, en: storage, traits: {
    api: {fr: une interface, en: an API}, lock: {fr: un verrou, en: a lock}}}
  sql: {token: database, kind: PaaS, fr: base, en: database}
  pg: {token: database, kind: PaaS, broader: sql, fr: PostgreSQL, en: PostgreSQL}
  mail: {token: mail, kind: SaaS, fr: courriel, en: mail}
  chat: {token: collaboration, fr: discussion, en: chat}
"""
SERVICES = b"""
sources: {page: {issuer: Fournisseur <fictif>, read_on: 2026-11-30, read: primary, text: "page <fictive>"}}
services:
  store: {name: Fictif Store, provider: Fictif, offer: fictif, aliases: [Store, Fictif <S3>], does: {store: [api, lock]}, sources: [page]}
  base: {name: Fictif Base, provider: Fictif, offer: fictif, aliases: [Base], does: {sql: []}, sources: [page]}
  suite: {name: Fictif Suite, provider: Fictif, does: {mail: [], chat: []}, sources: [page]}
"""
OFFERS = b"""
sources: {page: {issuer: Fournisseur <fictif>, read_on: 2026-11-30, read: primary, text: "page <fictive>"},
          list: {issuer: ANSSI, read_on: 2026-09-15, read: secondary, text: liste}}
offers:
  whole: [{does: [store], has: [api, lock], qualified: true, sources: [list]}, {does: [mail, chat], sources: [page]}]
  open: [{does: [store], has: [api], sources: [page]}, {does: [pg], sources: [page]}]
  lossy: [{does: [store], has: [api], lacks: [lock], sources: [page]}, {does: [mail], sources: [page]}]
"""


def coverage() -> Coverage:
    return read_coverage(FUNCTIONS, OFFERS)


def services() -> dict[str, CloudService]:
    return dict(read_services(SERVICES, coverage().functions))


def offered(name: str, status: str | None = "qualified", kinds: str = "IaaS SaaS PaaS") -> Offered:
    return Offered(name, f"Nuage {name} <fictif>", "Fournisseur fictif", Qualified(status, kinds=frozenset(kinds.split())),
                   coverage().offers.get(name, {}))  # fmt: skip
