"""Screening: did a person write this mail to us? Anything else is never answered (RFC 3834)."""

from channels.email.parsing import ParsedMail
from channels.email.screening_rules import RULES
from channels.email.verdict import Circumstances, Kind, Ourselves, Policy, Screening

__all__ = ["Kind", "Ourselves", "Policy", "Screening", "screen"]

# A bounce is often marked as an automatic reply too: the more telling kind names it. Spam comes
# last: what is spam and nothing else may be a person's mail that a filter misjudged.
MOST_TELLING = (
    Kind.OWN, Kind.BOUNCE, Kind.OUT_OF_OFFICE, Kind.BULK, Kind.AUTO_REPLY, Kind.SPAM,
)
LONGEST_VALUE = 120


def screen(
    mail: ParsedMail, envelope_from: str | None, ourselves: Ourselves,
    policy: Policy | None = None,
) -> Screening:
    """What kind of mail this is; human only if no rule objects.

    `envelope_from` is the sender in the SMTP envelope, empty for <>, None where it is unknown.
    """
    around = Circumstances(envelope_from, ourselves, policy or Policy())
    found = {rule.__name__: objection for rule in RULES
             if (objection := rule(mail, around)) is not None}
    if not found:
        return Screening(Kind.HUMAN, ("no_rule_objects",))
    kind = next(kind for kind in MOST_TELLING if kind in {one.kind for one in found.values()})
    reasons = sorted(found, key=lambda name: found[name].kind is not kind)
    return Screening(kind, tuple(reasons),
                     {name: found[name].value[:LONGEST_VALUE] for name in reasons})
