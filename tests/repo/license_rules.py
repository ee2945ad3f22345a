# SPDX-License-Identifier: Apache-2.0
"""Every source names its licence in its first line, after a shebang."""
import os

from repo_tree import Violation

LICENSE_LINE = "SPDX-License-Identifier: Apache-2.0"
_COMMENT_BY_SUFFIX = {
    ".c": "//", ".cpp": "//", ".h": "//", ".hpp": "//", ".js": "//", ".mjs": "//", ".ts": "//",
    ".cmake": "#", ".py": "#", ".sh": "#",
}
_COMMENT_BY_NAME = {"CMakeLists.txt": "#", "Dockerfile": "#", "Makefile": "#"}


def check_licenses(tree):
    for path in tree.text_paths():
        comment = _comment(tree, path)
        if comment is None:
            continue
        lines = tree.lines(path)
        at = 1 if lines and lines[0].startswith("#!") else 0
        if lines[at:at + 1] != [f"{comment} {LICENSE_LINE}"]:
            yield Violation(path, at + 1, f"this line must be \"{comment} {LICENSE_LINE}\"")


def _comment(tree, path):
    """The comment marker of a source, None for other files. Scripts may have no suffix."""
    name = os.path.basename(path)
    suffix = os.path.splitext(name)[1]
    if suffix or name in _COMMENT_BY_NAME:
        return _COMMENT_BY_NAME.get(name) or _COMMENT_BY_SUFFIX.get(suffix)
    return "#" if tree.text(path).startswith("#!") else None
