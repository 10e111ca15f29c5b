"""Bytes to text: a text file's encoding, told by evidence, and the sign that separates its cells.

A file that is valid UTF-8 throughout is UTF-8. Otherwise every candidate decodes a sample of the
parts that are not ASCII and is scored by how much the result looks like words.
"""

import codecs
import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_AROUND = 24
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In order of likelihood: of two that score the same the former is taken.
_CANDIDATES = ("gb18030", "shift_jis", "cp1252", "cp850", "cp437")
_DELIMITERS = ",;\t|"
# A UTF-8 file with some bytes of an older editor in between is still a UTF-8 file.
_MIXED = "orderflow-cp1252"
_STRAY_SHARE = 0.1


@dataclass(frozen=True)
class TextForm:
    """How a text file is to be read; `errors` is the codec's error handler."""

    encoding: str
    delimiter: str
    errors: str = "replace"


def text_form(path: Path) -> TextForm:
    """Look at the bytes of a file and say how to read it as a table."""
    head = _head(path)
    encoding, errors = _encoding(path, head)
    text = head.decode(encoding, "replace")
    return TextForm(encoding, delimiter(text), errors)


def _encoding(path: Path, head: bytes) -> tuple[str, str]:
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    if marked:
        return marked, "replace"
    if wide := _utf16_without_mark(head):
        return wide, "replace"
    sample, good, bad = _foreign_parts(path)
    if not bad:
        return "utf-8", "replace"
    if good and bad <= _STRAY_SHARE * (good + bad):
        return "utf-8", _MIXED
    return best_encoding(sample), "replace"


def best_encoding(sample: bytes) -> str:
    """Return the candidate under which the sample reads most like text."""
    scores = [(_score(sample, name), -rank, name) for rank, name in enumerate(_CANDIDATES)]
    return max(scores)[2]


def delimiter(text: str) -> str:
    """Return the sign that cuts the first lines into the same number of cells, most of them."""
    lines = [line for line in text.splitlines()[:50] if line.strip()][:-1] or text.splitlines()
    return max(_DELIMITERS, key=lambda sign: (_regularity(lines, sign), -_DELIMITERS.index(sign)))


def _regularity(lines: list[str], sign: str) -> float:
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign)]
    except csv.Error:
        # A quotation mark that is never closed: count signs instead of cells.
        widths = [line.count(sign) + 1 for line in lines]
    widest = max(widths, default=0)
    if widest < 2:
        return 0.0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    usual = usual if usual > 1 else widest
    return usual * widths.count(usual) / len(widths)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE)


def _utf16_without_mark(head: bytes) -> str:
    # ASCII text as UTF-16 has a NUL in every other byte.
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > half * 0.6 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.6 and not odd else ""


def _foreign_parts(path: Path) -> tuple[bytes, int, int]:
    """Return a sample around non-ASCII bytes and how many runs are and are not valid UTF-8."""
    sample, good, bad = bytearray(), 0, 0
    for line in _foreign_lines(path):
        try:
            line.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            bad += 1
            if len(sample) < _SAMPLE:
                sample += _excerpt(line)
    return bytes(sample), good, bad


def _foreign_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        rest = b""
        while chunk := file.read(_CHUNK):
            whole, cut, tail = (rest + chunk).rpartition(b"\n")
            if not cut:
                whole, tail = tail, b""
            rest = tail
            if not whole.isascii():
                yield from (line for line in whole.split(b"\n") if not line.isascii())
        if not rest.isascii():
            yield rest


def _excerpt(line: bytes) -> bytes:
    """Keep the separators around foreign bytes, for a double byte may swallow one."""
    return line.rstrip(b"\r")[: 64 * _AROUND] + b"\n"


def _score(sample: bytes, encoding: str) -> float:
    """Points per foreign character: letters that go with their neighbours gain, oddities lose."""
    text = sample.decode(encoding, "replace")
    foreign = [(text[i - 1 : i], char, text[i + 1 : i + 2]) for i, char in _foreign(text)]
    if not foreign:
        return -10.0
    points = sum(_points(before, char, after, encoding) for before, char, after in foreign)
    return points / len(foreign)


def _foreign(text: str) -> Iterator[tuple[int, str]]:
    return ((i, char) for i, char in enumerate(text) if char > "\x7f")


def _points(before: str, char: str, after: str, encoding: str) -> float:
    if char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cn", "Co"):
        return -8.0
    if encoding in ("gb18030", "shift_jis"):
        return _east_asian(before, char, after, encoding)
    return _western(before, char, after)


# The 1st level of GB 2312: the 3,755 characters that make up 99.7 % of modern Chinese text.
def _is_common_chinese(char: str) -> bool:
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


def _east_asian(before: str, char: str, after: str, encoding: str) -> float:
    if "\uff61" <= char <= "\uff9f":
        # Half-width katakana are single bytes: any byte soup decodes to them.
        return -1.0
    if "\u3040" <= char <= "\u30ff":
        return 2.0 if encoding == "shift_jis" else -0.5
    if not "\u4e00" <= char <= "\u9fff":
        return 0.5 if unicodedata.category(char)[0] in "PS" else -3.0
    # A single ideogram between Latin letters is two Latin bytes taken for one.
    if (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha()):
        return -2.0
    if encoding == "gb18030":
        return 1.5 if _is_common_chinese(char) else -1.0
    return 1.0 if _is_common_japanese(char) else -1.0


def _is_common_japanese(char: str) -> bool:
    code = char.encode("shift_jis", "ignore")
    return len(code) == 2 and 0x88 <= code[0] <= 0x97


_WESTERN = frozenset("äöüßÄÖÜéèêëáàâãåæçíìîïñóòôõøúùûýÉÈÀÁÅÆÇÑÓÖØÚœŒšŽžŠÍÂÊÎÔ")
_SIGNS = frozenset("€£¥°§´’‘“”–—…«»·®©™¿¡ªº")


def _western(before: str, char: str, after: str) -> float:
    if char in _WESTERN:
        beside = (before + after).strip()
        odd_case = char.isupper() and before.isalpha() and before.islower()
        return -1.5 if odd_case else (1.5 if any(c.isalpha() for c in beside) else 0.2)
    if char in _SIGNS:
        inside = before.isalpha() and after.isalpha() and char not in "’´·"
        return -1.0 if inside else 0.6
    if "\u2500" <= char <= "\u259f" or char in "¤¦¨¬¯¸¹²³¼½¾×÷±µ¶":
        return -2.0
    return -0.5


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


codecs.register_error(_MIXED, _as_cp1252)
