# SPDX-License-Identifier: Apache-2.0
"""Each path pattern of .editorconfig and .gitattributes matches a file of the repository."""
import re

from repo_tree import Violation

_SECTION = re.compile(r"^\[(.+)\]$")
_BRACES = re.compile(r"\{([^{}]*)\}")


def check_patterns(tree):
    for path, patterns in ((".editorconfig", _sections), (".gitattributes", _attribute_patterns)):
        if path not in tree.paths:
            continue
        for number, pattern in patterns(tree.lines(path)):
            for each in _alternatives(pattern):
                if not any(_regex(each).fullmatch(file) for file in tree.all_paths):
                    yield Violation(path, number, f"{each} matches no file")


def _sections(lines):
    for number, line in enumerate(lines, 1):
        found = _SECTION.match(line.strip())
        if found:
            yield number, found.group(1)


def _attribute_patterns(lines):
    for number, line in enumerate(lines, 1):
        words = line.split()
        if words and not words[0].startswith("#"):
            yield number, words[0]


def _alternatives(pattern):
    """The patterns that the first {a,b} stands for, and those of the others in them."""
    found = _BRACES.search(pattern)
    if not found:
        return [pattern]
    start, end = pattern[:found.start()], pattern[found.end():]
    return [out for part in found.group(1).split(",") for out in _alternatives(start + part + end)]


def _regex(pattern):
    """A pattern without a slash is a file's name in any folder, as both formats define it."""
    anywhere = "" if "/" in pattern else "(?:.*/)?"
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*|\*|\?)", pattern.lstrip("/"))
    return re.compile(anywhere + "".join(wild.get(part, re.escape(part)) for part in parts))
