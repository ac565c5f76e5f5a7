"""Exactly one thing changed in a right answer, so that it says something else."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.engine.checking import Grounds
from assistant.engine.checking.values import prepared, values
from knowledge.text import normalize


@dataclass(frozen=True)
class Corruption:
    """A changed answer: the kind of change, what stood there and what stands there now."""

    kind: str
    text: str
    was: str
    now: str


Change = Callable[[re.Match[str], random.Random], str]

_NAMES = {"ja": ("ココ", "レオ", "きなこ", "むぎ", "そら", "ハナ"), "en": ("Coco", "Rex", "Biscuit", "Daisy", "Otto")}
_SHOPS = {"ja": ("目黒本店", "吉祥寺店", "横浜みなと店", "大宮店", "千里店", "神戸元町店", "銀座店"),
          "en": ("Meguro", "Kichijoji", "Yokohama Minato", "Omiya", "Senri", "Kobe Motomachi", "Ginza")}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _other_number(match: re.Match[str], chance: random.Random) -> str:
    number = int(match["n"].replace(",", ""))
    if number >= 100:
        new = number + chance.choice((-1, 1)) * chance.choice((1, 2, 5)) * 10 ** (len(str(number)) - 2)
        return match[0].replace(match["n"], f"{new:,}" if "," in match["n"] else str(new))
    return match[0].replace(match["n"], str(max(1, number + chance.choice((-2, -1, 1, 2, 3)))))


def _other_hour(match: re.Match[str], chance: random.Random) -> str:
    hour = (int(match["n"]) + chance.choice((1, 2, 3, 5))) % 24
    return match[0].replace(match["n"], str(hour), 1)


def _swap(pairs: dict[str, str]) -> Change:
    return lambda match, chance: match[0].replace(match["w"], pairs[match["w"]])


def _one_of(words: tuple[str, ...]) -> Change:
    return lambda match, chance: match[0].replace(
        match["w"], chance.choice([word for word in words if word != match["w"]]))


def _to(new: str) -> Change:
    return lambda match, chance: match.expand(new)


_JA_UNITS = {"日": "週間", "週": "日", "か月": "年", "年": "か月", "時間": "日", "分": "時間", "歳": "か月", "回": "日", "円": "ポイント"}
_EN_UNITS = {"days": "weeks", "weeks": "months", "months": "weeks", "hours": "days", "minutes": "hours", "years": "months", "points": "yen"}
_JA_BOUNDS = {"以上": "未満", "以下": "以上", "以内": "以降", "まで": "から", "未満": "以上", "以降": "以前", "前まで": "後から", "を超える": "未満の", "から": "まで"}
_EN_BOUNDS = {"at least": "at most", "before": "after", "until": "from", "within": "after", "more than": "less than",
              "after": "before", "up to": "at least", "over": "under", "or more": "or less", "from": "until"}

_RULES: dict[str, dict[str, list[tuple[str, Change]]]] = {
    "ja": {
        "price": [(r"(?P<n>\d[\d,]*)円", _other_number)],
        "number": [(r"(?P<n>\d+)(?=(?:日以|日間|日後|週|か月|歳|回|匹|％|%|分|時間|ポイント|kg|泊|年))", _other_number)],
        "unit": [(rf"(?<=\d)(?P<w>{'|'.join(sorted(_JA_UNITS, key=len, reverse=True))})(?![月曜午])(?=以|後|間|か|に|の|ほど|、|。|が|で|ま)", _swap(_JA_UNITS))],
        "date": [(r"(?<=月)(?P<n>\d+)(?=日)", _other_number), (r"(?P<n>1?\d)(?=月\d)", _other_number)],
        "weekday or time": [(r"(?P<n>\d{1,2})時(?!間)", _other_hour), (r"(?P<w>[月火水木金土日])(?=曜)", _one_of(tuple("月火水木金土日")))],
        "negation": [(r"(?<=[きりえれびみいしちげべけせ])ます(?=[。が])(?<!願いします)(?<!願いいたします)", _to("ません")),
                     (r"ません(?=[。が])", _to("ます")), (r"です(?=。)", _to("ではありません")),
                     (r"が必要です", _to("は不要です")), (r"いただけます", _to("いただけません"))],
        "modality": [(r"が必要です", _to("をおすすめします")), (r"おすすめ(?:します|しています)", _to("必須とさせていただきます")),
                     (r"てください(?=。)", _to("てもかまいません")), (r"(?:こと|場合)があります", _to("必要があります")),
                     (r"できます(?=。)", _to("しなければなりません")), (r"お(?P<v>[^\s、。お]{1,4})ください(?=。)", _to(r"お\g<v>いただけます")),
                     (r"いただけます(?=。)", _to("いただく必要があります"))],
        "name": [(r"(?P<w>[ァ-ヺー]{2,5})(?=ちゃん)", _one_of(_NAMES["ja"])), (rf"(?P<w>{'|'.join(_SHOPS['ja'])})", _one_of(_SHOPS["ja"]))],
        "bound": [(rf"(?<!から[0-9][日月時分歳])(?<!から[0-9][0-9][日月時分歳])(?<=[0-9][日月時分円回歳年％泊週])(?P<w>{'|'.join(sorted(_JA_BOUNDS, key=len, reverse=True))})(?![0-9])", _swap(_JA_BOUNDS)),
                  (r"(?<=[一-鿿])前に", _to("後に")), (r"(?<=[一-鿿])(?<!最)後(?=[はに])", _to("前"))],
    },
    "en": {
        "price": [(r"¥(?P<n>\d[\d,]*)", _other_number)],
        "number": [(r"\b(?P<n>\d+)(?=(?: (?:days|weeks|months|hours|minutes|years|points|instalments|kg|km)|%))", _other_number)],
        "unit": [(rf"(?<=\d )(?P<w>{'|'.join(_EN_UNITS)})\b", _swap(_EN_UNITS)),
                 (r"\b(?:two|three|four|five|six|seven|ten) (?P<w>days|weeks|months|hours|years)\b", _swap(_EN_UNITS))],
        "date": [(r"\b(?P<n>\d{1,2})(?= (?:January|February|March|April|May|June|July|August|September|October|November|December))", _other_number)],
        "weekday or time": [(r"(?P<n>\d{1,2})(?=:\d\d)", _other_hour), (rf"(?P<w>{'|'.join(_DAYS)})", _one_of(_DAYS))],
        "negation": [(r"\b(?P<v>is|are|can|will|must|should|does|has|have been|was)\b(?! not| no\b|n't)", _to(r"\g<v> not")),
                     (r" not\b", _to("")), (r"\bcannot\b", _to("can")), (r"\b[Tt]here is no\b", _to("there is a")), (r"\bfree of charge\b", _to("at a charge"))],
        "modality": [(r"\bcan\b(?! not|not)", _to("must")), (r"\bmust\b", _to("may")), (r"\bmay\b", _to("will")),
                     (r"\bshould\b", _to("must")), (r"(?<!not )(?<!no )\bneeds? to\b", _to("can")), (r"\b[Pp]lease (?P<v>book|bring|call|ring|tell|come|choose|keep)\b", _to(r"you may \g<v>")),
                     (r"\bAs a rule\b", _to("Always"))],
        "name": [(rf"(?P<w>{'|'.join(_SHOPS['en'])})(?! Pet)", _one_of(_SHOPS["en"]))],
        "bound": [(rf"\b(?P<w>{'|'.join(sorted(_EN_BOUNDS, key=len, reverse=True))})(?= (?:\d|two|three|six|ten|twelve))", _swap(_EN_BOUNDS)),
                  (r"\b(?P<w>before|after|until)(?= the [a-z]+)", _swap(_EN_BOUNDS))],
    },
}
KINDS = tuple(_RULES["ja"])


def corruptions(
    text: str, language: str, kind: str, grounds: Grounds, chance: random.Random
) -> Iterator[Corruption]:
    """The changes of one kind that this text allows, in random order."""
    found = [(match, change) for look, change in _rules(language, kind, grounds)
             for match in re.finditer(look, text)]
    chance.shuffle(found)
    for match, change in found:
        now = change(match, chance)
        changed = text[: match.start()] + now + text[match.end() :]
        if now != match[0] and not _stated(text, changed, now, kind, grounds):
            yield Corruption(kind, changed, match[0], now)


def _rules(language: str, kind: str, grounds: Grounds) -> list[tuple[str, Change]]:
    rules = list(_RULES[language][kind])
    if kind == "name":
        own = [re.escape(name) for name in grounds.names if name.isascii() and name.istitle() and " " not in name]
        if own and language == "en":
            rules.append((rf"\b(?P<w>{'|'.join(own)})\b", _one_of(_NAMES["en"])))
    return rules


def _stated(text: str, changed: str, now: str, kind: str, grounds: Grounds) -> bool:
    """Whether the section states what the change says, too."""
    if kind in ("price", "number", "unit", "date", "weekday or time"):
        before = {value.key for value in values(prepared(text))}
        facts = {value.key for fact in grounds.facts for value in values(prepared(fact))}
        return not {value.key for value in values(prepared(changed))} - before - facts
    return kind == "name" and normalize(now) in normalize(text)
