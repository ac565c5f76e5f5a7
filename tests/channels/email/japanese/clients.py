"""How mail programs in Japan really write: their header fields, quotations and encodings.

`python tests/channels/email/japanese/clients.py` writes each mail of `mails.yaml` into `mails/`.
"""

import base64
import quopri
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SHOP, SHOP_ADDRESS = "ハルノワ相談窓口", "support@harunowa.example"
OLDER = ["佐藤様", "", "ハルノワ相談窓口でございます。", "ご予約は12月3日（木）15時で承りました。",
         "ご都合はいかがでしょうか。", "", "ハルノワ相談窓口", "TEL 03-0000-0001"]


@dataclass(frozen=True)
class Client:
    """A mail program: how it introduces a quotation, marks it, and what its header says."""

    intro: str
    mark: str = "> "
    charset: str = "utf-8"
    encoding: str = "base64"
    fields: tuple[str, ...] = ()
    parameters: str = ""
    html: str = ""


CLIENTS = {
    name: Client(**{**given, "fields": tuple(given.get("fields", ()))})
    for name, given in yaml.safe_load(
        (HERE / "clients.yaml").read_text(encoding="utf-8")).items()
}


def written(spec: dict[str, Any]) -> bytes:
    """The mail's bytes."""
    client = CLIENTS[spec["client"]]
    charset, encoding = spec.get("charset", client.charset), spec.get("encoding", client.encoding)
    label = spec.get("label", charset)
    text = _filled(spec["write"], client)
    kind = "html" if spec.get("only") == "html" else "plain"
    body = _page(text, client) if kind == "html" else text
    part = _part(body, kind, charset, label, encoding, client.parameters)
    if client.html and spec.get("only", "both") == "both":
        page = _part(_page(text, client), "html", charset, label, encoding, "")
        part = _several("alternative", part, page)
    for name, content in spec.get("files", {}).items():
        part = _several("mixed", part, _file(name, content.encode("latin-1")))
    return _head(spec, client, charset) + part


def _filled(template: str, client: Client) -> str:
    intro = client.intro.format(shop=SHOP, address=SHOP_ADDRESS)
    quoted = [f"{client.mark}{line}".rstrip(" ") if client.mark else line for line in OLDER]
    if intro.endswith("\ufeff"):
        quoted[0] = OLDER[0]
    gap = "" if intro.endswith("\ufeff") else "\n"
    whole = intro + gap + "\n".join(quoted)
    values = {"QUOTE": whole, "INTRO": intro.rstrip("\n> \ufeff"), "Q1": quoted[3], "Q2": quoted[4]}
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template.rstrip("\n") + "\n"


def _page(text: str, client: Client) -> str:
    """The same text as the program's HTML."""
    own, mark, rest = text.partition(client.intro.format(shop=SHOP, address=SHOP_ADDRESS))
    def lines(value: str) -> str:
        return "".join(f"<div>{line or '<br>'}</div>" for line in value.strip("\n").split("\n"))
    older = "<br>".join(line.removeprefix(client.mark) for line in rest.strip("\n").split("\n"))
    intro = mark.strip("\n").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    pages: dict[str, Callable[[], str]] = {
        "gmail": lambda: f'<div dir="ltr">{lines(own)}</div><br><div class="gmail_quote '
        f'gmail_quote_container"><div dir="ltr" class="gmail_attr">{intro}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid '
        f'rgb(204,204,204);padding-left:1ex">{older}</blockquote></div>',
        "apple": lambda: '<html><body style="overflow-wrap: break-word; -webkit-nbsp-mode: '
        f'space;">{lines(own)}<div><br><blockquote type="cite"><div>{intro}</div><br>'
        f"<div>{older}</div></blockquote></div></body></html>",
        "outlook": lambda: '<html><head><meta http-equiv="Content-Type" content="text/html; '
        'charset=utf-8"><style type="text/css" style="display:none;"> P {margin-top:0;} </style>'
        f'</head><body dir="ltr"><div class="elementToProof">{lines(own)}</div><hr '
        'style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr">'
        f"{_bold(intro)}</div><div>{older}</div></body></html>",
    }
    return pages[client.html or "gmail"]() if mark else f"<html><body>{lines(own)}</body></html>"


def _bold(intro: str) -> str:
    lines = [line for line in intro.split("<br>") if "：" in line or ": " in line]
    return "<br>".join(
        "<b>{0}:</b>{2}".format(*line.partition(":")) if ":" in line else line for line in lines)


