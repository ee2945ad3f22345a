# SPDX-License-Identifier: Apache-2.0
"""Decision records: numbered without gaps, with date and status, and listed in their index."""
import re

from repo_tree import Violation

FOLDER = "docs/adr/"
INDEX = FOLDER + "README.md"
_NAME = re.compile(r"(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md")
_LINK = r"\[\d{4}\]\(\d{4}-[a-z0-9-]+\.md\)"
_STATUS = re.compile(rf"accepted(?:, amended by {_LINK})?|superseded by {_LINK}")
_SECTIONS = ("## Context", "## Decision", "## Consequences")


def check_adrs(tree):
    records = [p for p in tree.paths if p.startswith(FOLDER) and p.endswith(".md") and p != INDEX]
    rows = _index_rows(tree)
    for expected, path in enumerate(records, 1):
        yield from _record_problems(tree, path, expected, rows)
    listed = [f"{FOLDER}{number}-{rest}" for number, rest in rows]
    if listed != sorted(set(listed) & set(records)):
        yield Violation(INDEX, 1, "the index is not the list of records, in their order, each once")


def _index_rows(tree):
    """(number, rest of the file's name) -> the row's title, date and status."""
    rows = {}
    for line in tree.lines(INDEX) if tree.has(INDEX) else ():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        link = re.fullmatch(r"\[(\d{4})\]\((\d{4})-(.+\.md)\)", cells[0])
        if link and len(cells) == 4:
            rows[link[2], link[3]] = cells[1:]
    return rows


def _record_problems(tree, path, expected, rows):
    name = _NAME.fullmatch(path[len(FOLDER):])
    if not name:
        yield Violation(path, 1, "a record is called NNNN-title-in-lower-case.md")
        return
    number, lines = int(name[1]), tree.lines(path)
    if number != expected:
        yield Violation(path, 1, f"record {expected:04} is missing or exists twice")
    title = re.fullmatch(rf"# {number}\. (.+)", lines[0] if lines else "")
    date, status = (_field(lines, key) for key in ("Date", "Status"))
    if not title:
        yield Violation(path, 1, f"the title of a record is \"# {number}. Decision\"")
    if not date or not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        yield Violation(path, 1, "a record has a line \"- Date: YYYY-MM-DD\"")
    if not status or not _STATUS.fullmatch(status):
        yield Violation(path, 1, "a record has a line \"- Status:\" with accepted, "
                        "accepted, amended by a record, or superseded by a record")
    for section in _SECTIONS:
        if section not in lines:
            yield Violation(path, 1, f"a record has the heading \"{section}\"")
    if rows.get((name[1], path[len(FOLDER) + 5:])) != [title and title[1], date, status]:
        yield Violation(path, 1, f"{INDEX} has no row with its title, date and status")


def _field(lines, key):
    found = [line[len(key) + 4:] for line in lines if line.startswith(f"- {key}: ")]
    return found[0] if len(found) == 1 else None
