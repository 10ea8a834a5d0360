"""POPE golden answers, made by the official evaluator itself.

    python notebooks/goldens/make_pope_goldens.py PATH/TO/POPE/evaluate.py OUTPUT_DIR

evaluate.py: https://github.com/AoiDragon/POPE at commit f3ec604;
the script it is given runs unchanged, except that its two empty file names are filled in.

Writes pope_parser.jsonl (10,000 seeded random answers with what the evaluator made of each) and
pope_metrics.jsonl (seeded answer and label lists with the numbers it printed for them).
"""

import contextlib
import io
import json
import random
import sys
import tempfile
from pathlib import Path

PIECES = [
    "No", "no", "NO", "not", "Not", "Yes", "yes", "Nope", "isn't", "cannot", "nothing", "know",
    "there", "is", "a", "dog", "in", "the", "image", ".", ",", ", ", ". ", " ", "  ", "\n", "\t",
    ";", "!", "No.", "no,", "No;", "nö", "\u00a0", "\u3002", "\uff0c", "ＮＯ", "", "...",
]


def evaluate(source, answers, labels, folder):
    """Runs the evaluator; returns its global variables and its figures by name."""
    answer_file, label_file = folder / "answers.json", folder / "labels.json"
    answer_file.write_text("".join(json.dumps({"answer": a}) + "\n" for a in answers), encoding="utf-8")
    label_file.write_text("".join(json.dumps({"label": l}) + "\n" for l in labels), encoding="utf-8")
    filled = source.replace("ans_file = ''", f"ans_file = {str(answer_file)!r}")
    filled = filled.replace("label_file = ''", f"label_file = {str(label_file)!r}")
    scope = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(filled, "evaluate.py", "exec"), scope)
    return scope


def main():
    source = Path(sys.argv[1]).read_text(encoding="utf-8")
    out = Path(sys.argv[2])
    rng = random.Random(20261120)
    texts = ["", ".", "No", "no", "not", "NO", "No\n", "No;", "Not really", "isn't", ".no", "a.no", "no.yes", ",no"]
    while len(texts) < 10_000:
        joiner = rng.choice([" ", " ", ""])
        texts.append(joiner.join(rng.choice(PIECES) for _ in range(rng.randint(0, 9))))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # One yes/yes pair after them keeps the evaluator from dividing by zero.
        scope = evaluate(source, texts + ["yes"], ["yes"] * (len(texts) + 1), folder)
        with open(out / "pope_parser.jsonl", "w", encoding="utf-8") as sink:
            for text, answer in zip(texts, scope["answers"]):
                sink.write(json.dumps({"text": text, "parsed": answer["answer"]}) + "\n")
        with open(out / "pope_metrics.jsonl", "w", encoding="utf-8") as sink:
            for n in [2, 3, 10, 97, 1000]:
                answers = ["yes"] + [rng.choice(["yes", "no", "No.", "Yes, a dog"]) for _ in range(n - 1)]
                labels = ["yes"] + [rng.choice(["yes", "no"]) for _ in range(n - 1)]
                scope = evaluate(source, answers, labels, folder)
                names = {"accuracy": "acc", "precision": "precision", "recall": "recall", "f1": "f1", "yes_ratio": "yes_ratio"}
                metrics = {name: scope[key] for name, key in names.items()}
                sink.write(json.dumps({"answers": answers, "labels": labels, "metrics": metrics}) + "\n")


if __name__ == "__main__":
    main()