def _encoded(text: str, charset: str) -> bytes:
    if charset == "iso-2022-jp-ms":
        return _jis_ms(text)
    codec = {"iso-2022-jp": "iso2022_jp", "shift_jis": "cp932", "euc-jp": "euc_jp"}
    return text.encode(codec.get(charset, charset))


def _jis_ms(text: str) -> bytes:
    """ISO-2022-JP as Windows programs write it: vendor characters and half-width kana."""
    data, mode = b"", b"\x1b(B"
    for character in text:
        sjis = character.encode("cp932")
        if len(sjis) == 2:
            wanted, code = b"\x1b$B", _jis_of(sjis)
        elif sjis[0] >= 0xA1:
            wanted, code = b"\x1b(I", bytes([sjis[0] & 0x7F])
        else:
            wanted, code = b"\x1b(B", sjis
        data += (wanted if wanted != mode else b"") + code
        mode = wanted
    return data + (b"\x1b(B" if mode != b"\x1b(B" else b"")


def _jis_of(sjis: bytes) -> bytes:
    high, low = sjis
    row = (high - (0x71 if high < 0xA0 else 0xB1)) * 2 + 1
    if low >= 0x9F:
        return bytes([row + 1, low - 0x7E])
    return bytes([row, low - (0x1F if low < 0x7F else 0x20)])


def _part(
    text: str, kind: str, charset: str, label: str, encoding: str, parameters: str
) -> bytes:
    data = _encoded(text.replace("\n", "\r\n"), charset)
    declared = f'; charset="{label.removesuffix("-ms")}"' if label else ""
    head = f"Content-Type: text/{kind}{declared}{parameters if kind == 'plain' else ''}\r\n"
    if encoding == "base64":
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        data = quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return f"{head}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + data


def _several(kind: str, *parts: bytes) -> bytes:
    boundary = f"----=_Part_{kind}_000"
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(b"--" + boundary.encode() + b"\r\n" + part.rstrip(b"\r\n") + b"\r\n"
                           for part in parts) + f"--{boundary}--\r\n".encode()


def _file(name: str, content: bytes) -> bytes:
    """A file with its name as most programs in Japan write it: an encoded word in quotes."""
    word = _word(name, "iso-2022-jp")
    return (f'Content-Type: image/jpeg;\r\n name="{word}"\r\nContent-Disposition: attachment;\r\n'
            f' filename="{word}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            ).encode() + base64.encodebytes(content)


def _word(text: str, charset: str) -> str:
    data = base64.b64encode(_encoded(text, charset)).decode()
    return f"=?{charset.removesuffix('-ms')}?B?{data}?="


def _words(text: str, charset: str) -> str:
    """Encoded words of which each holds a few bytes, whatever characters that cuts in two."""
    data = _encoded(text, charset)
    pieces = [data[start:start + 20] for start in range(0, len(data), 20)]
    return "\r\n ".join(f"=?{charset}?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def _head(spec: dict[str, Any], client: Client, charset: str) -> bytes:
    name, subject = spec.get("name", "佐藤 美咲"), spec.get("subject", "Re: 予約について")
    style = spec.get("words", "whole")
    word_charset = charset if charset in ("utf-8", "iso-2022-jp", "iso-2022-jp-ms", "shift_jis",
                                          "euc-jp") else "utf-8"
    def shown(text: str) -> bytes:
        if style == "raw":
            return _encoded(text, charset)
        return (_words if style == "split" else _word)(text, word_charset).encode()
    address = spec.get("from", "misaki.sato@mail.example")
    reply = [b"In-Reply-To: <out-0123456789abcdef@harunowa.example>",
             b"References: <out-0123456789abcdef@harunowa.example>"]
    lines = [
        b"MIME-Version: 1.0" if not any("ime-Version" in one for one in client.fields) else b"",
        *(field.encode() for field in client.fields),
        b"Date: Tue, 3 Nov 2026 11:02:00 +0900",
        f"Message-ID: <{spec['file']}@mail.example>".encode(),
        *(reply if spec.get("reply", True) else []),
        b"Subject: " + shown(subject), b"From: " + shown(name) + f" <{address}>".encode(),
        f"To: {SHOP_ADDRESS}".encode(),
    ]
    return b"\r\n".join(line for line in lines if line) + b"\r\n"


def main() -> None:
    """Writes all mails."""
    (HERE / "mails").mkdir(exist_ok=True)
    for spec in yaml.safe_load((HERE / "mails.yaml").read_text(encoding="utf-8")):
        (HERE / "mails" / f"{spec['file']}.eml").write_bytes(written(spec))


if __name__ == "__main__":
    main()
