"""What kind of thing a question asks for, and whether a text holds one: an amount, an hour, …

A cheap form of answer typing (Li and Roth, "Learning question classifiers", COLING 2002): a few
words of each language, enough to tell the fee from the sentence beside it.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from knowledge.text import normalize


class _Kind(NamedTuple):
    name: str
    asks: re.Pattern[str]
    has: re.Pattern[str]


def _pattern(japanese: str, english: str) -> re.Pattern[str]:
    return re.compile(f"{japanese}|\\b(?:{english})")


_KINDS = (
    _Kind(
        "amount",
        _pattern(
            "いくら|料金|値段|費用|価格|何円|金額|代は|代って|手数料",
            "how much|price|cost|fee|charge",
        ),
        re.compile(r"\d円|[¥$€]\s?\d|\d yen|無料|\bfree\b|\d\s?[%割]"),
    ),
    _Kind(
        "hour",
        _pattern("何時|営業時間|受付時間", "what time|how late|opening hours|open until"),
        re.compile(r"\d{1,2}時|\d{1,2}:\d\d|\d ?[ap]\.?m\b|24時間|24 hours"),
    ),
    _Kind(
        "time",
        _pattern(
            "いつ|何日|何[かヶケカ]月|何年|何週|何歳|どれくらい|どのくらい|どれぐらい|期限|期間|おきに",
            "when|how long|how soon|how often|how old|how many (?:days|weeks|months|years)|how far",
        ),
        re.compile(
            r"\d+[~〜]?\d*\s?(?:日|[かヶケカ]月|年|週|時間|分|歳|泊|回)|曜日?|半日|数週|数日|\d{1,2}時|"
            r"(?:\d|half a|one|two|three|four|six|twelve|a few|every) ?(?:minute|hour|day|week|"
            r"month|year)|\b(?:once|twice|today|tomorrow)\b"
        ),
    ),
    _Kind(
        "count",
        _pattern("何回|何度|何匹|何頭|何枚", "how many"),
        re.compile(r"\d\s?(?:回|度|匹|頭|枚|つ)|\b(?:\d+|one|two|three|four|five|six)\b"),
    ),
    _Kind(
        "phone",
        _pattern("電話番号|何番|tel", "phone number|telephone|number to (?:call|ring)"),
        re.compile(r"\d{2,4}-\d{2,4}-\d{3,4}"),
    ),
    _Kind("mail", _pattern("メールアドレス|メアド", "e-?mail address"), re.compile(r"\w@\w")),
    _Kind(
        "place",
        _pattern(
            "どこ|場所|住所|どの店|どちらの店",
            "where|(?<!mail )address|which (?:shop|branch|clinic)",
        ),
        re.compile(r"店|[都県区市町]|窓口|受付|サイト|ページ|画面|\b(?:at|on|in|shop|clinic|page|website)\b"),
    ),
)  # fmt: skip
_STEPS = _pattern(
    "手順|方法|どうやって|やり方|流れ|手続き|仕方|どうすれば",
    "how (?:do|can|to|does)|steps|procedure|what happens",
)
_LIST = _pattern("持ち物|持って(?:いく|行く)|何を|一覧|どんな|種類", "which|list|signs|what ")
_MANNERS = {
    "may": _pattern(
        "できます|できる|可能|いいですか|いいの|大丈夫|よいです|構いません|かまいません|もらえ|いただけ",
        "can (?:i|we|my|you)|could (?:i|we|you)|may (?:i|we)|is it (?:ok|okay|possible|all right|"
        "fine)|allowed|do you (?:accept|take|offer|have)|are (?:\\w+ ){1,2}allowed",
    ),
    "should": _pattern(
        "必要|べき|ほうがいい|方がいい|ほうがよい|方がよい|ないといけ|なければ|しなきゃ|いりますか|要りますか|おすすめ",
        "should|need to|have to|must|necessary|required|do (?:i|we) need|recommend|better to",
    ),
    "why": _pattern("なぜ|どうして|理由|なんで", "why|what causes|reason"),
    "who": _pattern("誰|どなた|担当", "who"),
    "differ": _pattern("違い|違う|どっち|どちら|比べ", "difference|differ|versus|vs|better"),
}


@lru_cache(maxsize=20_000)
def asks_for(text: str) -> frozenset[str]:
    """Return the kinds of things that a question asks for, by name; none if it is nothing typical.
    """
    normal = normalize(text)
    found = {kind.name for kind in _KINDS if kind.asks.search(normal)}
    found |= {name for name, manner in _MANNERS.items() if manner.search(normal)}
    found |= {name for name, pattern in (("steps", _STEPS), ("list", _LIST))
              if pattern.search(normal)}
    return frozenset(found)


class Expected:
    """What one question asks for; a question may ask for several things or for nothing typical."""

    def __init__(self, question: str) -> None:
        text = normalize(question)
        self._kinds = [kind for kind in _KINDS if kind.asks.search(text)]
        self.steps = bool(_STEPS.search(text))
        self.enumeration = bool(_LIST.search(text))

    def __bool__(self) -> bool:
        return bool(self._kinds)

    def held_by(self, text: str) -> float:
        """Return the share of what is asked for that the text holds, 0 if nothing is asked for."""
        if not self._kinds:
            return 0.0
        normal = normalize(text)
        return sum(bool(kind.has.search(normal)) for kind in self._kinds) / len(self._kinds)
