"""Questions as lmms-eval's task files word them.

    python notebooks/goldens/make_wording_goldens.py LMMS_EVAL OUTPUT_DIR

LMMS_EVAL: a clone of https://github.com/EvolvingLMMs-Lab/lmms-eval at commit 75571cfe, a work tree or bare. Its tasks'
`doc_to_text` runs unchanged, with the task's `lmms_eval_specific_kwargs` as lmms_eval/api/task.py chooses them by the model's
name. Needs PyYAML.

Writes wordings.jsonl.gz, one JSON array per line: [benchmark, wording, row, new tokens at most or null, prompt]. `<picture>` in a
row stands for a picture. No row has what rows' readers here do not keep: two blanks behind an option's letter, and in
mlvu those around a question; nor what mmstar's task removes: " Please answer yes or no.".
"""

import ast
import re
import string
import sys
from pathlib import Path

import yaml
from clones import functions, source
from make_rule_goldens import write

TASKS = "lmms_eval/tasks/"
QUESTIONS = [
    "Which one?", " what IS it?\n", "\tLook at <image 1>.\nHow many {cats} are there?  ", "Wo?\u00a0", "\u4e2d\u56fd\uff1f", "\u00c9t\u00e9\x85",
]  # fmt: skip
OPTIONS = [["egg", " larva", "pupa ", "i{mago}"], ["2", "12", "no", "turn left"]]
LETTERED = "{}\n(A) egg\n(B) 2\n(C) turn left\n(D) no"
SPOKEN = "{}\nA. egg\nB. 2\nC. no\n\nPlease answer directly with only the letter of the correct option and nothing else."
WORDINGS = {
    "default": "lmms-eval", "qwen3_vl": "lmms-eval-qwen3-vl", "llava_vid": "lmms-eval-llava-vid", "plm": "lmms-eval-plm",
    "aria": "lmms-eval-aria",
}  # fmt: skip


IDS = ["id", "index", "questionId", "question_id", "question_idx"]


class Loader(yaml.SafeLoader):
    """Takes `!function utils.name` for its text."""


Loader.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))


def settings(clone, file):
    """A task's settings, over those of the files that it includes."""
    own = yaml.load(source(clone, TASKS + file), Loader)
    below = own.pop("include", None)
    return (settings(clone, str(Path(file).parent / below)) if below else {}) | own


def letters(options):
    return [f"{letter}. {text.lstrip()}" for letter, text in zip(string.ascii_uppercase, options)]


def lists(more, column="options", cells=list):
    return [more | {"question": question, column: cells(options)} for question in QUESTIONS for options in OPTIONS]


def plain(more, form="{}"):
    return [more | {"question": form.format(question)} for question in QUESTIONS]


