"""Random answers to questions about videos, judged by the harnesses' own code.

    python notebooks/goldens/make_video_question_goldens.py VLMEVALKIT LMMS_EVAL OUTPUT_DIR [COUNT]

VLMEVALKIT: a clone of https://github.com/open-compass/VLMEvalKit at commit e8e78f05;
LMMS_EVAL: a clone of https://github.com/EvolvingLMMs-Lab/lmms-eval at commit 75571cfe, with its history: the rule of before
April 2026 is that of the parent of commit 9ca4445d. Work trees or bare repositories; their functions run unchanged.

Writes COUNT (500) seeded random answers each, stripped as both harnesses' models return them, one JSON array per line,
mvbench.jsonl.gz: [text, options, place of the right one, right in lmms-eval, right in VLMEvalKit without a judge];
video_mme.jsonl.gz: [text, lmms-eval's letter, its letter before April 2026, VLMEvalKit's letter without a judge], "" or "Z"
where there is none;
mlvu.jsonl.gz: [text, options, place of the right one, task, right in lmms-eval, right in it before April 2026, right in
VLMEvalKit without a judge], and behind them the percentage that lmms-eval makes of them;
egoschema.jsonl.gz, nextqa.jsonl.gz: [text, options, lmms-eval's letter], "" where it draws one.
"""

import copy
import gzip
import json
import os
import random
import re
import string
import sys
import types
from pathlib import Path

import numpy as np
from clones import functions, git, source
from make_choice_goldens import Silent
from make_rule_goldens import mixed

BEFORE = "9ca4445d^"
TASKS = ["anomaly_reco", "count", "ego", "needle", "order", "plotQA", "topic_reasoning"]
LETTERS = list("ABCDEabcdF") * 2 + ["(A)", "(b)", "(C", "D)", "A.", "B.", "C:", "d.", "Ａ", "(a)(b)", "(", ")", "()"]
WORDS = [
    "a", "an", "the", "answer", "The best answer is", "The answer is", "the answer is", "Answer:", "Option:", "Best option:",
    "Best answer:", "The best option is", "The correct option is", "Because", "DNA", "it", "1,000", "3.5", "İ", "ſ", "é",
    "Cannot determine the answer", "Z", "答案是", "정답은", "Failed to obtain answer via API",
]  # fmt: skip
OPTIONS = ["red", "a red cup", "The man sits.", "2", "12", "İzmir", "Straße", "no", "turn left", "\U0001f600"]
FIXED = [
    "", "(", ")", ".", "A", "a", "(A)", "A.", "A. red", "A.\nred", "b) no", "Best option: C", "Answer: C", "The answer is C.",
    "I see a man", "None", "D " * 12, "x " * 12, "The best option isThe correct option is B", "Best answer:Best option: D",
]  # fmt: skip
CELLS = {
    "egoschema": lambda options: {"option": [f"{letter}. {text}" for letter, text in zip("ABCDE", options)]},
    "nextqa": lambda options: {f"a{i}": text for i, text in enumerate(options)},
}


def texts(rng, options, count):
    yield from FIXED
    for _ in range(count - len(FIXED)):
        yield mixed(rng, LETTERS + WORDS + options, 5)


def write(path, lines):
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as sink:
        for line in lines:
            sink.write((json.dumps(line, ensure_ascii=False) + "\n").encode())


def vlmevalkit(clone):
    """VLMEvalKit's functions by their names."""
    space = {"re": re, "os": os, "string": string, "cp": copy, "logger": Silent(), "pd": Absent}
    matching = source(clone, "vlmeval/utils/matching_util.py")
    space["_VERBOSE_ANSWER_RE"] = re.compile(r"(?i)(?:correct\s+)?answer\s+is\s+\**([ABCD])\**")
    assert space["_VERBOSE_ANSWER_RE"].pattern in matching
    functions(matching, ["can_infer_option", "can_infer_text", "can_infer"], space)
    functions(source(clone, "vlmeval/smp/misc.py"), ["cn_string"], space)
    functions(source(clone, "vlmeval/smp/vlm.py"), ["build_option_str"], space)
    choice = source(clone, "vlmeval/dataset/utils/multiple_choice.py")
    functions(choice, ["build_choices", "build_prompt", "build_prompt_cn", "extract_answer_from_item"], space)
    for name in ("mvbench", "mlvu"):
        functions(source(clone, f"vlmeval/dataset/utils/{name}.py"), ["check_ans_with_model"], space)
        space[name] = space["check_ans_with_model"]
    functions(source(clone, "vlmeval/dataset/utils/videomme.py"), ["extract_characters_regex", "extract_option"], space)
    return space


class Absent:
    """pandas' test of a cell, which is all that is asked of it."""

    @staticmethod
    def isna(value):
        return value is None


