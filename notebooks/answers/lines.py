"""Turns answer files of a form that `score` doesn't read into one that it does.

    python lines.py rows --output none.jsonl outputs_adversarial/results.jsonl outputs_popular/results.jsonl ...
    python lines.py mme --output none outputs_OCR/results.jsonl outputs_artwork/results.jsonl ...
    python lines.py verdicts --output none.jsonl --questions questions.jsonl baseline_output.json
    python lines.py videos --output none.jsonl --questions questions.jsonl --answer rekv real_output_rekv.json

Forms:
  rows      JSON lines {qid, image_path, prompt, pred, answers} with qid a number, in folders outputs_SETTING. The files
            of several settings, such as POPE's adversarial, popular and random, are written one after the other, in the
            order given, with ids 10000001, 20000001, ... for qid 1 of the first, second, ... file. A question's
            category is its setting: --questions FOLDER/llava_pope_test.jsonl, beside POPE's own label files, makes
            FOLDER the source of `--benchmark pope`.
  mme       JSON lines of the same keys with qid IMAGE_TASK_pos or IMAGE_TASK_neg, in folders outputs_TASK. --output is
            a folder of TASK.txt, as MME's own eval_tool/Your_Results, which is answers and right answers in one.
  verdicts  one JSON object {correct: [...], incorrect: [...]} of rows {question_id, question, pred, ground_truth}.
            Rows that nobody asked (question "Unknown", pred "FAILED") are left out and counted.
  videos    a JSON list of {video_path, questions: [{question, options, answer, ANSWER}]}, where --answer says which key
            ANSWER has the model's text. A question's id is its number in the file, from 1, and `score` checks that all
            files have the same text there. Questions without ANSWER are left out and counted.

All but mme write LLaVA's answer lines {question_id, prompt, text}. --questions (rows, verdicts, videos) also writes the
questions with their right answers, for `--benchmark custom --source`: {question_id, image, text, answer, category};
image is the picture's or the video's name, by which answers are clustered. A row with a missing key, another type, or
an id that stands twice ends the program with the file and the row. Files that exist are not replaced.
"""

import argparse
import json
import os
import sys


OUTPUTS = "outputs_"
SETTING_IDS = 10_000_000


class Unreadable(Exception):
    """A row or file that isn't of the form: where, and what was expected."""


class Left(Exception):
    """A row without an answer: why it is left out."""


def load(text, where):
    try:
        return json.loads(text)
    except ValueError as e:
        raise Unreadable(f"{where}: no JSON ({e})")


def get(row, key, kind, where):
    if not isinstance(row, dict):
        raise Unreadable(f"{where}: expected an object with {key}, found {type(row).__name__}")
    if key not in row:
        raise Unreadable(f"{where}: expected the key {key}, found {', '.join(row) or 'none'}")
    if not isinstance(row[key], kind):
        raise Unreadable(f"{where}: expected {key} to be {kind.__name__}, found {json.dumps(row[key])[:80]}")
    return row[key]


def json_lines(path):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield f"{path}:{number}", load(line, f"{path}:{number}")


def whole(path):
    with open(path, encoding="utf-8") as file:
        return load(file.read(), path)


def split_row(row, where):
    """Returns qid, picture's path, prompt, pred and the right answer, whose list has one text."""
    right = get(row, "answers", list, where)
    if len(right) != 1 or not isinstance(right[0], str):
        raise Unreadable(f"{where}: expected answers to be a list of one text, found {json.dumps(right)[:80]}")
    return [get(row, key, str, where) for key in ("qid", "image_path", "prompt", "pred")] + right


def part(path):
    """Returns what stands behind outputs_ in the name of the file's folder."""
    folder = os.path.basename(os.path.dirname(os.path.abspath(path)))
    if not folder.startswith(OUTPUTS):
        raise Unreadable(f"{path}: expected its folder to be called {OUTPUTS}NAME, found {folder}")
    return folder[len(OUTPUTS):]


def rows(path, _):
    setting = part(path)
    for where, row in json_lines(path):
        qid, image, prompt, pred, right = split_row(row, where)
        if not (qid.isascii() and qid.isdigit()):
            raise Unreadable(f"{where}: expected qid to be a number, found {qid}; MME's ids are read by `mme`")
        yield where, (int(qid), os.path.basename(image), prompt, pred, right, setting)


