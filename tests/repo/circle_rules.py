"""Circles of includes between components; a component is a source with its header."""
import os

import cpp_source
import exceptions
from repo_tree import Violation


def check_circles(tree):
    found = circles(tree)
    if len(found) > exceptions.CIRCLES_MAX:
        for members in found:
            yield Violation(members[0] + _suffix(tree, members[0]), 1,
                            f"{', '.join(members)} include each other in a circle; at most "
                            f"{exceptions.CIRCLES_MAX} circles may remain")


def circles(tree):
    """The groups of components that reach each other, each sorted."""
    graph = _graph(tree)
    reached = {component: _reachable(graph, component) for component in graph}
    groups = {tuple(sorted(other for other in reached[component] if component in reached[other]))
              for component in graph if component in reached[component]}
    return sorted(groups)


def _graph(tree):
    """Component -> the components that its files include."""
    graph = {}
    for path in tree.with_suffix(".c", ".cpp", ".h", ".hpp"):
        component = os.path.splitext(path)[0]
        included = graph.setdefault(component, set())
        for include in cpp_source.includes(tree.text(path)):
            target = _target(tree, path, include)
            if target and target != component:
                included.add(target)
    return graph


def _target(tree, path, include):
    if not include.is_quoted:
        return None
    for name in (include.header, os.path.join(os.path.dirname(path), include.header)):
        if tree.has(name):
            return os.path.splitext(name)[0]
    return None


def _reachable(graph, start):
    found, waiting = set(), [start]
    while waiting:
        for component in graph.get(waiting.pop(), ()):
            if component not in found:
                found.add(component)
                waiting.append(component)
    return found


def _suffix(tree, component):
    return next(s for s in (".hpp", ".h", ".cpp", ".c") if tree.has(component + s))
