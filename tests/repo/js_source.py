# SPDX-License-Identifier: Apache-2.0
"""Measures JavaScript without an engine: literals become one token each, brackets are matched."""
import re
from dataclasses import dataclass
from typing import Optional

from cpp_source import Function

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_WORD = re.compile(r"#?[\w$]+")
_STRING = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
_REGEX = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
_TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^\\`$])*(`|\$\{)", re.DOTALL)  # up to its end or a ${
_SIGN = re.compile(r"=>|\+\+|--|\S")
_CLOSES = {")": "(", "]": "[", "}": "{"}
_CONTROL = {"if", "for", "while", "switch", "catch", "with", "await"}  # for await (...)
_WANTS_OPERAND = {"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else",
                  "do", "yield", "await", "instanceof", "async", "extends"}
_SUITES = {"describe", "suite"}  # scopes like a namespace: the tests in them are measured


class Unreadable(Exception):
    """The brackets of a text do not match, so its functions cannot be measured."""

    def __init__(self, line):
        super().__init__(line)
        self.line = line


@dataclass
class _Token:
    kind: str                      # word, literal or sign
    text: str
    line: int
    last_line: int
    opener: Optional[int] = None   # of a closing bracket: the position of its opening one


@dataclass
class _Frame:
    closer: str                    # the bracket that ends it, "" for an arrow's bare expression
    kind: str = "block"            # block or function
    first_line: int = 0
    name: str = ""


def functions(text):
    """Finds every function outside of another function. Tests count as functions, suites do not."""
    tokens = _Scanner(text).tokens()
    found, stack = [], []
    for at, token in enumerate(tokens):
        while stack and not stack[-1].closer and _ends_expression(tokens, at):
            _close(stack, tokens[at - 1].last_line, found)
        if token.text == "=>" and tokens[at + 1:at + 2] and tokens[at + 1].text != "{":
            stack.append(_arrow(tokens, at, ""))
        elif token.kind == "sign" and token.text in ("{", "(", "[", "${"):
            stack.append(_frame(tokens, at))
        elif token.opener is not None:
            _close(stack, token.line, found)
    while stack:
        _close(stack, tokens[-1].last_line, found)
    return found


def _close(stack, line, found):
    closed = stack.pop()
    if closed.kind == "function" and all(f.kind != "function" for f in stack):
        found.append(Function(closed.name, closed.first_line, line))


def _ends_expression(tokens, at):
    """True at a comma, a semicolon, a closing bracket, and at an omitted semicolon."""
    token, before = tokens[at], tokens[at - 1]
    if token.kind == "sign":
        return token.text in (",", ";") or token.opener is not None
    return token.line > before.last_line and _is_operand_end(before) \
        and token.text not in ("in", "instanceof")


def _is_operand_end(token):
    if token.kind == "sign":
        return token.text in (")", "]", "}", "++", "--")
    return token.kind == "literal" or token.text not in _WANTS_OPERAND


def _frame(tokens, at):
    closer = {"(": ")", "[": "]"}.get(tokens[at].text, "}")
    if tokens[at].text != "{" or at == 0:
        return _Frame(closer)
    if tokens[at - 1].text == "=>":
        return _arrow(tokens, at - 1, closer)
    if tokens[at - 1].text == ")":
        head = tokens[at - 1].opener - 1  # the token before the parameters
        if head >= 0 and _names_function(tokens, head):
            named = tokens[head] if tokens[head].kind == "word" else tokens[head - 1]
            return _Frame(closer, "function", named.line, named.text)
    return _Frame(closer)


def _names_function(tokens, head):
    token = tokens[head]
    if token.kind == "word":
        first = _callee(tokens, head)
        is_heritage = first > 0 and tokens[first - 1].text == "extends"
        return token.text not in _CONTROL and not is_heritage
    return token.kind == "literal" or token.text == "]" or (
        token.text == "*" and head > 0 and tokens[head - 1].text == "function")


def _callee(tokens, at):
    """From the position of `c` in `a.b.c`, the position of `a`."""
    while at >= 2 and tokens[at - 1].text == "." and tokens[at - 2].kind == "word":
        at -= 2
    return at


def _arrow(tokens, at, closer):
    first = tokens[at - 1].opener if tokens[at - 1].opener is not None else at - 1
    if first > 0 and tokens[first - 1].text == "async":
        first -= 1
    callee = _called_with(tokens, first)
    if callee in _SUITES:
        return _Frame(closer)
    name = f"the callback of {callee}" if callee else "an arrow function"
    if first >= 2 and tokens[first - 1].text in ("=", ":") and tokens[first - 2].kind == "word":
        name = tokens[first - 2].text
    return _Frame(closer, "function", tokens[first].line, name)


def _called_with(tokens, at):
    """The first name of the call whose arguments include the token at `at`, or None."""
    while at > 0:
        at -= 1
        if tokens[at].opener is not None:
            at = tokens[at].opener
        elif tokens[at].kind == "sign" and tokens[at].text in ("(", "[", "{", "${", ";", "=>"):
            break
    if at == 0 or tokens[at].text != "(" or tokens[at - 1].kind != "word":
        return None
    return tokens[_callee(tokens, at - 1)].text


class _Scanner:
    def __init__(self, text):
        self.text = re.sub(r"^#![^\n]*", "", text)
        self.found, self.open, self.at, self.line = [], [], 0, 1

    def tokens(self):
        while True:
            self._skip(_SPACE)
            if self.at >= len(self.text):
                break
            self._next()
        if self.open:
            raise Unreadable(self.found[self.open[-1]].line)
        return self.found

    def _skip(self, pattern):
        found = pattern.match(self.text, self.at)
        if found:
            self.line += found.group(0).count("\n")
            self.at = found.end()
        return found

    def _take(self, kind, pattern):
        line, found = self.line, self._skip(pattern)
        if found:
            self.found.append(_Token(kind, found.group(0), line, self.line))
        return bool(found)

    def _next(self):
        c = self.text[self.at]
        if c == "`":
            self.at += 1
            self._template()
        elif c == "}" and self.open and self.found[self.open[-1]].text == "${":
            self._sign()
            self._template()
        elif not (self._take("word", _WORD) or self._take("literal", _STRING)
                  or (c == "/" and self._is_regex() and self._take("literal", _REGEX))):
            self._sign()

    def _template(self):
        line, found = self.line, self._skip(_TEMPLATE)
        if not found:
            raise Unreadable(line)
        self.found.append(_Token("literal", "`", line, self.line))
        if found.group(1) == "${":
            self.open.append(len(self.found))
            self.found.append(_Token("sign", "${", self.line, self.line))

    def _sign(self):
        self._take("sign", _SIGN)
        token = self.found[-1]
        if token.text in ("(", "[", "{"):
            self.open.append(len(self.found) - 1)
        elif token.text in _CLOSES:
            if not self.open or self.found[self.open[-1]].text[-1] != _CLOSES[token.text]:
                raise Unreadable(token.line)
            token.opener = self.open.pop()

    def _is_regex(self):
        """After an operand a slash divides; after if (...) or a block it starts a regex."""
        if not self.found:
            return True
        before = self.found[-1]
        if before.text == ")" and before.opener > 0:
            return self.found[before.opener - 1].text in _CONTROL
        return before.text == "}" or not _is_operand_end(before)
