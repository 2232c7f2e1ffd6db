"""Nobody hands a course out without one of the gates of the licences."""

import ast

from tests.house.source import product, tree

# What may be brought to the catalogue's door: functions of app/licensing/gate.py and app/registrations/service.py.
GATES = {"gate", "own_results", "guide_for", "appearance", "administration"}
ROOMS = {"gates", "registrations"}


def brought():
    """Every ``gate=`` that is handed to a call named ``course``, with where it stands."""
    for path in product():
        for call in ast.walk(tree(path)):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            if call.func.attr == "course":
                for given in call.keywords:
                    if given.arg == "gate":
                        yield path, call, given.value


def of_the_licences(value, function):
    if isinstance(value, ast.Name):  # what it was called before
        found = [
            one.value
            for one in ast.walk(function)
            if isinstance(one, ast.Assign) and any(ast.unparse(to) == value.id for to in one.targets)
        ]
        return bool(found) and all(of_the_licences(one, function) for one in found)
    if isinstance(value, ast.IfExp):
        return of_the_licences(value.body, function) and of_the_licences(value.orelse, function)
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in GATES
        and ast.unparse(value.func.value) in ROOMS
    )


def function_around(path, call):
    return next(
        one
        for one in ast.walk(tree(path))
        if isinstance(one, ast.FunctionDef) and any(inner is call for inner in ast.walk(one))
    )


def test_whoever_asks_for_a_course_brings_a_gate_of_the_licences():
    found = list(brought())
    assert len(found) >= 7
    wrong = [
        f"{path}:{call.lineno}"
        for path, call, value in found
        if not of_the_licences(value, function_around(path, call))
    ]
    assert wrong == []
