# SPDX-License-Identifier: Apache-2.0
"""Tables whose keys clients can choose must use the keyed hash, against collision attacks."""
import re

from cpp_source import blank_literals
from repo_tree import LAYERS, Violation

_TABLE = re.compile(r"\bunordered_\w*?(map|set)\s*<")
_PLAIN = re.compile(r"\b(?:std|boost)::hash\s*<|\bhash_(?:value|combine)\s*\(")
# Numbers that the server assigns, and types whose std::hash in config/base/ids.hpp is keyed.
_HASHED_WELL = {"topic", "connection_id", "node_id", "std::uint64_t"}
_SPECIALISES = "config/base/ids.hpp"


def check_hashes(tree):
    for path in tree.cpp(*LAYERS, "main.cpp"):
        text = blank_literals(tree.text(path))
        for found in _TABLE.finditer(text):
            arguments = _template_arguments(text, found.end())
            hash_at = 2 if found.group(1) == "map" else 1
            if arguments[0] not in _HASHED_WELL and len(arguments) <= hash_at:
                yield Violation(path, _line(text, found.start()),
                                f"a table by {arguments[0]} needs keyed_hash: clients may choose "
                                "names that collide under std::hash")
        if path == _SPECIALISES:
            continue
        for found in _PLAIN.finditer(text):
            yield Violation(path, _line(text, found.start()),
                            f"{found.group(0)}: use keyed_hash, whose key clients cannot know")


def _template_arguments(text, start):
    """The arguments of the template whose < is just before `start`."""
    depth, first, out = 1, start, []
    for at in range(start, len(text)):
        if text[at] in "<(":
            depth += 1
        elif text[at] in ">)":
            depth -= 1
        if depth == 0 or (depth == 1 and text[at] == ","):
            out.append(" ".join(text[first:at].split()))
            first = at + 1
        if depth == 0:
            break
    return out


def _line(text, at):
    return text.count("\n", 0, at) + 1
