"""LibreOffice's help in both languages, out of two Debian packages (MPL-2.0).

Each paragraph of a page has the same id in every language, so that the pages are aligned exactly.
"""

import html
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("libreoffice-help-en-us", "libreoffice-help-ja")
_TEXTS = {"en": "en-US", "ja": "ja"}
_BLOCK = re.compile(r'<(p|h[1-6])\b[^>]*\bid="([^"]+)"[^>]*>(.*?)</\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_SPACES = re.compile(r"\s+")
_JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_PARAGRAPHS_OF_A_SECTION = 5


@dataclass(frozen=True)
class Block:
    """A heading or a paragraph in both languages."""

    heading: bool
    english: str
    japanese: str


def fetch_pages(cache: Path) -> Path:
    """Return the folder of the unpacked packages, downloaded with apt-get if it is not there.

    Raises RuntimeError where there is no Debian package tool.
    """
    folder = cache / "office-help"
    if (folder / "usr").is_dir():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(["apt-get", "download", *PACKAGES], cwd=folder, check=True)  # noqa: S603, S607
        for package in sorted(folder.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError(
            f"{' and '.join(PACKAGES)} could not be fetched with apt-get ({error}); unpack these "
            f"Debian packages into {folder}."
        ) from error
    return folder


def read_pages(folder: Path) -> list[list[Block]]:
    """Return the blocks of every page that exists in both languages, in a fixed order."""
    texts = {
        language: folder / "usr/share/libreoffice/help" / name / "text"
        for language, name in _TEXTS.items()
    }
    pages = []
    for file in sorted(texts["ja"].rglob("*.html")):
        english = texts["en"] / file.relative_to(texts["ja"])
        if english.exists():
            pages.append(list(_aligned(_blocks(english), _blocks(file))))
    return pages


def paragraph_pairs(pages: Sequence[Sequence[Block]]) -> list[tuple[str, str]]:
    """Return (English, Japanese) of each block, each pair once."""
    return list(dict.fromkeys((b.english, b.japanese) for page in pages for b in page))


def stretches(pages: Sequence[Sequence[Block]], blocks: int) -> Iterator[tuple[str, str]]:
    """Yield (English, Japanese) of every so many blocks that follow each other on a page."""
    for page in pages:
        for start in range(0, len(page) - 1, blocks):
            part = page[start : start + blocks]
            yield " ".join(b.english for b in part), " ".join(b.japanese for b in part)


def sections(pages: Sequence[Sequence[Block]]) -> Iterator[tuple[str, str]]:
    """Yield (heading, the text below it) within each language and across, as a question finds
    its answer."""
    for page in pages:
        for at, block in enumerate(page):
            if not block.heading:
                continue
            below = []
            for following in page[at + 1 : at + 1 + _PARAGRAPHS_OF_A_SECTION]:
                if following.heading:
                    break
                below.append(following)
            if below:
                english = " ".join(b.english for b in below)
                japanese = " ".join(b.japanese for b in below)
                yield block.japanese, japanese
                yield block.english, english
                yield block.japanese, english
                yield block.english, japanese


def _aligned(english: dict[str, Block], japanese: dict[str, Block]) -> Iterator[Block]:
    for key, block in japanese.items():
        other = english.get(key)
        if other and block.japanese != other.english and _JAPANESE.search(block.japanese):
            yield Block(block.heading, other.english, block.japanese)


def _blocks(file: Path) -> dict[str, Block]:
    blocks = {}
    for tag, key, content in _BLOCK.findall(file.read_text(encoding="utf-8")):
        text = html.unescape(_SPACES.sub(" ", _TAG.sub("", content))).strip()
        if text:
            blocks[key] = Block(tag != "p", text, text)
    return blocks
