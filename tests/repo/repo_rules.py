#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the rules of the repository. Prints each violation as file:line: sentence.

    tests/repo/repo_rules.py [ROOT]      exit 0: no violations, 1: some
"""
import sys
from pathlib import Path

import adr_rules
import circle_rules
import cpp_rules
import hash_rules
import license_rules
import pattern_rules
import text_rules
from include_rules import check_folders, check_includes, check_unique_names
from repo_tree import Tree

RULES = (
    check_includes,
    check_folders,
    check_unique_names,
    circle_rules.check_circles,
    cpp_rules.check_file_sizes,
    cpp_rules.check_function_sizes,
    cpp_rules.check_built,
    cpp_rules.check_tested,
    cpp_rules.check_headers,
    cpp_rules.check_metric_names,
    cpp_rules.check_setting_names,
    cpp_rules.check_skipped_tests,
    cpp_rules.check_layer_folders,
    cpp_rules.check_suffixes,
    hash_rules.check_hashes,
    license_rules.check_licenses,
    pattern_rules.check_patterns,
    text_rules.check_columns,
    text_rules.check_words,
    text_rules.check_names,
    text_rules.check_titles,
    text_rules.check_links,
    text_rules.check_citations,
    text_rules.check_commands,
    text_rules.check_quotes,
    adr_rules.check_adrs,
)


def violations(tree):
    return sorted({v for rule in RULES for v in rule(tree)})


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    tree = Tree(root)
    found = violations(tree)
    for v in found:
        print(v)
    print(f"{len(tree.paths)} files, {len(RULES)} rules, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
