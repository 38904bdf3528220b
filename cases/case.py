"""What a case is: a function with its number, which returns where the server is right."""

import importlib
import pkgutil
import re

# Every case, by number.
CASES = {}


class Failed(AssertionError):
    """The server is wrong."""


class Skipped(Exception):
    """The case cannot be run against this server as it is described."""


class Case:
    """A function, its number and what it demands."""

    def __init__(self, number, function):
        self.number = number
        self.function = function
        self.requirement = " ".join((function.__doc__ or "").split())


def case(*numbers):
    """Declares a function as the case (or the cases) of these numbers.

    Its docstring is the requirement, in own words."""

    def declare(function):
        for number in numbers:
            assert re.fullmatch(r"[A-Z]\d\d", number), number
            assert number not in CASES, f"{number} is there twice"
            assert function.__doc__, f"{number} says nothing of what it demands"
            CASES[number] = Case(number, function)
        return function

    return declare


def load():
    """Imports every section (`a_….py` and so on) and gives the cases in the order of numbers."""
    package = importlib.import_module("cases")
    for module in pkgutil.iter_modules(package.__path__):
        if re.fullmatch(r"[a-z]_\w+", module.name):
            importlib.import_module(f"cases.{module.name}")
    return [CASES[number] for number in sorted(CASES)]


def require(condition, why):
    """Fails the case where the condition does not hold."""
    if not condition:
        raise Failed(why)


def skip(why):
    """Ends the case without a verdict."""
    raise Skipped(why)
