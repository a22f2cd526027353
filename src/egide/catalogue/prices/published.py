"""Where OVHcloud and Scaleway publish their prices: the addresses to ask, page after page, and the pages as one answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

WORD = re.compile(r"ovhcloud:(?P<subsidiary>[A-Z]{2})?|scaleway:")
OVHCLOUD = "https://eu.api.ovh.com/v1/order/catalog/public/cloud?ovhSubsidiary={subsidiary}"
SCALEWAY = "https://api.scaleway.com/product-catalog/v2alpha1/public-catalog/products?page_size={size}&page={page}"
PAGE = 1000
"""Products asked for at once; an answer may hold fewer."""
PAGES_MOST = 100


class _Page(msgspec.Struct):
    products: list[msgspec.Raw]
    total_count: int


def is_published(word: str) -> bool:
    """Whether a word stands for a published list: ``ovhcloud:``, ``ovhcloud:DE``, ``scaleway:``."""
    return WORD.fullmatch(word) is not None


def next_address(word: str, pages: Sequence[bytes]) -> str | None:
    """What to ask after these pages; None when they are all. A page that can't be read is the last."""
    if word.startswith("ovhcloud:"):
        return None if pages else OVHCLOUD.format(subsidiary=word.partition(":")[2] or "FR")
    read = [_page(one) for one in pages]
    if read and (None in read or len(read) >= PAGES_MOST):
        return None
    told = [one for one in read if one is not None]
    held = sum(len(one.products) for one in told)
    if told and (not told[-1].products or held >= told[-1].total_count):
        return None
    return SCALEWAY.format(size=PAGE, page=len(pages) + 1)


def whole(pages: Sequence[bytes]) -> bytes:
    """The pages as one answer; pages that can't be read as such are left as they came, for the reader to say what is wrong."""
    read = [_page(one) for one in pages]
    if len(pages) == 1 or None in read:
        return pages[-1] if read and read[-1] is None else pages[0]
    told = [one for one in read if one is not None]
    return msgspec.json.encode(_Page([row for one in told for row in one.products], max(one.total_count for one in told)))


def _page(content: bytes) -> _Page | None:
    try:
        return msgspec.json.decode(content, type=_Page)
    except (msgspec.DecodeError, RecursionError):
        return None
