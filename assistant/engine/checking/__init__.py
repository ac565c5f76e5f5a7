"""Step 4b: does everything that a text states stand in its grounds? No model is asked.

`check` takes a text apart into sentences, finds for each the sentences of the evidence that bear
it out, and compares what both state: values, names, links, polarity, modality, words.
"""

from assistant.engine.checking.check import check
from assistant.engine.checking.grounds import Grounds, Unproven

__all__ = ["Grounds", "Unproven", "check"]