PICTURE = {"image": "<picture>", "answer": "A"}
MMMU = {f"image_{i}": "<picture>" if i == 1 else None for i in range(1, 8)} | {"id": "validation_Art_1", "answer": "A"}
VIDEO = {"question_id": "1", "videoID": "v", "answer": "A", "duration": "short", "domain": "d", "sub_category": "s", "task_type": "t"}
HALLUSION = PICTURE | {
    "gt_answer": "1", "category": "VD", "subcategory": "map", "visual_input": "1", "set_id": "1", "figure_id": "1",
    "question_id": "1",
}  # fmt: skip
NEXT = {"video": 1, "answer": 0, "type": "CW"}
# benchmark: the task's file, that of its functions, helpers, keys, rows
CASES = {
    "mmstar": ("mmstar/mmstar.yaml", "mmstar/utils.py", [], ["default", "qwen3_vl"],
               plain(PICTURE | {"index": 1, "category": "c", "l2_category": "l"}, LETTERED + " \n")),
    "mmmu": ("mmmu/mmmu_val.yaml", "mmmu/utils.py", ["construct_prompt", "parse_options", "mmmu_doc_to_text_qwen3vl"],
             ["default", "qwen3_vl"],
             lists(MMMU | {"question_type": "multiple-choice"}, cells=repr)
             + [row | {"options": "[]"} for row in plain(MMMU | {"question_type": "open"})]),
    "video-mme": ("videomme/videomme.yaml", "videomme/utils.py", ["videomme_doc_to_text_qwen3vl"],
                  ["default", "llava_vid", "qwen3_vl"], lists(VIDEO, cells=letters)),
    "ai2d": ("ai2d/ai2d.yaml", "ai2d/utils.py", [], ["default"], lists(PICTURE | {"answer": "0"})),
    "chartqa": ("chartqa/chartqa.yaml", "chartqa/utils.py", [], ["default"], plain(PICTURE | {"type": "t"})),
    "docvqa": ("docvqa/docvqa_val.yaml", "docvqa/utils.py", [], ["default"],
               plain({"image": "<picture>", "questionId": "1", "docId": "1", "answers": ["a"], "question_types": ["t"]})),
    "infographicvqa": ("infovqa/infovqa_val.yaml", "infovqa/utils.py", [], ["default"],
                       plain({"image": "<picture>", "questionId": "1", "answers": ["a"], "answer_type": ["t"]})),
    "ocrbench": ("ocrbench/ocrbench.yaml", "ocrbench/utils.py", [], ["default"],
                 plain({"image": "<picture>", "answer": ["a"], "question_type": "t"})),
    "realworldqa": ("realworldqa/realworldqa.yaml", "realworldqa/utils.py", [], ["default"], plain(PICTURE, SPOKEN + "\u2003")),
    "mathvision": ("mathvision/mathvision_test.yaml", "mathvision/utils.py", [], ["default"],
                   [row | {"decoded_image": "<picture>", "id": "1", "subject": "s", "level": 1}
                    for row in lists({"answer": "A"}) + [row | {"options": []} for row in plain({"answer": "A"})]]),
    "hallusionbench": ("hallusion_bench/hallusion_bench_image.yaml", "hallusion_bench/evaluate_hb.py", [], ["default"],
                       plain(HALLUSION)),
    "pope": ("pope/pope.yaml", "pope/utils.py", [], ["default"],
             plain(PICTURE | {"question_id": 1, "image_source": "a", "category": "random", "answer": "yes"})),
    "vizwiz": ("vizwiz_vqa/vizwiz_vqa_val.yaml", "vizwiz_vqa/utils.py", [], ["default"],
               plain({"image": "<picture>", "question_id": "VizWiz_val_1", "answers": ["a"], "category": "c"})),
    "mlvu": ("mlvu/mlvu_dev.yaml", "mlvu/utils.py", [], ["default", "plm"],
             [{"video_name": "v", "answer": "A", "task_type": "ego", "question": (LETTERED + "\n").format(question.strip())}
              for question in QUESTIONS]),
    "mvbench": ("mvbench/mvbench_action_count.yaml", "mvbench/utils.py", [], ["default"],
                lists({"video": "v", "start": 0, "end": 1, "answer": "", "_file": "action_count"}, "candidates")),
    "egoschema": ("egoschema/egoschema_subset.yaml", "egoschema/utils.py", [], ["default", "aria"],
                  lists({"question_idx": "1", "video_idx": "v", "answer": "0"}, "option", letters)),
    "next-qa": ("nextqa/nextqa_mc_test.yaml", "nextqa/utils.py", [], ["default"],
                [NEXT | {"question": question} | {f"a{i}": text for i, text in enumerate(options + ["it"])}
                 for question in QUESTIONS for options in OPTIONS]),
}  # fmt: skip


def worded(clone, benchmark):
    task, code, helpers, keys, rows = CASES[benchmark]
    found = settings(clone, task)
    name = found["doc_to_text"].split(".")[1]
    config = {"metadata": {"interleaved_format": False}}
    text = source(clone, TASKS + code)
    space = {"ast": ast, "re": re, "string": string, "config": config}
    for node in ast.parse(text).body:  # constants that functions read
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Constant, ast.List)):
            exec(compile(ast.unparse(node), code, "exec"), space)
    functions(text, [*helpers, name], space)
    specific = found.get("lmms_eval_specific_kwargs") or {}
    for key in keys:
        chosen = specific[key] if key in specific else specific | specific.get("default", {})
        for number, row in enumerate(rows):
            row = row | {name: f"{row[name]}{number}" for name in IDS if name in row}
            tokens = found.get("generation_kwargs", {}).get("max_new_tokens")
            yield [benchmark, WORDINGS[key], row, tokens, space[name](row, chosen)]


def main():
    clone, out = (Path(argument) for argument in sys.argv[1:3])
    write(out / "wordings.jsonl.gz", (line for benchmark in CASES for line in worded(clone, benchmark)))


if __name__ == "__main__":
    main()
