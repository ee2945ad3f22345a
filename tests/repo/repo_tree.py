# SPDX-License-Identifier: Apache-2.0
"""The files of the repository as the rules see them, and the violation of a rule."""
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

LAYERS = ("config", "net", "cluster", "actors")
SKIPPED_FOLDERS = {".git", "build", "node_modules", "__pycache__", ".cache"}
BINARY_SUFFIXES = {".png", ".jpg", ".gif", ".ico", ".woff2", ".gz", ".tgz", ".bin", ".hdr"}


@dataclass(frozen=True, order=True)
class Violation:
    path: str
    line: int
    sentence: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.sentence}"


class Tree:
    """Paths are strings relative to the root, with forward slashes."""

    def __init__(self, root, texts=None):
        self.root = Path(root)
        self._texts = dict(texts) if texts is not None else {}
        found = self._texts if texts is not None else _list_files(self.root)
        self.all_paths = sorted(found)  # with the vendored files
        self.paths = [path for path in self.all_paths if not is_vendored(path)]

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    def lines(self, path):
        return self.text(path).splitlines()

    def has(self, path):
        return path in self._texts or (self.root / path).exists()

    def under(self, *folders):
        return [p for p in self.paths if p.split("/", 1)[0] in folders and "/" in p]

    def with_suffix(self, *suffixes):
        return [p for p in self.paths if os.path.splitext(p)[1] in suffixes]

    def text_paths(self):
        return [p for p in self.paths if os.path.splitext(p)[1] not in BINARY_SUFFIXES]

    def cpp(self, *folders):
        found = [p for p in self.with_suffix(".cpp", ".hpp")]
        return [p for p in found if not folders or p.split("/", 1)[0] in folders]


def is_vendored(path):
    """Whether the file is a copy from another project, which our rules must not change."""
    return "/vendor/" in f"/{path}"


def layer_of(path):
    """The layer a source belongs to, "main" for main.cpp, else None."""
    if path == "main.cpp":
        return "main"
    top = path.split("/", 1)[0]
    return top if top in LAYERS else None


def _list_files(root):
    listed = _list_by_git(root)
    return listed if listed is not None else _list_by_walk(root)


def _list_by_git(root):
    if not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        out = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None  # no git, or a checkout of another user: walk the folders instead
    names = set(out.decode().split("\0")) - {""}
    return [n for n in names if (root / n).is_file()]


def _list_by_walk(root):
    found = []
    for folder, children, names in os.walk(root):
        children[:] = [c for c in children if c not in SKIPPED_FOLDERS]
        relative = Path(folder).relative_to(root)
        found += [(relative / n).as_posix() for n in names]
    return found
