# SPDX-License-Identifier: Apache-2.0
"""Rules for C++ sources: sizes, builds, tests, names."""
import ast
import os
import re

import exceptions
from cpp_source import blank_literals
from include_rules import includes
from license_rules import LICENSE_LINE
from repo_tree import LAYERS, Violation, layer_of

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 70
_SIZED = (".cpp", ".hpp", ".c", ".h", ".py", ".js", ".mjs", ".sh", ".cmake", ".html", ".css")
_C_SUFFIXES = set(".c .cc .cp .cpp .cppm .cu .cxx .c++ .c++m .cxxm .ccm .def .h .hh .hp .hpp .hxx "
                  ".h++ .i .ii .inc .inl .ino .ipp .ixx .m .mm .mpp .s .tcc .tpp .txx".split())
_METRIC = re.compile(r'"roost_[a-z0-9_]+')
_NUMERIC_MEMBER = re.compile(
    r"^\s*(?:std::)?(?:u?int\d*_t|size_t|int|unsigned|long|float|double)\s+(\w+)\s*[={;]")
_QUANTITY = re.compile(r"(?:^|_)(timeout|size|interval|delay|age|period|window|deadline|ttl|"
                       r"leeway|grace|spread|jitter|length|rate|duration)(?:_|$)")
_UNIT = re.compile(r"(?:^|_)(ns|us|ms|s|seconds|minutes|bytes|kb|mb|count|per_second|"
                   r"per_minute)(?:_|$)")
_HIDDEN = re.compile(r'"[^"]*\[(?:\.[^\]]*|!mayfail|!shouldfail|!hide)\]')
_SKIP = re.compile(r"\bSKIP\s*\(\s*\)|\b(?:it|test|describe)\.skip\s*\(|"
                   r"@unittest\.skip\s*(?:\(\s*\))?\s*$|\bDISABLED\s+(?:TRUE|ON)\b")


def check_file_sizes(tree):
    long_files = []
    for path in tree.with_suffix(*_SIZED):
        lines = sum(LICENSE_LINE not in line for line in tree.lines(path))
        if lines > FILE_LINES_MAX:
            long_files.append((path, lines))
    if len(long_files) > exceptions.LONG_FILES_MAX:
        for path, lines in long_files:
            yield Violation(path, lines, f"{lines} lines; at most {exceptions.LONG_FILES_MAX} "
                                         f"files may have more than {FILE_LINES_MAX}")


def check_function_sizes(tree):
    """Python only: clang-tidy and eslint measure the other functions, in `make lint`."""
    for path in tree.with_suffix(".py"):
        for node in ast.walk(ast.parse(tree.text(path))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    yield Violation(path, node.lineno, f"{node.name} has {lines} lines, at most "
                                                       f"{FUNCTION_LINES_MAX} may")


def check_built(tree):
    """Every source is named in some CMakeLists.txt."""
    named = _named_in_cmake(tree)
    for path in tree.with_suffix(".cpp", ".c"):
        if "/" in path and path not in named:
            yield Violation(path, 1, "no CMakeLists.txt names it")


def _named_in_cmake(tree):
    named = set()
    for lists in tree.paths:
        if os.path.basename(lists) != "CMakeLists.txt":
            continue
        folder = os.path.dirname(lists)
        text = re.sub(r"#.*", "", tree.text(lists))
        text = text.replace("${CMAKE_SOURCE_DIR}/", "/").replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
        for word in re.findall(r"[\w./+-]+\.(?:cpp|hpp|c)\b", text):
            absolute = word if word.startswith("/") else f"/{folder}/{word}"
            named.add(os.path.normpath(absolute).lstrip("/"))
    return named


def check_tested(tree):
    """X/Y.cpp has tests/X/Y_test.cpp; every header is included somewhere."""
    included = {i.header for p in tree.cpp() for i in includes(tree, p) if i.is_quoted}
    included |= _named_in_cmake(tree)  # a precompiled header
    for path in tree.cpp(*LAYERS):
        stem = os.path.splitext(path)[0]
        if path.endswith(".hpp"):
            if path not in included:
                yield Violation(path, 1, "no file includes it")
        elif path not in exceptions.UNTESTED:
            test = exceptions.TESTED_ELSEWHERE.get(path, f"tests/{stem}_test.cpp")
            if not tree.has(test):
                yield Violation(path, 1, f"it has no test: {test} is missing")
    for path in (*exceptions.UNTESTED, *exceptions.TESTED_ELSEWHERE):
        if not tree.has(path) or tree.has(f"tests/{os.path.splitext(path)[0]}_test.cpp"):
            yield Violation("tests/repo/exceptions.py", 1, f"{path} no longer needs an exception")


def check_headers(tree):
    for path in tree.with_suffix(".hpp"):
        if not re.search(r"^#pragma once$", tree.text(path), re.MULTILINE):
            yield Violation(path, 1, "a header needs #pragma once")


def check_metric_names(tree):
    for path in tree.cpp(*LAYERS, "main.cpp"):
        if path.startswith("config/telemetry/"):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            found = _METRIC.search(line.split("//")[0])
            if found:
                yield Violation(path, number, f"{found.group(0)}\": names of metrics belong into "
                                              "config/telemetry only; use its enum")


def check_setting_names(tree):
    path = "config/schema/settings.hpp"
    if not tree.has(path):
        return
    for number, line in enumerate(blank_literals(tree.text(path)).splitlines(), 1):
        found = _NUMERIC_MEMBER.match(line)
        if found and _QUANTITY.search(found.group(1)) and not _UNIT.search(found.group(1)):
            yield Violation(path, number, f"{found.group(1)} needs its unit in its name, "
                                          f"such as {found.group(1)}_ms")


def check_skipped_tests(tree):
    """A test that does not run says why, on its line or the one above: `// skipped: ...`."""
    for path in tree.under("tests"):
        if path.startswith("tests/repo/") or not path.endswith((*_SIZED, ".txt")):
            continue
        lines = tree.lines(path)
        for number, line in enumerate(lines, 1):
            near = lines[max(0, number - 2)] + line
            if (_HIDDEN.search(line) or _SKIP.search(line)) and "skipped: " not in near:
                yield Violation(path, number, "a test that does not run needs `skipped: why` "
                                              "on its line or the line above")


def check_layer_folders(tree):
    for path in tree.cpp():
        if "/" not in path and layer_of(path) is None:
            yield Violation(path, 1, "a source belongs into a layer's folder")


def check_suffixes(tree):
    """Suffixes that the other rules would not read. bench/baseline is C and not a layer."""
    read = tree.cpp()
    for path in tree.paths:
        suffix = os.path.splitext(path)[1]
        is_c = suffix.lower() in _C_SUFFIXES and path not in read
        if is_c and not path.startswith("bench/baseline/"):
            yield Violation(path, 1, f"{suffix} escapes the rules: a source is .cpp, a header .hpp")
