# SPDX-License-Identifier: Apache-2.0
"""No circle of includes between components (a source with its header), nor between folders."""
import os

import cpp_source
from repo_tree import Violation


def check_circles(tree):
    for part_of in (_component, os.path.dirname):
        for members in circles(tree, part_of):
            path = next(p for p in tree.paths if part_of(p) == members[0])
            yield Violation(path, 1, f"{', '.join(members)} include each other in a circle")


def circles(tree, part_of):
    """The groups of components or folders that reach each other, each sorted."""
    graph = _graph(tree, part_of)
    reached = {component: _reachable(graph, component) for component in graph}
    groups = {tuple(sorted(other for other in reached[component] if component in reached[other]))
              for component in graph if component in reached[component]}
    return sorted(groups)


def _component(path):
    return os.path.splitext(path)[0]


def _graph(tree, part_of):
    """Part -> the parts that its files include."""
    graph = {}
    paths = set(tree.paths)
    for path in tree.with_suffix(".c", ".cpp", ".h", ".hpp"):
        included = graph.setdefault(part_of(path), set())
        for include in cpp_source.includes(tree.text(path)):
            target = _target(paths, path, include)
            if target and part_of(target) != part_of(path):
                included.add(part_of(target))
    return graph


def _target(paths, path, include):
    if not include.is_quoted:
        return None
    beside = os.path.join(os.path.dirname(path), include.header)
    return next((name for name in (include.header, beside) if name in paths), None)


def _reachable(graph, start):
    found, waiting = set(), [start]
    while waiting:
        for component in graph.get(waiting.pop(), ()):
            if component not in found:
                found.add(component)
                waiting.append(component)
    return found