def mvbench(lmms, vlm, rng, count):
    for text in texts(rng, OPTIONS, count):
        text, options = text.strip(), rng.sample(OPTIONS, rng.choice([2, 3, 4, 4, 5]))
        right = rng.randrange(len(options))
        doc = {"candidates": options, "answer": options[right]}
        score = lmms["mvbench_process_results"](doc, [text])["mvbench_accuracy"]["score"]
        letters = dict(zip(string.ascii_uppercase, options))
        item = {"question": "?", "prediction": text, "answer": string.ascii_uppercase[right], **letters}
        given = f"({string.ascii_uppercase[right]}) {options[right]}"
        yield [text, options, right, score == 1, vlm["mvbench"](text, given, None, item)]


def video_mme(extract, before, vlm, rng, count):
    for text in texts(rng, [], count):
        text = text.strip()
        other = vlm["extract_characters_regex"](text)
        item = {"question": "Which?", "prediction": text}
        yield [text, extract(text, choices=list("ABCD")), before(text), other or vlm["extract_option"](None, item, "Video-MME")]


def mlvu(lmms, before, vlm, rng, count):
    seen = []
    for text in texts(rng, OPTIONS, count):
        text, options, right = text.strip(), rng.sample(OPTIONS, 4), rng.randrange(4)
        doc = {"question": "?", "task_type": rng.choice(TASKS), "answer": string.ascii_uppercase[right]}
        seen.append(lmms["mlvu_process_results"](doc, [text])["mlvu_percetion_score"])
        now = seen[-1]["pred_answer"] == doc["answer"]
        item = {"question": "?", "prediction": text, "answer": doc["answer"], **dict(zip(string.ascii_uppercase, options))}
        given = f"({doc['answer']}) {options[right]}"
        old, other = before(text) == doc["answer"], vlm["mlvu"](text, given, None, item)
        yield [text, options, right, doc["task_type"], now, old, other]
    yield lmms["mlvu_aggregate_results_dev"](seen)


def five_options(space, cells, rng, count):
    """Of lmms-eval's tasks with five options: `cells` makes a row of these."""
    for text in texts(rng, ["see A.x", "so B.", "DNA and C", "(E) no", "A. red", "b. the man sits.", *OPTIONS], count):
        text, options = text.strip(), rng.sample(OPTIONS, 5)
        by_letter, letters = space["get_multi_choice_info"](cells(options))
        letter = space["parse_multi_choice_response"](text, letters, by_letter)
        yield [text, options, letter[0] if isinstance(letter, tuple) else letter]


def main():
    vlm_clone, lmms_clone, out = (Path(argument) for argument in sys.argv[1:4])
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 500
    vlm = vlmevalkit(vlm_clone)
    lmms = {"re": re, "string": string}
    functions(source(lmms_clone, "lmms_eval/tasks/mvbench/utils.py"), ["mcq_acc", "mvbench_process_results"], lmms)
    write(out / "mvbench.jsonl.gz", mvbench(lmms, vlm, random.Random(1), count))
    shared = {}
    exec(compile(source(lmms_clone, "lmms_eval/tasks/_task_utils/mcq_extract.py"), "mcq_extract", "exec"), shared)
    former = git(lmms_clone, "show", f"{BEFORE}:lmms_eval/tasks/videomme/utils.py")
    before = functions(former, ["extract_characters_regex"], {"re": re})["extract_characters_regex"]
    extract = shared["extract_mcq_answer"]
    write(out / "video_mme.jsonl.gz", video_mme(extract, before, vlm, random.Random(2), count))
    task = source(lmms_clone, "lmms_eval/tasks/mlvu/utils.py")
    names = ["mlvu_process_results", "mlvu_aggregate_results_dev"]
    space = {"extract_characters_regex": lambda text: extract(text, choices=list("ABCD")), "eval_logger": Silent()}
    functions(task, names, space)
    former = git(lmms_clone, "show", f"{BEFORE}:lmms_eval/tasks/mlvu/utils.py")
    before = functions(former, ["extract_characters_regex"], {})["extract_characters_regex"]
    write(out / "mlvu.jsonl.gz", mlvu(space, before, vlm, random.Random(3), count))
    names = ["get_multi_choice_info", "parse_multi_choice_response"]
    for seed, (name, cells) in enumerate(CELLS.items(), 4):
        undecided = types.SimpleNamespace(choice=lambda _: "")
        space = {"np": np, "random": undecided, "OPTIONS": list("ABCDE")}
        functions(source(lmms_clone, f"lmms_eval/tasks/{name}/utils.py"), names, space)
        write(out / f"{name}.jsonl.gz", five_options(space, cells, random.Random(seed), count))


if __name__ == "__main__":
    main()
