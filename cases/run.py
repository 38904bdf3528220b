"""Runs cases against a server and says one line about each."""

import argparse
import json
import pathlib
import sys
import time
import traceback

from cases.case import Failed, Skipped, load
from cases.wire import BadAnswer
from cases.world import World


def arguments(given):
    parser = argparse.ArgumentParser(prog="python3 -m cases", description=__doc__)
    parser.add_argument("config", nargs="?", help="the JSON file that describes the server")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NUMBER",
        help="a number (A04) or a section (A); repeatable, or separated by commas",
    )
    parser.add_argument("--list", action="store_true", help="list the cases and run nothing")
    parser.add_argument("--json", action="store_true", help="one JSON array instead of lines")
    parser.add_argument(
        "--wait", type=float, metavar="SECONDS", help="over longest_wait_seconds of the file"
    )
    parser.add_argument("--trace", action="store_true", help="show where a case failed")
    return parser.parse_args(given)


def chosen(cases, filters):
    """The cases whose number starts with one of the filters; all without any."""
    wanted = [part.strip().upper() for text in filters for part in text.split(",") if part.strip()]
    if not wanted:
        return cases
    found = [case for case in cases if case.number.startswith(tuple(wanted))]
    if not found:
        raise SystemExit(f"there is no case {', '.join(wanted)}")
    return found


def verdict(case, world, trace=False):
    """`pass`, `FAIL` or `skip`, and why."""
    try:
        case.function(world)
    except Skipped as why:
        return "skip", str(why)
    except Failed as why:
        if trace:
            traceback.print_exc()
        return "FAIL", str(why)
    except (BadAnswer, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        if trace:
            traceback.print_exc()
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{pathlib.Path(frame.filename).name}:{frame.lineno}"
        return "FAIL", f"{type(error).__name__} at {place}: {error}"
    return "pass", ""


def run(world, cases, say=lambda line: None, trace=False):
    """Runs the cases in order; gives number, result, reason, requirement and seconds of each."""
    results = []
    for case in cases:
        started = time.monotonic()
        result, why = verdict(case, world, trace)
        why = " ".join(why.split())
        say(f"{case.number} {result}" + (f" {why}" if why else ""))
        results.append(
            {
                "case": case.number,
                "result": result,
                "why": why,
                "requirement": case.requirement,
                "seconds": round(time.monotonic() - started, 3),
            }
        )
    return results


def closing(results):
    """How many of each."""
    count = [sum(it["result"] == kind for it in results) for kind in ("pass", "FAIL", "skip")]
    return "{} passed, {} failed, {} skipped".format(*count)


def main(given=None):
    options = arguments(given)
    cases = chosen(load(), options.only)
    if options.list:
        for case in cases:
            print(f"{case.number} {case.requirement}")
        return 0
    if options.config is None:
        raise SystemExit("which server? Name its JSON file (cases/README.md describes it)")
    world = World(json.loads(pathlib.Path(options.config).read_text()))
    if options.wait is not None:
        world.longest_wait = options.wait

    def say(line):
        if not options.json:
            print(line, flush=True)

    results = run(world, cases, say, options.trace)
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        print(closing(results))
    return 1 if any(it["result"] == "FAIL" for it in results) else 0


if __name__ == "__main__":
    sys.exit(main())
