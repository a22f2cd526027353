"""SHACL shapes, compiled once, then put to many graphs.

What SHACL leaves to its reader is settled here so that nothing doubtful passes. A graph in which no node is of a targeted
class conforms by the letter; here it is *not evaluated*. The same goes for a credential whose own subject no shape looked at.
Only what credentials say of their subjects is judged (`subject_graph`): closed shapes would refuse every envelope.
"""

from __future__ import annotations

from egide.trust.shapes.focus import STRICT, Focus, Mode
from egide.trust.shapes.graph import Graph, Literal, Term, graph_of, internal, read_graph
from egide.trust.shapes.model import Constraint
from egide.trust.shapes.report import Report, Violation
from egide.trust.shapes.subjects import classes_stated, subject_graph
from egide.trust.shapes.validating import Shapes, compile_shapes, load_shapes

__all__ = [
    "STRICT", "Constraint", "Focus", "Graph", "Literal", "Mode", "Report", "Shapes", "Term", "Violation",
    "classes_stated", "compile_shapes", "graph_of", "internal", "load_shapes", "read_graph", "subject_graph",
]
