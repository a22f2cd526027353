"""What a service loses when something it stands on is lost, how soon it is back, and how it leaves.

    from egide.continuity import assess, read_continuity
    answer = assess(read_continuity(part, need, "service.yaml"), known)

Values in, values out: no file, no clock. What is not declared is unknown, with the declaration that would settle it; the only figures
that are ours are the parameters, and they count for nothing that is current.
"""

from egide.continuity.answers import Ask, Cell, Continuity, Part, Reached, Score, SinglePoint
from egide.continuity.assess import Planned, assess
from egide.continuity.declared import Architecture, Declared, Disruption
from egide.continuity.form import read_continuity
from egide.continuity.losses import Known, Loss, Qualified
from egide.continuity.order import Broken, Outcome
from egide.continuity.parameters import PARAMETERS
from egide.continuity.spans import Span, duration_text, span_text

__all__ = [
    "PARAMETERS", "Architecture", "Ask", "Broken", "Cell", "Continuity", "Declared", "Disruption", "Known", "Loss", "Outcome", "Part",
    "Planned", "Qualified", "Reached", "Score", "SinglePoint", "Span", "assess", "duration_text", "read_continuity", "span_text",
]  # fmt: skip
