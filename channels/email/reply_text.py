"""What the sender wrote now: the text of a mail without quotations and signature.

A word that the sender wrote is never lost: where it is unclear whose words they are, they stay.
"""

import re
from functools import cache

from mailparser_reply.constants import MAIL_LANGUAGES
from mailparser_reply.parser import EmailMessage

from channels.email.signature import without_signature

# A line "> wrote:" is the end of an introduction that was broken after an address.
QUOTED = re.compile(r"^[ \t]{0,3}[>＞](?!\s{0,2}(?:wrote)?[:：]$)")
MARKS = re.compile(r"^[ \t>＞]+")
SEPARATOR = re.compile(
    r"^[ >＞]*(?:"
    r"[-_=*—]{2,}\s*(?:original (?:message|mail|appointment)|元のメッセージ|元のメール|"
    r"(?:begin )?forwarded (?:message|by .{1,80})|転送メッセージ|転送メール|"
    r"ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|"
    r"oorspronkelijk bericht|mensagem original|ursprungligt meddelande|originalmeddelande|"
    r"opprinnelig melding|oprindelig meddelelse|пересылаемое сообщение|исходное сообщение|"
    r"原始邮件|原始郵件|以下、元のメール|reply message)\s*[-_=*—]{2,}|"
    r"begin forwarded message:?|転送されたメッセージ[:：]?)\s*$",
    re.IGNORECASE)
RULE = re.compile(r"^[ >＞]*[-_―ー─━=—]{5,}\s*$")
# The first field of a quoted header names the sender; the next ones when, to whom, about what.
FROM_FIELD = re.compile(
    r"^[ >＞]*[*＊]?(?:from|差出人|送信者|送信元|発信者|von|de|da|van|od|från|fra|от|від|发件人|"
    r"寄件者|보낸 ?사람)"
    r"\s*[*＊]?\s*[:：][*＊]?\s*\S", re.IGNORECASE)
OTHER_FIELD = re.compile(
    r"^[ >＞]*[*＊]?(?:sent|date|to|cc|subject|reply[ -]to|送信日時|受信日時|日時|日付|送信日|"
    r"宛先(?:\(to\))?|件名|題名|gesendet|datum|an|betreff|envoyé|date|à|"
    r"objet|"  # codespell:ignore objet
    r"enviado(?: el)?|fecha|para|asunto|inviato|"
    r"data|a|oggetto|risposta|verzonden|aan|onderwerp|wysłano|do|temat|skickat|till|ämne|sendt|"
    r"til|emne|отправлено|дата|кому|тема|发送时间|收件人|主题|日期|寄件日期|收件者|主旨|"
    r"보낸 ?날짜|받는 ?사람|제목)"
    r"\s*[*＊]?\s*[:：]", re.IGNORECASE)
# A line that says who wrote the words below it, and when.
JAPANESE_WROTE = re.compile(
    r"^(?=.{6,300}$)"
    r"(?:.{0,40}\d{4}[年/.-]\s?\d{1,2}[月/.-]\s?\d{1,2}日?.{0,200}|.{1,120}(?:は|が|より))"
    r"(?:[<＜(（][^<>\s]{1,100}@[^<>\s]{1,150}[>＞)）].{0,30}[:：]|"
    r"(?:さん|様|氏)?(?:は|が)?(?:次のように)?(?:書きました|さんは書きました|wrote|のメール)[。:：]*|さん:)\s*$",
    re.IGNORECASE)