def verdicts(path, _):
    lists = whole(path)
    for verdict in ("correct", "incorrect"):
        for number, row in enumerate(get(lists, verdict, list, path), 1):
            where = f"{path}: row {number} of {verdict}"
            qid, prompt, pred, right = (
                get(row, key, str, where) for key in ("question_id", "question", "pred", "ground_truth"))
            if prompt == "Unknown" and pred == "FAILED":
                yield where, Left('not asked (question "Unknown", pred "FAILED")')
            else:
                yield where, (qid, f"{qid}/image.png", prompt, pred, right, None)


def videos(path, answer):
    entries = whole(path)
    if not isinstance(entries, list):
        raise Unreadable(f"{path}: expected a list of videos, found {type(entries).__name__}")
    qid = 0
    for number, entry in enumerate(entries, 1):
        place = f"{path}: entry {number}"
        video = os.path.basename(get(entry, "video_path", str, place))
        for at, row in enumerate(get(entry, "questions", list, place), 1):
            where = f"{place}, question {at}"
            question, right = (get(row, key, str, where) for key in ("question", "answer"))
            options = get(row, "options", list, where)
            qid += 1
            if answer not in row:
                yield where, Left(f"no key {answer}")
                continue
            text = "\n".join([question, *map(str, options)])
            yield where, (qid, video, text, get(row, answer, str, where), right, row.get("task_type"))


def mme(path):
    task = part(path)
    for where, row in json_lines(path):
        qid, image, prompt, pred, right = split_row(row, where)
        if not qid.endswith((f"_{task}_pos", f"_{task}_neg")):
            raise Unreadable(f"{where}: expected qid to be IMAGE_{task}_pos or IMAGE_{task}_neg, found {qid}")
        fields = [os.path.basename(image), prompt, right.capitalize(), " ".join(pred.split())]
        if any("\t" in field or "\n" in field for field in fields):
            raise Unreadable(f"{where}: a tab or line break in the prompt or picture's name, which TASK.txt can't hold")
        yield task, "\t".join(fields)


def write_mme(args):
    os.makedirs(args.output)
    counts, opened = {}, {}
    try:
        for path in args.files:
            for task, line in mme(path):
                if task not in opened:
                    opened[task] = open(os.path.join(args.output, f"{task}.txt"), "x", encoding="utf-8")
                opened[task].write(line + "\n")
                counts[task] = counts.get(task, 0) + 1
    finally:
        for file in opened.values():
            file.close()
    written = sum(counts.values())
    print(f"rows read: {written} = written: {written} in {len(counts)} tasks", file=sys.stderr)


def write_lines(args):
    read, left, lines, questions, places = 0, {}, [], [], {}
    for number, path in enumerate(args.files, 1):
        for where, row in FORMS[args.form](path, args.answer):
            read += 1
            if isinstance(row, Left):
                left[str(row)] = left.get(str(row), 0) + 1
                continue
            qid, image, prompt, text, right, category = row
            if args.form == "rows":
                qid += number * SETTING_IDS
            if qid in places:
                raise Unreadable(f"{where}: the id {qid} stands at {places[qid]} too; expected each once")
            places[qid] = where
            lines.append({"question_id": qid, "prompt": prompt, "text": text})
            question = {"question_id": qid, "image": image, "text": prompt, "answer": right}
            questions.append(question if category is None else {**question, "category": category})
    if not lines:
        raise Unreadable(f"{', '.join(args.files)}: no answers")
    for path, written in ((args.output, lines), (args.questions, questions)):
        if path:
            with open(path, "x", encoding="utf-8") as file:
                file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in written)
    refused = "".join(f" + left out, {why}: {n}" for why, n in left.items())
    print(f"rows read: {read} = written: {len(lines)}{refused}", file=sys.stderr)


FORMS = {"rows": rows, "verdicts": verdicts, "videos": videos}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("form", choices=[*FORMS, "mme"])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--output", required=True, help="new file of answer lines; of mme a new folder")
    parser.add_argument("--questions", help="new file of the questions with their right answers")
    parser.add_argument("--answer", help="of videos: the key with the model's text")
    args = parser.parse_args()
    if (args.form == "videos") != (args.answer is not None):
        parser.error("--answer KEY belongs to videos, and videos needs it")
    if args.form == "mme" and args.questions:
        parser.error("mme has no --questions: its folder holds the right answers")
    try:
        write_mme(args) if args.form == "mme" else write_lines(args)
    except (Unreadable, OSError) as e:
        sys.exit(f"lines.py: {e}")


if __name__ == "__main__":
    main()
