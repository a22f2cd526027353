"""The whole check of what was read: values in, findings out. Opens nothing and reads no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.infrastructure.code_findings import ordered
from egide.infrastructure.code_rules import FRAMEWORK
from egide.infrastructure.manifests import manifest_findings
from egide.infrastructure.reach import reach
from egide.infrastructure.spread import spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from egide.infrastructure.code_findings import CodeFinding
    from egide.infrastructure.lawful import Case, Lawful
    from egide.infrastructure.product import Product
    from egide.infrastructure.reach import Looked


def findings(
    looked: Sequence[Looked], judged: Mapping[Case, Lawful], product: Product, union: frozenset[str], on: date
) -> tuple[CodeFinding, ...]:
    """Every finding once, the gravest first, whatever the order of resources."""
    required = FRAMEWORK in product.requirements
    found = list(reach(looked, judged, product, union))
    for one in looked:
        if one.resource.provider in ("kubernetes", "compose"):
            found += manifest_findings(one.resource, required)
    found += spread(looked, required, on, product.standbys)
    return ordered(found)
