"""Papers about offers: several side by side with the evidence in each cell, and what stands for a service that a body uses."""

from egide.papers.offers.document import comparison_document
from egide.papers.offers.equivalents_document import equivalents_document
from egide.papers.offers.equivalents_page import equivalents_page
from egide.papers.offers.equivalents_tables import equivalents_csv, equivalents_workbook
from egide.papers.offers.page import comparison_page
from egide.papers.offers.tables import comparison_csv, comparison_workbook

__all__ = [
    "comparison_csv", "comparison_document", "comparison_page", "comparison_workbook",
    "equivalents_csv", "equivalents_document", "equivalents_page", "equivalents_workbook",
]  # fmt: skip
