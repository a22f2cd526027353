"""Papers about offers: several side by side with the evidence in each cell, and what stands for a service that a body uses."""

from egide.papers.offers.document import comparison_document
from egide.papers.offers.page import comparison_page
from egide.papers.offers.tables import comparison_csv, comparison_workbook

__all__ = ["comparison_csv", "comparison_document", "comparison_page", "comparison_workbook"]
