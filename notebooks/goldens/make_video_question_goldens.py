"""Random answers to questions about videos, judged by the harnesses' own code.

    python notebooks/goldens/make_video_question_goldens.py VLMEVALKIT LMMS_EVAL OUTPUT_DIR [COUNT]

VLMEVALKIT: a clone of https://github.com/open-compass/VLMEvalKit at commit e8e78f05;
LMMS_EVAL: a clone of https://github.com/EvolvingLMMs-Lab/lmms-eval at commit 75571cfe, with its history: the rule of before
April 2026 is that of the parent of commit 9ca4445d. Work trees or bare repositories; their functions run unchanged.

Writes COUNT (500) seeded random answers each, stripped as both harnesses' models return them, one JSON array per line,
mvbench.jsonl.gz: [text, options, place of the right one, right in lmms-eval, right in VLMEvalKit without a judge];
video_mme.jsonl.gz: [text, lmms-eval's letter, its letter before April 2026, VLMEvalKit's letter without a judge], "" or "Z"
where there is none.
"""

import copy
import gzip
import json
import os
import random
import re
import string
import sys
from pathlib import Path

from clones import functions, git, source
from make_choice_goldens import Silent
from make_rule_goldens import mixed

BEFORE = "9ca4445d^"
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
    functions(source(clone, "vlmeval/dataset/utils/mvbench.py"), ["check_ans_with_model"], space)
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
        yield [text, options, right, score == 1, vlm["check_ans_with_model"](text, given, None, item)]


def video_mme(extract, before, vlm, rng, count):
    for text in texts(rng, [], count):
        text = text.strip()
        other = vlm["extract_characters_regex"](text)
        item = {"question": "Which?", "prediction": text}
        yield [text, extract(text, choices=list("ABCD")), before(text), other or vlm["extract_option"](None, item, "Video-MME")]


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


if __name__ == "__main__":
    main()
