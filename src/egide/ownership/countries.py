"""The sets of countries that a reading may take for «inside», as ISO 3166-1 alpha-2 codes.

A rulebook carries its own dated set; these are for who asks without one. The Union is the 27 Member States since
1 February 2020; the European Economic Area adds three, which SecNumCloud 3.2 counts as outside.
"""

from __future__ import annotations

EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
EEA = EU | {"IS", "LI", "NO"}
