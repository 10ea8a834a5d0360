"""Golden answers of MME, MMBench, SEED-Bench and POPE, made by the reference evaluators themselves.

    python notebooks/goldens/make_choice_goldens.py MME VLMEVALKIT LMMS_EVAL OUTPUT_DIR

MME: calculation.py out of tools/eval_tool.zip of
https://github.com/BradyFU/Awesome-Multimodal-Large-Language-Models, branch Evaluation, at commit dd29509;
VLMEVALKIT: a checkout of https://github.com/open-compass/VLMEvalKit at commit e8e78f05;
LMMS_EVAL: a checkout of https://github.com/EvolvingLMMs-Lab/lmms-eval at commit 75571cfe.
All run unchanged; libraries that their parsers do not use are replaced by empty modules.

Writes, 12,000 seeded random answers each, one JSON array per line,
mme_parser.jsonl.gz: [text, calculation.py, lmms-eval], each yes, no or other;
mmbench_parser.jsonl.gz: [text, options, VLMEvalKit, lmms-eval], a letter or "" where it is left open;
short_parser.jsonl.gz: [text, whether lmms-eval's SEED takes it for A, whether its POPE takes it for yes, for no].
"""

import gzip
import importlib.util
import json
import random
import sys
import types
from pathlib import Path

COUNT = 12_000
SPACES = [" ", " ", " ", "  ", "\n", "\t", "\u00a0", "\u2003", "\u3000", "\x1f", "\x85", ""]
YES_NO = [
    "yes", "Yes", "YES", "no", "No", "NO", "y", "n", "Y", "N", "eyes", "none", "norway", "not", "Nothing", "ye", "s", "o",
    "other", "the answer is yes", ".", "..", ",", "!", "\u0130", "\u00d1o", "\U0001f600", "\uff39es", "ſ", "é", "1",
]
LETTERS = list("ABCDEZabcdF") * 3
MARKS = [".", ",", ":", ")", "(", "[", "]", ";", "!", "*", "**", "#", "{", "}", "'", '"', "?", "。", ")."]
WORDS = [
    "a", "is", "the", "answer", "Answer", "correct", "The correct answer is", "the answer is", "answer\u00a0is", "an\u017fwer is",
    "answer \u0131s", "Answer IS", "option", "I choose", "i pick", "my choice is", "答案是", "选", "정답은", "答えは", "best option is", "dog",
    "Cannot determine the answer", "Failed to obtain answer via API", "I can't process this file.", "because", "it", "cat",
    "\U0001f600", "\u0130", "é", "banana", "B.C.", "AB", "A-B", "Zoo", "(A)", "(B).", ":C", "D:",
]
OPTIONS = [
    "dog", "cat", "a dog", "Dog", "red", "reddish", "The orange is on the right", "All above are not right", "both A,B, and C",
    "1", "12", "\u732b", "\u0130zmir", "A", "answer is", "no", "NONE of these", "i", "blue circle", "\U0001f600",
]


def module(path, name):
    """A reference file as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def stub(name, **attributes):
    """Stands in for a library that the parsers do not use."""
    made = types.ModuleType(name)
    made.__dict__.update(attributes)
    sys.modules[name] = made


class Silent:
    def info(self, *_):
        pass


def mixed(rng, pieces, most):
    text = ""
    for _ in range(rng.randint(1, most)):
        text += rng.choice(pieces) + rng.choice(SPACES)
    return text


def mme(official, lmms, rng):
    for text in texts(rng, lambda: mixed(rng, YES_NO, 4), ["", "yes", "no", "Yes.", "y", "N.", " yes", "  yes", "   no"]):
        yield [text, official.parse_pred_ans(text.lower()), lmms.parse_pred_ans(text)]


def texts(rng, made, fixed):
    found = list(fixed)
    while len(found) < COUNT:
        found.append(made())
    return found


def choice(rng, options):
    pieces = LETTERS + MARKS + WORDS + options * 3
    text = ""
    for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 4, 5, 7, 9])):
        piece = rng.choice(pieces)
        if piece in LETTERS:
            piece = rng.choice(["", "", "(", ":", '"', "**"]) + piece + rng.choice(["", "", ".", ",", ":", ")", ").", "**"])
        text += piece + rng.choice(SPACES)
    return text


def mmbench(vlm, evaluator, extract, rng):
    for _ in range(COUNT):
        options = rng.sample(OPTIONS, rng.choice([2, 2, 3, 4, 4, 4]))
        text = choice(rng, options)
        choices = dict(zip("ABCD", options))
        first = vlm.can_infer(text, dict(choices)) or ""
        second = evaluator.can_infer(text, dict(choices)) or extract(text, choices=sorted(choices))
        yield [text, options, first, second]


def short(seed, pope, rng):
    pieces = YES_NO + ["A", "a", "A.", "B", "(A)"]
    for text in texts(rng, lambda: mixed(rng, pieces, 2), ["", " ", "A", "a", "yes", " No "]):
        result = seed.seed_process_result({"answer": "A", "data_type": "image", "question_id": 0}, [text])["seed_image"]
        says = pope.pope_process_results({"answer": "yes", "question_id": 0}, [text])["pope_accuracy"]["prediction"]
        yield [text, seed.seed_aggregation_result([result]) == 1, says == "yes", says == "no"]


def write(path, lines):
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as sink:
        for line in lines:
            sink.write((json.dumps(line, ensure_ascii=False) + "\n").encode())


def main():
    calculation, vlmevalkit, lmms_eval, out = (Path(argument) for argument in sys.argv[1:])
    sys.argv = sys.argv[:1]
    empty = lambda *_: None
    stub("sklearn"), stub("loguru", logger=Silent()), stub("pandas"), stub("requests")
    stub("sklearn.metrics", accuracy_score=empty, precision_score=empty, recall_score=empty, confusion_matrix=empty)
    stub("vlmeval"), stub("vlmeval.smp"), stub("vlmeval.smp.log", get_logger=lambda _: Silent())
    tasks = lmms_eval / "lmms_eval/tasks"
    official = module(calculation, "calculation").calculate_metrics()
    write(out / "mme_parser.jsonl.gz", mme(official, module(tasks / "mme/utils.py", "mme"), random.Random(1)))
    evaluator = module(tasks / "mmbench/mmbench_evals.py", "mmbench").MMBench_Evaluator()
    extract = module(tasks / "_task_utils/mcq_extract.py", "extract").extract_mcq_answer
    matching = module(vlmevalkit / "vlmeval/utils/matching_util.py", "matching")
    write(out / "mmbench_parser.jsonl.gz", mmbench(matching, evaluator, extract, random.Random(2)))
    seed, pope = module(tasks / "seedbench/utils.py", "seed"), module(tasks / "pope/utils.py", "pope")
    write(out / "short_parser.jsonl.gz", short(seed, pope, random.Random(3)))


if __name__ == "__main__":
    main()
