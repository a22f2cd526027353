"""Writes a catalogue back in the form it is read in, so that an accepted import can be kept: reading it gives it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from egide.catalogue.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from egide.vocabulary.offers import Catalogue, Offer, Qualification, Region

_Source = tuple[str, str, "date | None", str]
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Plain(_Dumper):  # type: ignore[misc]
    """The safe dumper, without anchors: the reader refuses them."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def dump(catalogue: Catalogue) -> bytes:
    """The catalogue as one UTF-8 YAML file; `read_catalogue` of it gives an equal catalogue."""
    writer = _Writer(catalogue.as_of)
    offers = [writer.offer(offer) for offer in catalogue.offers]
    sources = {
        key: {"text": text, "issuer": issuer, "read_on": on, "read": read}
        for (text, issuer, on, read), key in writer.keys.items()
    }
    form = _bare({"as_of": catalogue.as_of, "source": catalogue.source, "sources": sources, "offers": offers})
    written: str = yaml.dump(form, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=140)
    return written.encode("utf-8")


class _Writer:
    """Names each source once, as it meets them."""

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        self.keys: dict[_Source, str] = {}

    def key(self, text: str, issuer: str, on: date | None, read: str) -> str:
        source = (text, issuer, on or self.as_of, read)
        if source not in self.keys:
            stem = slug(*text.split()[:4])
            self.keys[source] = stem if stem not in self.keys.values() else f"{stem}-{len(self.keys)}"
        return self.keys[source]

    def offer(self, offer: Offer) -> dict[str, Any]:
        return _bare({
            "id": offer.id, "name": offer.name, "provider": offer.provider, "kinds": list(offer.kinds),
            "aliases": list(offer.aliases), "regions": [self.region(region) for region in offer.regions],
            "claims": list(self.claims(offer)), "qualifications": [self.line(line) for line in offer.qualifications],
            "built_on": list(offer.built_on), "note": {"fr": offer.note.fr, "en": offer.note.en} if offer.note else None,
        })

    def region(self, region: Region) -> dict[str, Any]:
        return _bare({
            "id": region.id, "name": region.name, "country": region.country, "aliases": list(region.aliases),
            "source": self.key(region.source, region.source, region.on, region.read),
        })

    def claims(self, offer: Offer) -> Iterator[dict[str, Any]]:
        """Neighbouring claims of one source, period and region share a block, so that their order survives."""
        last: dict[str, Any] | None = None
        for period, region, claim in offer.claims:
            head = _bare({
                "source": self.key(claim.source, claim.issuer, claim.on, claim.read), "region": region,
                "from": period.start, "to": period.end,
            })
            if last and {**last, "says": None} == {**head, "says": None} and claim.fact not in last["says"]:
                last["says"][claim.fact] = claim.value
                continue
            if last:
                yield last
            last = {**head, "says": {claim.fact: claim.value}}
        if last:
            yield last

    def line(self, line: Qualification) -> dict[str, Any]:
        versioned = line.framework_source
        return _bare({
            "status": line.status, "source": self.key(line.source, "ANSSI", line.as_of, line.read),
            "perimeter": line.perimeter, "regions": list(line.regions) if line.regions else None,
            "from": line.start, "to": line.end, "decision": line.decision, "framework": line.framework,
            "framework_source": self.key(versioned, versioned, line.as_of, "secondary") if versioned else None,
            "as_of": line.as_of,
        })


def _bare(form: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: absent says the same."""
    return {key: value for key, value in form.items() if value not in (None, "", [], {})}
