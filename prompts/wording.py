"""How dates, money, ages and names are said in each language (CLDR data through Babel)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from jinja2 import pass_context

Filters = Mapping[str, Callable[..., Any]]


def filters(
    language: str, time_zone: ZoneInfo, words: Mapping[str, Mapping[str, str]]
) -> Filters:
    """The filters that articles and texts may use, bound to one reader's language and zone.

    `words` are the company's words for the choices of facts. `when` says the year of a day that
    is far from the `today` of the template.
    """

    @pass_context
    def when_from_today(context: Mapping[str, Any], value: Any) -> str:
        return when(value, language, time_zone, context.get("today"))

    return {
        "when": when_from_today,
        "money": lambda value: money(value, language),
        "age": lambda value: age(value, language),
        "number": lambda value: format_decimal(_number(value), locale=_locale(language)),
        "honorific": lambda value: honorific(value, language),
        "names": lambda value, suffix="": listed(value, language, suffix),
        "service": lambda value: words.get(str(value), {}).get(language, str(value)),
    }


def when(value: Any, language: str, time_zone: ZoneInfo, today: Any = None) -> str:
    """A date or a moment in words: 12月3日（木）14時30分; Thursday 3 December at 2:30 pm.

    A day in another year than `today`, and more than three months away, has its year.
    """
    if isinstance(value, datetime):
        local = value.astimezone(time_zone)
        day = when(local.date(), language, time_zone, today)
        if language == "ja":
            clock = f"{local.hour}時{local.minute}分" if local.minute else f"{local.hour}時"
            return day + clock
        pattern = "h:mm a" if local.minute else "h a"
        return f"{day} at {format_time(local, pattern, locale='en_GB').lower()}"
    if not isinstance(value, date):
        # A missing fact refuses to become text; anything else is said as it is.
        return str(value)
    far = (
        isinstance(today, date) and value.year != today.year and abs((value - today).days) > 92
    )
    if language == "ja":
        return format_date(value, "y年M月d日" if far else "M月d日（E）", locale="ja")
    return format_date(value, "d MMMM y" if far else "EEEE d MMMM", locale="en_GB")


def day_and_year(value: date, language: str) -> str:
    """A day long ago, with its year."""
    pattern = "y年M月d日" if language == "ja" else "d MMMM y"
    return format_date(value, pattern, locale=_locale(language))


def stamp(value: datetime, language: str, time_zone: ZoneInfo) -> str:
    """A moment for lists: 2026/11/23 14:30; 23 Nov 2026, 14:30."""
    pattern = "y/MM/dd HH:mm" if language == "ja" else "d MMM y, HH:mm"
    return format_datetime(value.astimezone(time_zone), pattern, locale=_locale(language))


def money(value: Any, language: str) -> str:
    """An amount of yen: 6,600円; ¥6,600."""
    amount = format_decimal(_number(value), locale=_locale(language))
    return f"{amount}円" if language == "ja" else f"¥{amount}"


def age(months: Any, language: str) -> str:
    """An age from whole months: 8か月, 2歳3か月; 8 months, 2 years 3 months."""
    years, rest = divmod(int(_number(months)), 12)
    if language == "ja":
        return (f"{years}歳" if years else "") + (f"{rest}か月" if rest or not years else "")
    parts = [_counted(years, "year")] if years else []
    if rest or not years:
        parts.append(_counted(rest, "month"))
    return " ".join(parts)


def honorific(name: Any, language: str) -> str:
    """A person's name as they are addressed: 佐藤様 (the family name alone); Emily Carter."""
    text = str(name).strip()
    if language != "ja":
        return text
    is_japanese = any(ord(character) > 0x2E80 for character in text)
    return (text.replace("　", " ").split(" ")[0] if is_japanese else text) + "様"


def listed(items: Iterable[Any], language: str, suffix: str = "") -> str:
    """Names as a list in words: モカちゃんとソラちゃん; Moka and Sora."""
    names = [f"{getattr(item, 'name', item)}{suffix}" for item in items]
    if not names:
        return str(items) if not isinstance(items, list) else ""
    if language == "ja":
        return "と".join(names) if len(names) < 3 else "、".join(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _number(value: Any) -> float | int:
    if isinstance(value, int | float):
        return value
    number = float(value)
    return int(number) if number.is_integer() else number


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _locale(language: str) -> str:
    return "ja" if language == "ja" else "en_GB"
