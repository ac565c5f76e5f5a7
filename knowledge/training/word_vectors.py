"""Reads the chiVe word vectors (Manabe et al., 2019; Apache-2.0) out of the ja-ginza wheel.

Only `vocab/vectors`, `vocab/key2row` and `vocab/strings.json` are read; the parser's weights in the
same wheel have another licence and are left alone.
"""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sudachipy import Dictionary, SplitMode

from knowledge.text import segments

WHEEL = "ja_ginza-5.3.0-py3-none-any.whl"
_FOLDER = "ja_ginza/ja_ginza-5.3.0/vocab"
_MASK = (1 << 64) - 1
_MULTIPLIER = 0xC6A4A7935BD1E995


def fetch_wheel(cache: Path) -> Path:
    """Return the wheel's path in the cache folder, downloaded with pip if it is not there."""
    wheel = cache / WHEEL
    if not wheel.exists():
        cache.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(cache)]
        subprocess.run([*pip, "ja-ginza==5.3.0"], check=True)  # noqa: S603
    return wheel


def read_word_vectors(wheel: Path) -> tuple[dict[str, int], NDArray[np.float32]]:
    """Return (word to row, rows of 300): about 480,000 words share 20,000 rows."""
    with zipfile.ZipFile(wheel) as archive:
        vectors = np.load(io.BytesIO(archive.read(f"{_FOLDER}/vectors")))
        row_of_hash = _read_key2row(archive.read(f"{_FOLDER}/key2row"))
        strings = json.loads(archive.read(f"{_FOLDER}/strings.json"))
    row_of: dict[str, int] = {}
    for word in strings:
        row = row_of_hash.get(_murmur64(word.encode()))
        if row is not None:
            row_of[word] = row
    return row_of, np.asarray(vectors, dtype=np.float32)


def _read_key2row(data: bytes) -> dict[int, int]:
    """Return {hash: row} from a msgpack map of unsigned integers."""
    size, at = _unsigned(data, 0) if data[0] not in (0xDE, 0xDF) else _map_size(data)
    rows: dict[int, int] = {}
    for _ in range(size):
        key, at = _unsigned(data, at)
        rows[key], at = _unsigned(data, at)
    return rows


def _map_size(data: bytes) -> tuple[int, int]:
    width = 2 if data[0] == 0xDE else 4
    return int.from_bytes(data[1 : 1 + width], "big"), 1 + width


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    """Return (the integer at this offset, the offset after it)."""
    tag = data[at]
    if tag < 0x80:
        return tag, at + 1
    width = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}[tag]
    return int.from_bytes(data[at + 1 : at + 1 + width], "big"), at + 1 + width


def _murmur64(data: bytes) -> int:
    """Return MurmurHash64A with seed 1 (Appleby, 2008), which spaCy keys its vectors by."""
    value = (1 ^ (len(data) * _MULTIPLIER)) & _MASK
    whole = len(data) & ~7
    for at in range(0, whole, 8):
        block = (int.from_bytes(data[at : at + 8], "little") * _MULTIPLIER) & _MASK
        block = ((block ^ (block >> 47)) * _MULTIPLIER) & _MASK
        value = ((value ^ block) * _MULTIPLIER) & _MASK
    if whole < len(data):
        value = ((value ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER) & _MASK
    value = ((value ^ (value >> 47)) * _MULTIPLIER) & _MASK
    return value ^ (value >> 47)


def dictionary_words(words: Iterable[str]) -> list[str]:
    """Return those that Sudachi's dictionary has as one word in normal form, no personal names."""
    tokenizer = Dictionary().tokenizer()
    kept = []
    for word in words:
        morphemes = tokenizer.tokenize(word, SplitMode.A)
        if len(morphemes) != 1 or morphemes[0].is_oov():
            continue
        name = morphemes[0].part_of_speech()[2] == "人名"
        found = list(segments(word))
        if not name and len(found) == 1 and found[0].text == word:
            kept.append(word)
    return kept
