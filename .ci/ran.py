"""Whether the tests that need a server, a browser or yaz really ran: reads pytest's JUnit report, fails when one kind is missing.

`tests/conftest.py` writes each test's markers into the report when CI is set. A kind that `.ci/run` found it must do without stands
in CI_WITHOUT, and is named instead.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

NEEDED = ("postgresql", "elasticsearch", "browser", "yaz", "zbar")


def main(report: str) -> int:
    ran: Counter[str] = Counter()
    skipped: list[str] = []
    for case in ElementTree.parse(Path(report)).iter("testcase"):  # noqa: S314 - our own report
        if (skip := case.find("skipped")) is not None:
            skipped.append(f"{case.get('classname')}::{case.get('name')}: {skip.get('message')}")
            continue
        ran.update(one.get("value") or "" for one in case.iter("property") if one.get("name") == "marker")
    print(f"ci: {', '.join(f'{ran[kind]} {kind} tests' for kind in NEEDED)} ran; {len(skipped)} skipped")
    for line in skipped:
        print(f"ci: skipped {line}")
    without = os.environ.get("CI_WITHOUT", "").split()
    for kind in without:
        print(f"ci: NOT TESTED: what needs {kind}, which is not here")
    missing = [kind for kind in NEEDED if not ran[kind] and kind not in without]
    if missing:
        print(f"ci: no test ran that needs {', '.join(missing)}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
