"""The author's tools without the service: ``python -m coursekit check DIR``."""

from __future__ import annotations

import sys
from pathlib import Path

from coursekit.build import CannotBuild, build
from coursekit.check import Report, check
from coursekit.preview import serve
from coursekit.scaffold import CannotScaffold, scaffold

USAGE = """python -m coursekit new NAME DIR    a new course that works, to write over
python -m coursekit check DIR       everything that can be mended, with file and line
python -m coursekit preview DIR     read it in a browser; what you save shows at once
python -m coursekit build DIR       the wheel to ship, in DIR/dist
"""


def told(report: Report) -> str:
    """The report as lines for a terminal: each fault with its file and line, then what there is."""
    lines = [str(one) for one in report.findings]
    if report.course:
        spoken = ", ".join(report.course.languages)
        lines += ["", f"{report.course.id} {report.course.version} ({spoken}), {report.questions} questions"]
        lines += [
            f"  {one.lesson} {one.language}: {one.words} words, {one.minutes} min to read"
            for one in report.readings
        ]
    count = len(report.findings)
    lines.append("Nothing to mend." if not count else f"{count} to mend." if count > 1 else "One to mend.")
    return "\n".join(lines)


def _tell(url: str) -> None:
    sys.stdout.write(f"{url}  (stop with Ctrl-C)\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Carry out one command; 1 where there is something to mend, 2 where the command is not understood."""
    match arguments:
        case ["check", folder]:
            report = check(Path(folder))
            sys.stdout.write(told(report) + "\n")
            return 1 if report.findings else 0
        case ["new", name, folder]:
            try:
                scaffold(name, Path(folder))
            except CannotScaffold as error:
                sys.stderr.write(f"{error}\n")
                return 1
            sys.stdout.write(
                f"{folder} holds a course of two lessons. Read its README.md, then write over it.\n"
            )
            return 0
        case ["preview", folder]:
            serve(Path(folder), told=_tell)
            return 0
        case ["build", folder]:
            try:
                sys.stdout.write(f"{build(Path(folder))}\n")
            except CannotBuild as error:
                sys.stderr.write(f"{told(error.report)}\n{error}\n" if error.report else f"{error}\n")
                return 1
            return 0
        case _:
            sys.stderr.write(USAGE)
            return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
