# SPDX-License-Identifier: Apache-2.0
"""Measures C++ without a compiler: comments and literals are blanked, then braces are matched."""
import re
from bisect import bisect_right
from dataclasses import dataclass, field

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
_TYPE_HEAD = re.compile(r"^(?:typedef\s+|static\s+|inline\s+|const\w*\s+|friend\s+)*"
                        r"(?:class|struct|union|enum)\b")
_TYPE_TAIL = re.compile(r"\b(?:class|struct|union|enum)\b[^()]*$")
_NAMESPACE = re.compile(r"\bnamespace\b[\w:\s]*$|\bextern\s*\"\s*\"\s*$")
_ACCESS_WORDS = {"public", "private", "protected"}
_AFTER_PARAMETERS = re.compile(r"\)[^()]*(?<!:):(?!:)")
_LAMBDA_WITHOUT_PARAMETERS = re.compile(r"=\s*\[[^\[\]]*\]$")
_BODY_WORDS = {"const", "noexcept", "override", "final", "try", "mutable"}


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


def blank_preprocessor(text):
    """Blanks directives, and every branch of an #if but the first, so that braces balance."""
    out, skipping, continued = [], [], False
    for line in text.split("\n"):
        stripped = line.lstrip()
        is_directive = continued or stripped.startswith("#")
        if stripped.startswith("#") and not continued:
            word = stripped[1:].lstrip()
            if word.startswith("if"):
                skipping.append(False)
            elif word.startswith("el") and skipping:
                skipping[-1] = True
            elif word.startswith("endif") and skipping:
                skipping.pop()
        continued = is_directive and line.endswith("\\")
        out.append("" if is_directive or any(skipping) else line)
    return "\n".join(out)


@dataclass(frozen=True)
class Function:
    name: str
    first_line: int
    last_line: int

    @property
    def lines(self):
        return self.last_line - self.first_line + 1


@dataclass
class _Frame:
    kind: str                 # scope, function, block or init
    head: str = ""            # the text since the last ; { or } at this level
    head_line: int = 0
    saved: str = ""
    saved_line: int = 0
    name: str = field(default="")


def functions(text):
    """Finds every function body outside of another function, including test cases."""
    clean = blank_preprocessor(blank_literals(text))
    found, stack, line = [], [_Frame("scope")], 1
    for c in clean:
        frame = stack[-1]
        if c == "{":
            _open(stack, line)
        elif c == "}" and len(stack) > 1:
            _close(stack, line, found)
        elif c == ";" and _depth(frame.head) == 0:
            frame.head, frame.head_line = "", 0
        elif c == ":" and frame.head.strip() in _ACCESS_WORDS:
            frame.head, frame.head_line = "", 0
        elif frame.kind not in ("function", "block"):
            if not frame.head.strip() and not c.isspace():
                frame.head_line = line
            frame.head += c
        line += c == "\n"
    return found


def _open(stack, line):
    frame = stack[-1]
    kind = _kind(frame)
    head = " ".join(frame.head.split())
    stack.append(_Frame(kind, saved=head, saved_line=frame.head_line or line, name=_name(head)))
    frame.head = ""


def _close(stack, line, found):
    closed = stack.pop()
    if closed.kind == "function":
        found.append(Function(closed.name, closed.saved_line, line))
    if closed.kind == "init":  # int x{1}; or a member initialiser: the declaration continues
        stack[-1].head, stack[-1].head_line = closed.saved + "{}", closed.saved_line
    else:
        stack[-1].head, stack[-1].head_line = "", 0


def _kind(frame):
    if frame.kind in ("function", "block"):
        return "block"
    head = " ".join(frame.head.split())
    if _depth(head) > 0 or frame.kind == "init":
        return "init"
    if _NAMESPACE.search(head):
        return "scope"
    plain = _without_templates(head)
    if _TYPE_TAIL.search(plain) or (_TYPE_HEAD.match(plain) and _is_type(plain)):
        return "scope"
    if _LAMBDA_WITHOUT_PARAMETERS.search(head):
        return "function"
    if "(" not in plain or plain.endswith("=") or _is_member_initialiser(plain):
        return "init"
    return "function"


def _is_type(plain):
    bare = re.sub(r"\[\[.*?\]\]|\balignas\s*\([^()]*\)|__attribute__\s*\(\(.*?\)\)", "", plain)
    return "(" not in bare.split(":", 1)[0]


def _is_member_initialiser(plain):
    """In `x() : a_{1}, b_{2} {` only a brace after a closed initialiser opens the body."""
    if not _AFTER_PARAMETERS.search(plain):
        return False
    last = re.search(r"(\w+|\S)\s*$", plain).group(1)
    return last not in _BODY_WORDS and last not in (")", "}")


def _without_templates(head):
    """Removes balanced <...>, so that `template <class T>` and base<int()> do not confuse it."""
    head = re.sub(r"->|<=>|<<|>=|<=|operator\s*[<>]+", " ", head)
    previous = None
    while previous != head:
        previous, head = head, re.sub(r"<[^<>]*>", " ", head)
    return re.sub(r"^(?:\s*template\b)+\s*", "", head).strip()


def _depth(head):
    return head.count("(") - head.count(")")


def _name(head):
    found = re.search(r"([~\w:]+|operator\s*\S+)\s*\(", head)
    return found.group(1) if found else "a lambda"
