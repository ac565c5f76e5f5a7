"""What the assistant does with the sample company's cases: right, wrong, abstained, leaked.

    python benchmarks/answers.py [--half tuned|untouched] [--cases FOLDER] [--json]

The sample company is set up anew at the day for which its customers are written; the same as
`yorisoi evaluate answers` on a home that holds them.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.evaluation.cases import read_cases
from benchmarks.sample import EVALUATION, THE_DAY, opened
from channels.cli.answers import as_data, run, show_verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", default="")
    parser.add_argument("--cases", type=Path, default=EVALUATION / "answers")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="yorisoi-bench-"))
    try:
        services = opened(home / "home", people=True, clock=lambda: THE_DAY)
        cases = [one for one in read_cases(options.cases) if options.half in ("", one.half)]
        verdicts = run(services, cases)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if options.json:
        print(json.dumps(as_data(verdicts), ensure_ascii=False))
    else:
        show_verdicts(verdicts, options.show)


if __name__ == "__main__":
    main()
