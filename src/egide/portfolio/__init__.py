"""Reads what people have: MonServiceSécurisé's workbook, ours, any spreadsheet or list; and what they answer.

What a file does not hold is absent, never guessed; what could not be used is reported with its place, and the rest goes on.
"""

from egide.portfolio.answers import HOSTING_OFFER, Answer, Answers, Ask
from egide.portfolio.answers_file import read_answers, write_answers
from egide.portfolio.applying import apply, unplaced
from egide.portfolio.forms import questionnaire
from egide.portfolio.mapping import ColumnMapping, ColumnUse, SheetMapping, UnusedColumn, read_mapping, write_mapping
from egide.portfolio.matching import THRESHOLD, OfferIndex, OfferMatch, match_offer
from egide.portfolio.merging import Conflict, merge
from egide.portfolio.reading import Reading, read_services, unite
from egide.portfolio.register import BodyRecord, body_claims
from egide.portfolio.replies import read_questionnaire
from egide.portfolio.workbook import template

__all__ = [
    "HOSTING_OFFER",
    "THRESHOLD",
    "Answer",
    "Answers",
    "Ask",
    "BodyRecord",
    "ColumnMapping",
    "ColumnUse",
    "Conflict",
    "OfferIndex",
    "OfferMatch",
    "Reading",
    "SheetMapping",
    "UnusedColumn",
    "apply",
    "body_claims",
    "match_offer",
    "merge",
    "questionnaire",
    "read_answers",
    "read_mapping",
    "read_questionnaire",
    "read_services",
    "template",
    "unite",
    "unplaced",
    "write_answers",
    "write_mapping",
]
