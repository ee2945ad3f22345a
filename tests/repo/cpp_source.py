# SPDX-License-Identifier: Apache-2.0
"""Reads C++ without a compiler: blanks comments and literals, and finds includes."""
import re
from bisect import bisect_right
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""//[^\n]*(?:\\\n[^\n]*)*"""              # line comment
    r"""|/\*.*?\*/"""                           # block comment
    r"""|(?<!\w)(?:u8|[uUL])?R"([^()\\\s]{0,16})\(.*?\)\1\""""  # raw string
    r"""|"(?:\\.|[^"\\\n])*\""""                # string
    r"""|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",  # character, but no 10'000
    re.DOTALL | re.VERBOSE,
)
_JOINED = re.compile(r"\\[ \t]*\n")
_INCLUDE = re.compile(
    r"""^\s*(?:(?:\#|%:)\s*(?:include|include_next|import|__include_macros)\b"""
    r"""|(?:export\s+)?import\b(?=\s*[<":\w]))"""  # a module, or a header unit
    r"""\s*(?P<header>.*?)\s*;?\s*$""",
    re.VERBOSE,
)
_HEADER = re.compile(r'"([^"]+)"|<([^<>]+)>')


def blank_literals(text):
    """Replaces comments and the contents of literals by spaces; length and lines stay the same."""
    def blank(match):
        found = match.group(0)
        spaces = re.sub(r"[^\n]", " ", found)
        if found.startswith("/"):
            return spaces
        quote = found[-1]
        first = found.index(quote)
        return spaces[:first] + quote + spaces[first + 1:-1] + quote
    return _TOKEN.sub(blank, text)


@dataclass(frozen=True)
class Include:
    line: int
    is_quoted: bool
    header: str               # empty if it cannot be parsed, such as a macro's name


def includes(text):
    """Yields every include as the compiler sees it: joins lines first, then blanks comments."""
    pieces = _JOINED.split(text)
    cuts, end = [], 0
    for piece in pieces[:-1]:
        end += len(piece)
        cuts.append(end)
    joined = "".join(pieces)
    at = 0
    for line in _TOKEN.sub(_blank_but_strings, joined).split("\n"):
        found = _INCLUDE.match(line)
        if found:
            header = _HEADER.fullmatch(found.group("header"))
            start = at + len(line) - len(line.lstrip())
            number = 1 + joined.count("\n", 0, start) + bisect_right(cuts, start)
            quoted, angled = header.groups() if header else (None, None)
            yield Include(number, quoted is not None, quoted or angled or "")
        at += len(line) + 1


def _blank_but_strings(match):
    """Blanks comments and raw strings, which hold no includes, and keeps their length."""
    found = match.group(0)
    is_kept = found[0] in "\"'"
    return found if is_kept else " " * len(found)
