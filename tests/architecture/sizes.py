"""How long a file and a function may be, and how many arguments a function takes.  There is no list of exceptions."""

import ast
from collections.abc import Iterator, Sequence

from tests.architecture.source import Breach, Module

FILE_LINES = 300
FUNCTION_LINES = 40  # without its docstring
ARGUMENTS = 6  # without self and cls

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files_are_short(modules: Sequence[Module]) -> list[Breach]:
    """Past the limit, a file becomes a folder of the same name."""
    return [
        module.breach(lines, f"{lines} lines; a file has at most {FILE_LINES}")
        for module in modules
        if (lines := len(module.text.splitlines())) > FILE_LINES
    ]


def functions_are_short(modules: Sequence[Module]) -> list[Breach]:
    """A function is read at one glance."""
    return [
        module.breach(function, f"{function.name} has {lines} lines; a function has at most {FUNCTION_LINES}")
        for module in modules
        for function in _functions(module)
        if (lines := length(function)) > FUNCTION_LINES
    ]


def functions_take_few_arguments(modules: Sequence[Module]) -> list[Breach]:
    """What belongs together is given together."""
    return [
        module.breach(function, f"{function.name} takes {count} arguments; a function takes at most {ARGUMENTS}")
        for module in modules
        for function in _functions(module)
        if (count := _arguments(function)) > ARGUMENTS
    ]


def length(function: Function) -> int:
    """Count the lines of a function from its `def`, without decorators and docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def _functions(module: Module) -> Iterator[Function]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _arguments(function: Function) -> int:
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])
