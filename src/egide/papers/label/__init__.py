"""What is read of a label: the report page, its document, the binder's workbook, and the papers that a provider signs.

All come from one `LabelAssessment`; none is a qualification, and each says so. DOCX and ODT are in `egide.papers.label.notes`.
"""

from egide.papers.label.document import document_bytes, label_document, read_label_document, since
from egide.papers.label.ownership_data import ownership_document, ownership_table
from egide.papers.label.page import label_page
from egide.papers.label.pages import comparison_page, ownership_page, road_page, simulation_page
from egide.papers.label.workbook import label_workbook

__all__ = [
    "comparison_page",
    "document_bytes",
    "label_document",
    "label_page",
    "label_workbook",
    "ownership_document",
    "ownership_page",
    "ownership_table",
    "read_label_document",
    "road_page",
    "simulation_page",
    "since",
]
