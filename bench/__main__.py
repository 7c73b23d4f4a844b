"""`python -m bench [NAME ...]`: runs the named benchmarks, all of them when none is named.

In: names of files in this folder. Out: one JSON line for the machine, then one a figure.
"""

import sys

from bench._figure import line, machine
from pulse.plugins import UnknownKind, kinds, load


def main(names: list[str]) -> int:
    """Prints every figure; 1 where one falls short of its goal, 2 where a name is not known."""
    try:
        modules = [load("bench", name) for name in names or kinds("bench")]
    except UnknownKind as error:
        print(error, file=sys.stderr)
        return 2
    print(line(machine()), flush=True)
    reached = True
    for module in modules:
        for figure in module.figures():
            print(line(figure), flush=True)
            reached = reached and figure.ok is not False
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
