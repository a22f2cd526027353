"""A provider's statement to be filled in: what this very cloud leaves open, region by region and image by image."""

from __future__ import annotations

from egide.catalogue.openstack.cloud import OBJECTS, Cloud
from egide.vocabulary.language import N_, Language

HEAD = N_("What OpenStack does not know, and a buyer must. Replace each … ; what you leave out is told, never invented.")
BASE = N_("The address below which you will publish the credentials; each has its identifier there.")
NUMBERS = N_("One number at least: vat_id, euid, lei, eori, tax_id, local.")
TERMS = N_("Your terms: the address, and the file itself (its SHA-256 is computed) or `sha256`.")
OFFERING = N_("What holds for every offering; all of it may be left out.")
PLACES = N_("Where each region is: its buildings, and which zones are in each. maintained_by: self, or the identifier of a legal person.")
FLAVORS = N_("Flavours whose boot disk the API gives as 0: how large is it? Rules match names; * stands for anything.")
IMAGES = N_("Whose the images are, under which licence (SPDX or an address) and policy. leave_out: true for those not to be published.")
VOLUMES = N_("How volumes are encrypted, which Gaia-X asks of every block storage.")
OBJECT_STORE = N_("How the object store is encrypted, and by which interfaces it is reached.")


def template(cloud: Cloud, lang: Language) -> bytes:
    """The file, in YAML, with a line of explanation before each part."""
    return "\n".join([
        *_said(lang, HEAD), "", *_said(lang, BASE), "base: https://…/", "", "legal_person:", "  name: …", *_said(lang, NUMBERS, "  "),
        "  registration: {vat_id: …}", "  legal_address: {country: …, street: …, postal_code: …, locality: …}",
        "  headquarters_address: {country: …, street: …, postal_code: …, locality: …}", "", *_said(lang, TERMS), "terms:",
        "  - {url: https://…, file: …}", "", *_said(lang, OFFERING), "offering:", "  provision: public", "  data_protection: [GDPR2016]",
        "  keywords: [openstack]", "", *_said(lang, PLACES), "regions:", *_regions(cloud), *_flavors(cloud, lang), *_images(cloud, lang),
        *_volumes(cloud, lang), *_objects(cloud, lang), "",
    ]).encode()  # fmt: skip


def _said(lang: Language, message: str, before: str = "") -> list[str]:
    return [f"{before}# {lang.text(message)}"]


def _regions(cloud: Cloud) -> list[str]:
    lines = []
    for region in cloud.regions:
        zones = ", ".join(_quoted(zone) for zone in region.zones) or "…"
        lines += [f"  {_quoted(region.id)}:", "    name: …", "    datacenters:", "      - name: …",
                  "        address: {country: …, locality: …}", f"        zones: [{zones}]", "        maintained_by: self"]  # fmt: skip
    return lines


def _flavors(cloud: Cloud, lang: Language) -> list[str]:
    names = dict.fromkeys(one.name for region in cloud.regions for one in region.flavors if not one.disk_gib)
    if not names:
        return []
    return ["", *_said(lang, FLAVORS), "flavors:", *(f"  - {{match: {_quoted(name)}, boot_disk_gib: …}}" for name in names)]


def _images(cloud: Cloud, lang: Language) -> list[str]:
    names = dict.fromkeys(one.name for region in cloud.regions for one in region.images)
    if not names:
        return []
    rules = (f"  - {{match: {_quoted(name)}, rights: {{copyright: […], license: […], policy: …}}}}" for name in names)
    return ["", *_said(lang, IMAGES), "images:", *rules]


def _volumes(cloud: Cloud, lang: Language) -> list[str]:
    names = dict.fromkeys(one.name for region in cloud.regions for one in region.volume_types)
    if not names:
        return []
    rules = (f"  - {{match: {_quoted(name)}, encryption: [{{cipher: …, keys: …}}]}}" for name in names)
    return ["", *_said(lang, VOLUMES), "volumes:", *rules]


def _objects(cloud: Cloud, lang: Language) -> list[str]:
    if not any(OBJECTS in region.endpoints for region in cloud.regions):
        return []
    return ["", *_said(lang, OBJECT_STORE), "objects: {encryption: [{cipher: …, keys: …}], apis: [Swift]}"]


def _quoted(name: str) -> str:
    """A name as YAML takes it for a text, whatever is in it."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