DATED = re.compile(r"\d{1,4}[年./月:-]\s?\d{1,2}|\b(?:19|20)\d\d\b")
ADDRESSED = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|<mailto:|\[mailto:")
WROTE = re.compile(
    r"\b(?:wrote|writes|said|schrieb|a écrit|écrit|escribió|escreveu|ha scritto|schreef|skrev|"
    r"napisał\w*|написал\w*|пишет|kirjoitti|yazdı|geschreven|napsal|pisao)\b|写道|寫道|작성|書きました|来信",
    re.IGNORECASE)
LANGUAGES = ("en", "ja", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs", "ko", "zh")
LONGEST_HEADER_LINE = 400
MOST_HEADER_LINES = 4


def new_text(text: str, *, is_reply: bool = False) -> str:
    """The sender's own new words; the whole text if nothing else would remain.

    `is_reply`: the mail's header says that it answers another; then a quotation that nothing
    introduces is taken away as well.
    """
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    kept, had_header = _without_quotations(lines)
    if had_header or is_reply:
        kept = _without_marked_lines(kept)
    found = _tidy(without_signature(kept))
    return found or _tidy(_without_marked_lines(lines)) or _tidy(lines)


def _without_quotations(lines: list[str]) -> tuple[list[str], bool]:
    """The lines above the first unmarked quotation, with the lines that introduce marked ones
    taken out; and whether there was either."""
    kept: list[str] = []
    had_header, position = False, 0
    while position < len(lines):
        if QUOTED.match(lines[position]):
            # Some programs mark the introduction like the quotation.
            had_header = had_header or _says_wrote(MARKS.sub("", lines[position]))
            kept.append(lines[position])
            position += 1
            continue
        if _begins_quoted_mail(lines, position) and any(map(_is_own, kept)):
            return _without_rule(kept), True
        length = _introduction(lines, position)
        if length:
            had_header = True
            if not _marked_follows(lines, position + length):
                if any(map(_is_own, kept)):
                    return kept, True
                # Nothing above it: the sender writes below, or only passes the mail on.
                kept += lines[position:position + length]
            position += length
            continue
        kept.append(lines[position])
        position += 1
    return kept, had_header


def _begins_quoted_mail(lines: list[str], position: int) -> bool:
    line = lines[position]
    if len(line) > LONGEST_HEADER_LINE:
        return False
    if SEPARATOR.match(line):
        return True
    following = [near for near in lines[position + 1:position + 8] if near.strip()][:5]
    if FROM_FIELD.match(line):
        return sum(bool(OTHER_FIELD.match(near)) for near in following) >= 2
    # Some programs write the date first.
    return bool(OTHER_FIELD.match(line)) and bool(following) and any(
        FROM_FIELD.match(near) for near in following[:2]
    ) and sum(bool(OTHER_FIELD.match(near)) for near in following) >= 2


def _introduction(lines: list[str], position: int) -> int:
    """How many lines from here say "… wrote:"; 0 if they do not."""
    if not lines[position].strip():
        return 0
    for length in range(1, MOST_HEADER_LINES + 1):
        window = lines[position:position + length]
        if len(window) < length or not window[-1].strip() or QUOTED.match(window[-1]):
            return 0
        joined = " ".join(line.strip() for line in window)
        if len(joined) > LONGEST_HEADER_LINE:
            return 0
        if _says_wrote(joined):
            return length
        if _marked_follows(lines, position + length) and (JAPANESE_WROTE.match(joined) or (
                joined.endswith((":", "："))
                and (DATED.search(joined) or ADDRESSED.search(joined)))):
            return length
    return 0


def _says_wrote(line: str) -> bool:
    """Whether the line names a moment or an address, and says that somebody wrote."""
    line = line.strip().strip("-").strip()
    if len(line) > LONGEST_HEADER_LINE or not (DATED.search(line) or ADDRESSED.search(line)):
        return False
    if JAPANESE_WROTE.match(line):
        return True
    if not line.endswith((":", "：", "wrote")):
        return False
    is_whole = bool(DATED.search(line) and ADDRESSED.search(line) and WROTE.search(line))
    return is_whole or bool(_wrote_pattern().match(line))


@cache
def _wrote_pattern() -> "re.Pattern[str]":
    """The library's knowledge of how "On … wrote:" is said in many languages."""
    known = [language for language in LANGUAGES if language in MAIL_LANGUAGES]
    message = EmailMessage(text="", languages=known)
    headers = [MAIL_LANGUAGES[language].get("wrote_header", "") for language in known]
    assert message.HEADER_REGEX  # the library's own compilation still accepts these languages
    return re.compile("|".join(f"(?:{header})" for header in headers if header), re.IGNORECASE)


def _marked_follows(lines: list[str], position: int) -> bool:
    following = next((line for line in lines[position:position + 4] if line.strip()), "")
    return bool(QUOTED.match(following))


def _without_marked_lines(lines: list[str]) -> list[str]:
    return [line for line in lines if not QUOTED.match(line)]


def _without_rule(lines: list[str]) -> list[str]:
    """Without the ruled line that some programs draw above what they quote."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept[:-1] if kept and RULE.match(kept[-1]) else kept


def _is_own(line: str) -> bool:
    return bool(line.strip()) and not any(
        pattern.match(line) for pattern in (QUOTED, RULE, SEPARATOR)
    )


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
