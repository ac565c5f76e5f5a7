"""The small words that turn a sentence: no, must, should, can, may, only, except, before, after.

Each mark is read with its head, the content word that it is said of: "not covered" is a no of
"cover", 「かかりません」 one of 掛かる. Set phrases come first, so that 「かまいません」 is a can and
"need not" no must. Scope by the nearest content word, as in NegEx (Chapman et al., 2001).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

NO, FREE, ONLY, EXCEPT = "no", "free", "only", "except"
NEEDLESS, CANNOT, DO_NOT = "needless", "cannot", "do not"
MUST, SHOULD, CAN, MAY, ASK, IF = "must", "should", "can", "may", "ask", "if"
BEFORE, AFTER, MORE, LESS, WILL = "before", "after", "more", "less", "will"
DENIALS = frozenset({NO, FREE, NEEDLESS, CANNOT, DO_NOT})
MODALS = frozenset({MUST, SHOULD, CAN, MAY, ASK})

# (marks, what it looks like), the longer phrases first: each stretch of text is read once.
_JAPANESE: tuple[tuple[tuple[str, ...], str], ...] = (
    ((), r"申し訳(?:ない|ありません|ございません)|間違いな[くい]|少な[くい]|だけで(?:は)?な[くい]|のみなら[ずぬ]|"
         r"(?:で|じゃ)はないか|ないうちに|(?<=[^り])なくなる|とは限り"),
    ((MAY,), r"かもしれ(?:ません|ない)|おそれ|恐れ|可能性|(?:こと|場合)[がも](?:あり|ござい)|でしょう|と思われ"),
    ((NEEDLESS,), r"(?:必要|義務)(?:は|が|も)?(?:あり|ござい)ません|(?:必要|義務)(?:は|が)?ない|不要|(?<!て)いりません|要りません|"
                 r"なくても?(?:大丈夫|かまいません|構いません|結構|問題)"),
    ((DO_NOT,), r"ないで(?:ください|下さい)|ないよう|[をは]?(?:お控え|控えて)(?:ください|いただ)?|ご?遠慮|おやめ|(?:は|が)禁止|禁止|"
                r"お断り|て(?:は)?(?:いけません|なりません)|避けて|では(?:いけません|なりません)"),
    ((CAN,), r"(?:て|で)も?(?:かまいません|構いません|けっこうです|結構です|大丈夫|問題ありません|よい|いい|よろしい|差し支え(?:あり|ござい)ません)|"
             r"差し支え(?:あり|ござい)ません|(?:も|でも)?(?:かまいません|構いません)"),
    ((CANNOT,), r"でき(?:ません|ない|ず|かね)|いただけません|いただけない|不可|(?:致し|いたし)かね|かねます|られません|えません(?=が|。|$)"),
    ((MUST,), r"なければ(?:なりません|いけません|ならない)|(?:必要|義務)(?:が|も)?(?:ある|あり|ござい)|必要(?=です|となり|で|、|。|$)|必須|義務"),
    ((SHOULD,), r"おすすめ|お勧め|お薦め|推奨|ほうがよ|ほうがい|方がよ|望まし|できれば|目安|べき|安心です"),
    ((ASK,), r"ください|下さい|お願い(?:いた|致)?し|お願い(?:申し|でき)|願います|ましょう|いただきますよう"),
    ((CAN,), r"でき(?:る|ます|ました|れば)|可能(?!性)|いただけ(?:ます|る|れば|(?=、))|られます|られる|えます(?=が|。|$)|になれます"),
    ((FREE,), r"無料(?!では|で(?:承|お受)?[^、。]{0,6}ませ)|無償|(?:料金?|費用|加算|代金?|お金)(?:は|を|も|が)?(?:一切)?(?:かかり|いただき|頂き|頂戴し)ません|"
              r"(?:料金?|費用|加算|代金?)(?:は|も)?(?:あり|ござい)ません|(?:料金?|費用|加算|代金?)(?:が|は)かから"),
    ((ONLY,), r"のみ|に限|限定|限り|(?<!いた)だけ|しか"),
    ((EXCEPT,), r"以外|を除|対象外|除[くき]|ただし"),
    ((NO,), r"ません|ない(?=。|、|場合|と|ため|の|$|子|方|人|よう|ほう|状態|とき|時|か|です|程)|なく(?=、|て|な)|なければ|なし(?=[、。で]|$|の)|"
            r"(?<=[らかわたなまさばがえべれけせめてい])ず(?=に|、)|無し"),
    ((IF,), r"(?:場合|なら(?:ば)?(?=、)|でしたら|たら(?=、)|れば(?=、)|とき|際)"),
    ((BEFORE,), r"(?<=[^\d日以午名])前(?=に|の|まで|から|、|は)"),
    ((AFTER,), r"(?<=[^\d日以午最])後(?=に|の|、|は|も|\d)|(?<=[^\d])のあと"),
)  # fmt: skip
_ENGLISH: tuple[tuple[tuple[str, ...], str], ...] = (
    ((), r"\bnot only\b|\bif not\b|\bno later\b|\bno less\b|\bno more than\b|\bno hurry\b|\bwhether or not\b"),
    ((NEEDLESS,), r"\b(?:need|do|does)(?: not|n't) (?:have|need) to\b|\bneed(?: not|n't)\b|\bno need\b|"
                 r"\bnot (?:necessary|required|needed)\b|\bneeds? no\b|\bneeds? nothing\b|\bunnecessary\b|\bisn't (?:needed|required)\b"),
    ((CANNOT,), r"\b(?:cannot|can't|can not|could not|unable to|not able to|not possible|impossible)\b"),
    ((DO_NOT,), r"\b(?:please )?do(?: not|n't)(?= )|\bmust not\b|\bmustn't\b|\bnot allowed\b|\bavoid\b|\bkeep (?:\w+ ){0,3}away from\b|\bforbidden\b"),
    ((NO,), r"\b(?:not|never|no longer) (?:be )?free(?: of charge)?\b"),
    ((FREE,), r"\bfree of charge\b|\b(?:no|without(?: an?y?)?|not any) (?:extra |additional |cancellation |added )?(?:charge|fee|cost|surcharge)s?\b|"
              r"\bat no (?:extra )?cost\b|\bcosts? nothing\b|\bfor nothing\b|\bfree\b(?! of)|\bwithout (?:charge|paying)\b"),
    ((MAY,), r"\b(?:might|perhaps|possibly|maybe|could|likely|as a rule|in general|usually|tends? to)\b|\b(?<!you )(?<!they )(?<!also )may(?= )(?! \d)"),
    ((MUST,), r"\b(?:must|have to|has to|needs? to|required?|requires|mandatory|compulsory|necessary|is needed|are needed|obliged|ought to|will need|needs?)\b"),
    ((SHOULD,), r"\b(?:should|recommend\w*|advis\w+|suggest\w*|best|ideally|if you can|better to|advice)\b"),
    ((CAN,), r"\b(?:can|able to|possible|welcome to|allowed|free to|may)\b"),
    ((ASK,), r"\b(?:please|ask you to|make sure|be sure)\b"),
    ((ONLY,), r"\b(?:only|solely|exclusively|nothing but|just(?= (?:for|to|by|on|in)))\b"),
    ((EXCEPT,), r"\b(?:except|apart from|other than|excluding|excludes?|unless|but not|with the exception|save for)\b"),
    ((NO,), r"\b(?:not|no|never|without|neither|nor|none|nothing|nobody|hardly|barely)\b|n't\b"),
    ((IF,), r"\b(?:if|when|once|provided|as long as|in case|where)\b"),
    ((BEFORE,), r"\b(?:before|prior to|ahead of|until)\b(?! [\d¥])"),
    ((AFTER,), r"\b(?:after|following|from|since)\b(?! [\d¥])"),
    ((MORE,), r"\bmore\b"),
    ((WILL,), r"\b(?:will|shall)\b"),
    ((LESS,), r"\b(?:less|fewer)\b"),
)  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """A mark, the content word that it is said of ("" if there is none), and how it is written."""

    name: str
    head: str
    text: str
    start: int


_RULES = {
    language: tuple((names, re.compile(look)) for names, look in rules)
    for language, rules in (("ja", _JAPANESE), ("en", _ENGLISH))
}
_REACH = 40


def marks(text: str, terms: Sequence[tuple[str, int]], language: str) -> tuple[Mark, ...]:
    """Return the marks of a prepared sentence; `terms` are its content words and their places."""
    found: list[Mark] = []
    taken: list[tuple[int, int]] = []
    for names, look in _RULES[language]:
        for match in look.finditer(text):
            start, end = match.span()
            if start == end or any(start < last and first < end for first, last in taken):
                continue
            taken.append((start, end))
            head = _head(terms, start, end, language)
            found.extend(Mark(name, head, match[0], start) for name in names)
    return tuple(sorted(found, key=lambda mark: mark.start))


def _head(terms: Sequence[tuple[str, int]], start: int, end: int, language: str) -> str:
    before = [term for term, at in terms if start - _REACH <= at < start]
    after = [term for term, at in terms if end <= at < end + _REACH]
    if language == "ja":
        return before[-1] if before else ""
    return after[0] if after else (before[-1] if before else "")
