"""Tone: polite Japanese, no slang, nothing cheerful for the bereaved, no blame for the lapsed."""

import re
from collections.abc import Iterable, Iterator

from sudachipy import SplitMode

from assistant.engine.checking.evidence import Evidence
from assistant.engine.checking.grounds import Grounds, Unproven
from assistant.engine.checking.lexicon import words
from assistant.engine.checking.reading import Reading
from knowledge.text import japanese_tokenizer, normalize

_ENDS = re.compile(r"[。．!！?？]+[」』）)]*\s*$")
_POLITE = re.compile(
    r"(?:です|ます|ません|ました|でした|ください|下さい|くださいませ|ませ|でしょう|ましょう|ございます|たいです|"
    r"ますよう|存じます|願います|お忘れなく)(?:か|ね|よ|が|ので|から|けれど|けれども|ので)?$"
)
_COMMAND = re.compile(r"(?:なさい|しろ|せよ|するな|ろ|こと)$")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_LAPSED = "lapsed"


def tone(sentence: Reading, evidence: Evidence) -> Iterator[Unproven]:
    """Yield what may not be said so to this customer; lines of a list may be in plain form."""
    grounds = evidence.grounds
    if sentence.language == "ja" and not sentence.in_list:
        yield from _impolite(sentence.sentence)
    yield from _found(sentence, _wordlist("slang", sentence.language))
    if grounds.channel != "web_chat":
        yield from (Unproven(match[0], "tone") for match in _EMOJI.finditer(sentence.sentence))
    if grounds.bereaved:
        yield from _found(sentence, _wordlist("cheerful", sentence.language))
        yield from _found(sentence, _unasked("offers", sentence.language, grounds))
    if grounds.status == _LAPSED:
        yield from _found(sentence, _wordlist("blame", sentence.language))


def _impolite(sentence: str) -> Iterator[Unproven]:
    """A plain form or a command at the end of a whole sentence; a line of a list is none."""
    if not _ENDS.search(sentence):
        return
    body = _ENDS.sub("", sentence).rstrip("」』）)")
    # The last words alone are looked at: what stands in a clause may be plain.
    if not body or _POLITE.search(body):
        return
    last = list(japanese_tokenizer().tokenize(body[-40:], SplitMode.A))[-1]
    part = last.part_of_speech()
    verbal = part[0] in ("動詞", "形容詞", "助動詞") or part[1] in ("接続助詞", "終助詞")
    if verbal or _COMMAND.search(body):
        yield Unproven(body[-12:] if len(body) > 12 else body, "tone")


def _wordlist(name: str, language: str) -> list[str]:
    return [str(word) for word in words()[name][language]]


def _unasked(name: str, language: str, grounds: Grounds) -> list[str]:
    asked = normalize("\n".join(grounds.asked))
    return [word for word in _wordlist(name, language) if normalize(word) not in asked]


def _found(sentence: Reading, listed: Iterable[str]) -> Iterator[Unproven]:
    for word in listed:
        edge = r"\b" if word[0].isascii() and word[0].isalpha() else ""
        match = re.search(f"{edge}{re.escape(word)}{edge}", sentence.sentence, re.IGNORECASE)
        if match is not None:
            yield Unproven(match[0], "tone")
