"""Promises: what we say that we will do for this customer needs a ToDo behind it."""

import re
from collections.abc import Iterator, Mapping

from assistant.engine.checking.evidence import Aligned, Evidence
from assistant.engine.checking.grounds import Unproven
from assistant.engine.checking.reading import Reading, read

# What is done, and the words for it. Written for this check.
_JAPANESE: Mapping[str, str] = {
    "contact": r"(?:ご|お)?(?:連絡|電話|返信|返事|報告|知らせ|メール)",
    "send": r"(?:ご|お)?(?:送付|郵送|発送|届け)|お送り|ご?手配",
    "book": r"(?:ご)?予約(?:を)?(?:お取り|確保|手配|変更)|取り置き|お部屋を(?:確保|お取り)|枠を確保",
    "refund": r"(?:ご)?返金|お値引き",
    "look": r"お調べ|調査|(?:ご)?確認",
    "change": r"(?:変更|取り消し|キャンセル)(?:の?お?手続き)?を?",
}
_DOES = (r"を?(?:いたします|致します|させていただきます|(?:差し|さし)上げます|さしあげます|します|"
         r"しておきます|いたしました|しました|申し上げます|まいります|いたしますので|しますので)")
_SOON = (r"折り返し|こちらから|私どもから|弊社(?:から|より)|後ほど|のちほど|後日|改めて|追って|"
         r"担当者?(?:から|より|が)|本日中に|明日|すぐに|至急|まもなく|営業日以内に|早急に|\d+時までに")
_DONE = r"(?:いたしました|しました|しておきます)"
_ENGLISH: Mapping[str, str] = {
    "contact": r"call|phone|ring|contact|email|mail|write|reply|respond|get back|get in touch|be in touch|"
               r"reach out|let you know|notify|inform|update|follow up|answer",
    "send": r"send|sent|ship|post|forward|deliver|dispatch",
    "book": r"book|reserve|arrange|hold|held|schedule|set aside",
    "refund": r"refund|credit|reimburse|waive",
    "look": r"check|look into|find out|investigate|see to|sort|take care|handle|arrange",
    "change": r"change|cancel|move|reschedule|correct|add",
}  # fmt: skip
_WE = (r"\b(?:we|i|(?:a|our|my|one of our|someone from our) (?:colleagues?|team|staff|vet|person))"
       r"(?:'ll| will| shall| (?:am|are) going to|'re going to|'m going to| have(?: just| already)?"
       r"|'ve(?: just| already)?) (?:gladly |also |then |now |be happy to |personally )?")
_SOON_ENGLISH = (r"\b(?:shortly|soon|today|tomorrow|tonight|right away|as soon as possible|back to you|within|"
                 r"this (?:morning|afternoon|evening|week)|by (?:the end|monday|tuesday|wednesday|thursday|friday)"
                 r"|(?:we|i)(?:'ve| have))\b")
_WHEN = re.compile(r"(?:場合|とき|際|たら|れば)[はに、]|\b(?:if|when|once|whenever)\b")


def promises(
    sentence: Reading, aligned: Aligned, evidence: Evidence, *, verbatim: bool
) -> Iterator[Unproven]:
    """Yield the promises that no ToDo stands behind.

    Not a promise to somebody is how things are done for everybody: what an article says (unless it
    says "shortly" or "we have booked"), or says likewise.
    """
    backed = {act for text in evidence.grounds.promises for act, _ in _acts(read(text))}
    soon = re.search(_SOON_ENGLISH if sentence.language == "en" else f"{_SOON}|{_DONE}",
                     sentence.text) is not None  # fmt: skip
    for act, span in _acts(sentence):
        custom = verbatim or any(_says(act, one) for one in aligned.sentences)
        if act in backed or (custom and (not soon or _WHEN.search(sentence.text))):
            continue
        yield Unproven(span, "promise")


def _acts(sentence: Reading) -> Iterator[tuple[str, str]]:
    """Yield what is promised, and the words for it."""
    if sentence.language == "ja":
        for act, look in _JAPANESE.items():
            for match in re.finditer(rf"(?:(?:{_SOON})[^。、]{{0,24}}?)?(?:{look}){_DOES}",
                                     sentence.text):
                yield act, match[0]
        return
    for act, look in _ENGLISH.items():
        for match in re.finditer(rf"{_WE}(?:{look})(?:ed|d|t|led)?\b", sentence.text):
            yield act, match[0]


def _says(act: str, sentence: Reading) -> bool:
    """Whether a sentence of the evidence tells that it is done."""
    look = (_ENGLISH if sentence.language == "en" else _JAPANESE)[act]
    return re.search(look, sentence.text) is not None
