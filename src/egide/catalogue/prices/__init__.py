"""What offers cost, as somebody published it on a day: price lists in, comparable prices out.

A price is kept as integer micro-euros per hour, month, gigabyte kept for a month or gigabyte moved, net of tax, with its issuer, its
day and where in which file it stands. What cannot be compared (another currency, a unit whose time is not said, something no longer
sold) is set apart with its reason: nothing is converted on a guess and nothing is dropped.
"""

from egide.catalogue.prices.instances import read_instances
from egide.catalogue.prices.ovhcloud import read_ovhcloud
from egide.catalogue.prices.precedence import Chosen, in_force
from egide.catalogue.prices.records import HOURS_A_MONTH, MICRO, Apart, Basis, Carbon, Price, Priced, PriceList, Shape, Tariff, per_month
from egide.catalogue.prices.scaleway import read_scaleway
from egide.catalogue.prices.table import columns_of, read_price_table
from egide.catalogue.prices.table_mapping import PriceMapping, read_price_mapping, write_price_mapping

__all__ = [
    "HOURS_A_MONTH",
    "MICRO",
    "Apart",
    "Basis",
    "Carbon",
    "Chosen",
    "Price",
    "PriceList",
    "PriceMapping",
    "Priced",
    "Shape",
    "Tariff",
    "columns_of",
    "in_force",
    "per_month",
    "read_instances",
    "read_ovhcloud",
    "read_price_mapping",
    "read_price_table",
    "read_scaleway",
    "write_price_mapping",
]
