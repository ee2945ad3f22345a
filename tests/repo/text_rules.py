# SPDX-License-Identifier: Apache-2.0
"""Rules for every text: width, words, Markdown titles, links and commands."""
import os
import re

from repo_tree import Violation

COLUMNS_MAX = 100
_WIDE_ALLOWED = (".md", ".json", ".jsonc", ".svg", ".lock", ".txt", ".golden", ".hex", ".input")
# Built from halves, so that this file does not violate its own rule.
_UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" "DO", "FIX" "ME", "XX" "X")) + r")\b")
_EMPTY_NAMES = {"util", "utils", "common", "helper", "helpers", "manager", "misc"}
_NAMESPACE = re.compile(r"\bnamespace\s+(?:\w+::)*(utils?|common|helpers?|manager|misc)\b")
_CLASS = re.compile(r"\b(?:class|struct)\s+(\w*_?manager)\b")
_FENCE = re.compile(r"^\s*(```|~~~)")
_QUOTE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_CITED = re.compile(r"([\w./-]*\w\.md)\b(?:, \"([^\"]+)\")?")
_MAKE = re.compile(r"(?:^|[`;&|]|\s)make\s+((?:[A-Z_]+=\S+\s+)*)([a-z][\w-]*)")
_TARGET = re.compile(r"^([A-Za-z][\w-]*(?:\s+[A-Za-z][\w-]*)*)\s*:(?!=)", re.MULTILINE)


def check_columns(tree):
    for path in tree.text_paths():
        suffix = os.path.splitext(path)[1]
        if suffix in _WIDE_ALLOWED and os.path.basename(path) != "CMakeLists.txt":
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if len(line) > COLUMNS_MAX:
                yield Violation(path, number, f"{len(line)} columns, at most {COLUMNS_MAX}")


def check_words(tree):
    for path in tree.text_paths():
        if os.path.basename(path) == "package-lock.json":
            continue
        for number, line in enumerate(tree.lines(path), 1):
            found = _UNFINISHED.search(line)
            if found:
                yield Violation(path, number, f"{found.group(0)}: finish it or remove it")
            found = path.endswith((".cpp", ".hpp")) and (
                _NAMESPACE.search(line) or _CLASS.search(line))
            if found:
                yield Violation(path, number, f"the name {found.group(1)} says nothing")


def check_names(tree):
    seen = set()
    for path in tree.paths:
        for part in path.split("/"):
            if os.path.splitext(part)[0] in _EMPTY_NAMES and (path, part) not in seen:
                seen.add((path, part))
                yield Violation(path, 1, f"the name {part} says nothing")


def check_titles(tree):
    for path in tree.with_suffix(".md"):
        titles = [n for n, line in _prose(tree, path) if line.startswith("# ")]
        if len(titles) != 1:
            at = titles[1] if titles else 1
            yield Violation(path, at, f"{len(titles)} titles; a page has one")


def check_links(tree):
    for path in tree.with_suffix(".md"):
        for number, line in _prose(tree, path):
            for target in _LINK.findall(re.sub(r"`[^`]*`", "", line)):
                problem = _link_problem(tree, path, target)
                if problem:
                    yield Violation(path, number, problem)


def check_citations(tree):
    """A page that a comment cites exists, and so does a heading cited in quotes after it."""
    for path in tree.with_suffix(".cpp", ".hpp", ".c", ".h", ".js", ".mjs", ".css"):
        for number, line in enumerate(tree.lines(path), 1):
            for page, heading in _CITED.findall(_comment(line)):
                if not tree.has(page) and not (page == "README.md" and _has_readme(tree, path)):
                    yield Violation(path, number, f"it cites {page}, which does not exist")
                elif heading and _anchor(heading) not in _anchors(tree, page):
                    yield Violation(path, number, f"it cites {page}, which has no \"{heading}\"")


def _comment(line):
    start = re.search(r"(?:^|\s)(?://|/?\*)", line)
    return line[start.end():] if start else ""


def _has_readme(tree, path):
    folders = path.split("/")[:-1]
    return any(tree.has("/".join((*folders[:n], "README.md"))) for n in range(1, len(folders) + 1))


def _link_problem(tree, path, target):
    if re.match(r"[a-z]+:", target):
        return None
    file, _, anchor = target.partition("#")
    resolved = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
    if resolved.startswith("..") or not tree.has(resolved):
        return f"the target of the link {target} does not exist"
    if anchor and resolved.endswith(".md") and anchor not in _anchors(tree, resolved):
        return f"the link {target} names no heading of {resolved}"
    return None


def _anchors(tree, path):
    headings = [line.lstrip("#") for _, line in _prose(tree, path) if re.match(r"#+ ", line)]
    return {_anchor(h) for h in headings}


def _anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def check_commands(tree):
    """A target x in `make x` in a page exists in the Makefile."""
    targets = {t for m in _TARGET.findall(tree.text("Makefile")) for t in m.split()} \
        if tree.has("Makefile") else set()
    for path in tree.with_suffix(".md"):
        for number, command in _code(tree, path):
            for _, target in _MAKE.findall(command):
                if target not in targets:
                    yield Violation(path, number, f"the Makefile has no target {target}")


def check_quotes(tree):
    """Code that a page quotes under ```cpp FILE is that file, without its licence line."""
    for path in tree.with_suffix(".md"):
        for found in _QUOTE.finditer(tree.text(path)):
            file, quoted = found.group(1), found.group(2)
            text = tree.text(file).split("\n", 1)[-1] if tree.has(file) else None
            if text != quoted:
                number = tree.text(path)[:found.start()].count("\n") + 1
                yield Violation(path, number, f"it quotes {file}, which " +
                                ("does not exist" if text is None else "has other text"))


def _prose(tree, path):
    """Lines outside fenced code."""
    fenced = False
    for number, line in enumerate(tree.lines(path), 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def _code(tree, path):
    """Lines of fenced code (without comments), and the `inline code` of the others."""
    fenced = False
    for number, line in enumerate(tree.lines(path), 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            yield number, line.split(" #")[0]
        else:
            yield from ((number, code) for code in re.findall(r"`([^`]+)`", line))
