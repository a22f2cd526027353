"""What a check of infrastructure code says: to a terminal, to a review, to code scanning, to a test report, to other programs."""

from egide.papers.infrastructure.document import SCHEMA, check_document
from egide.papers.infrastructure.junit import junit
from egide.papers.infrastructure.markdown import markdown
from egide.papers.infrastructure.sarif import sarif

__all__ = ["SCHEMA", "check_document", "junit", "markdown", "sarif"]
