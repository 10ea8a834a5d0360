"""Compares the engine's speed of two checkouts, in alternating rounds.

    python notebooks/bench/compare.py ../other --rounds 3 --bench "--only wide,vqa,answers --minutes 0"

Each round runs the bench of this checkout and of the other, each with its own sources; who begins alternates. No peer is started. The
checkpoints are shared, in this checkout's jobs/target/compare. A ratio is the median over rounds of this checkout's rate over the
other's; rows that only one of them has are left out.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

THIS = Path(__file__).resolve().parents[2]
OURS = re.compile(r"ours ([\d.]+) questions/s")  # of a contest whose peer is not there


def rates(checkout: Path, work: Path, bench: str) -> dict[tuple[str, str], float]:
    """Runs a checkout's bench and returns rates by measure and checkpoint."""
    asked = f"{bench} --python {os.devnull} --work {work}"
    done = subprocess.run(
        ["./mvnw", "-q", "-Pbench", "test-compile", "exec:exec", f"-Dbench.args={asked}"],
        cwd=checkout,
        stdout=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        sys.exit(f"Cannot run the bench of {checkout}: it ended with {done.returncode}; see above")
    found = {}
    for row in json.loads((work / "results.json").read_text())["figures"]:
        contest = OURS.search(row["detail"])
        if contest:
            found[row["measure"], row["on"]] = float(contest[1])
        elif row["unit"] == "PER_SECOND":
            found[row["measure"], row["on"]] = row["value"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("other", type=Path, help="another checkout of this repository")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bench", default="--only wide,vqa,answers --minutes 0", help="the bench's options")
    options = parser.parse_args()
    work = THIS / "jobs/target/compare"
    work.mkdir(parents=True, exist_ok=True)
    checkouts = [THIS, options.other.resolve()]
    rounds = []
    for number in range(options.rounds):
        order = checkouts if number % 2 == 0 else checkouts[::-1]
        measured = {checkout: rates(checkout, work, options.bench) for checkout in order}
        rounds.append([measured[checkout] for checkout in checkouts])
    print("| measure | on | this | other | this over other | of each round |\n|---|---|---|---|---|---|")
    for row in rounds[0][0]:
        both = [(ours[row], theirs[row]) for ours, theirs in rounds if row in ours and row in theirs]
        if both:
            ratios = [mine / other for mine, other in both]
            mine, other = (median(side) for side in zip(*both))
            each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"| {row[0]} | {row[1]} | {mine:.2f}/s | {other:.2f}/s | {median(ratios):.2f} | {each} |")


if __name__ == "__main__":
    main()
