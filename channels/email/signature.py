"""Signatures at the end of a mail: "-- ", ruled blocks as in Japan, and lines that phones add."""

import re
import unicodedata

# What the devices and programs are called that add such a line; "Sent by courier" is none.
DEVICE = (
    r"iphone|ipad|ipod|android|galaxy|samsung|htc|alcatel|nexus|pixel|xperia|aquos|arrows|huawei|"
    r"nokia|blackberry|windows|outlook|\[?mail\b|mailbox|yahoo|gmail|airmail|spark|protonmail|"
    r"proton|thunderbird|k-9|mobile|phone|cell|smartphone|tablet|handy|mobilgerät|ti-\d+|"
    r"téléphone|móvil|mobiel|телефон"  # codespell:ignore mobiel
)
JAPANESE_DEVICE = (
    r"iphone|ipad|android|xperia|galaxy|aquos|arrows|pixel|スマートフォン|スマホ|携帯(?:電話)?|"
    r"yahoo!?メール|outlook(?: for \w+)?|gmail|ドコモメール|auメール|ソフトバンクメール"
)
PHONE_LINE = re.compile(
    rf"^[<(（\[\s]*(?:"
    rf"(?:sent|someone) (?:from|via|with|using|by) (?:my |a |the )?(?:[\w.]+ )?(?:{DEVICE})\b"
    rf".{{0,80}}|"
    rf"from my (?:{DEVICE})\b.{{0,30}}|get \[?outlook for .{{1,80}}|"
    rf"(?:envoyé|enviad[oa]|inviato|verzonden|gesendet|skickat|sendt|wysłan[eo]|отправлено)\b"
    rf".{{0,30}}\b(?:{DEVICE}).{{0,60}}|"
    rf"von meinem .{{1,40}} gesendet|diese nachricht wurde von meinem .{{1,80}} gesendet|"
    rf"從我的 .{{1,40}} 傳送|发自我的.{{1,40}}|내 .{{1,40}}에서 보냄|"
    rf"(?:私の|[\w.+]{{1,15}}の)?(?:{JAPANESE_DEVICE})(?:アプリ)?(?:から|で|より)の?送信|"
    rf"outlook for (?:ios|android) ?を入手.{{0,60}}"
    rf")[.。]?[>)）\]\s]*$",
    re.IGNORECASE)
DASHES = re.compile(r"^(?:--|—|__|－－)[ \u3000]?$")
RULE_CHARACTERS = frozenset(
    "━─―ー＿_＊*=＝-－‐◆◇■□★☆♪～〜~＋+・･.。:：#＃≡…｡ﾟ✿❀※●○◎▲△▼▽┏┓┗┛┃|<>＜＞/\\彡ｰ"
)
EVIDENCE = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+|https?://|www\.|〒\s?\d{3}|"
    r"(?:tel|fax|phone|mobile|電話|携帯|内線|ＴＥＬ|ＦＡＸ)\s?[.:：／/]?\s?[(（+\d]|"
    r"0\d{1,4}[-(（]\d{1,4}[-)）]\d{3,4}|e-?mail\s?[:：]|株式会社|有限会社|合同会社",
    re.IGNORECASE)
POINTS_BELOW = re.compile(
    r"[:：]$|以下|下記|次の|左記|住所|連絡先|電話番号|宛先|届け先|below|following|address",
    re.IGNORECASE)
SENTENCE = re.compile(
    r"[。？?！!]\s*$|ください|下さい|です(?:が|か|。|$)|ます(?:が|か|。|$)|ません|でしょうか|お願い|"
    r"\b(?:please|could|would|can you|thank|I|we)\b", re.IGNORECASE)
LONGEST_BLOCK = 12
LONGEST_DASHED = 20


def without_signature(lines: list[str]) -> list[str]:
    """The lines without the signature at their end, if there surely is one."""
    kept = _without_phone_lines(lines)
    for find in (_dashed, _ruled):
        cut = find(kept)
        if cut is not None:
            kept = _without_phone_lines(kept[:cut])
    return kept


def _without_phone_lines(lines: list[str]) -> list[str]:
    kept = list(lines)
    while kept and (not kept[-1].strip() or PHONE_LINE.match(kept[-1].strip())):
        kept.pop()
    return kept


def _dashed(lines: list[str]) -> int | None:
    """Where a signature begins with "-- " (RFC 3676), or None.

    A long text below two dashes is more likely a letter with a dividing line.
    """
    marks = [number for number, line in enumerate(lines) if DASHES.match(line)]
    if not marks or not any(line.strip() for line in lines[:marks[-1]]):
        return None
    below = [line for line in lines[marks[-1] + 1:] if line.strip()]
    asks = any(line.rstrip().endswith(("？", "?")) for line in below)
    return marks[-1] if len(below) <= LONGEST_DASHED and not asks else None


def _ruled(lines: list[str]) -> int | None:
    """Where a block begins that is ruled off and holds an address and no sentence, or None."""
    first = max(len(lines) - LONGEST_BLOCK, 1)
    for number in range(first, len(lines)):
        if not _is_rule(lines[number]):
            continue
        block = [line for line in lines[number + 1:] if line.strip() and not _is_rule(line)]
        above = next((line for line in reversed(lines[:number]) if line.strip()), "")
        if (block and above and EVIDENCE.search("\n".join(block))
                and not any(SENTENCE.search(line) for line in block)
                and not POINTS_BELOW.search(above.strip())):
            return number
    return None


def _is_rule(line: str) -> bool:
    marks = line.replace(" ", "").replace("\u3000", "")
    if len(marks) < 4:
        return False
    drawn = sum(
        character in RULE_CHARACTERS or unicodedata.category(character) == "So"
        for character in marks
    )
    return drawn == len(marks)
