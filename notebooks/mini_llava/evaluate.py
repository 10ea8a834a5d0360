"""Accuracies by kind of question, with all visual tokens, with PruMerge's, and with evenly spaced ones of the same number.

    python evaluate.py MODEL DATA [--pictures 300]

MODEL is a folder that train.py wrote, DATA a train split of another seed: its train.json has every kind of question. A
question counts when greedy decoding gives its answer exactly, `</s>` included, which needs one forward pass only: it does
if and only if every token of the answer is the most likely one after the ones before it. Multiple choice is also scored as
MMBench does, where all rotations of the options have to be answered rightly.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import LlavaForConditionalGeneration

from data import IMAGE, LETTER, Questions, Scenes, encoded, read_questions, read_scenes, records
from language import Language
from packing import pack
from reduction import reduced
from tower import Tower, pixel_values
from vocabulary import prefix

COLUMNS = 2000


def group(kind: str) -> str:
    """`mmbench/3/color` -> `mmbench`; others stay whole."""
    return kind.split("/")[0] if kind.startswith(("mmbench", "scienceqa", "lookup", "words:")) else kind


def load(folder: Path) -> tuple[Tower, Language, Tokenizer]:
    """The weights of a checkpoint in the modules of the training."""
    model = LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tower, language = Tower(), Language(tokenizer.get_vocab_size(), prefix(tokenizer))
    tower.clip.load_state_dict(model.model.vision_tower.state_dict())
    language.llama.model.load_state_dict(model.model.language_model.state_dict())
    language.llama.lm_head.load_state_dict(model.lm_head.state_dict())
    language.linear_1.load_state_dict(model.model.multi_modal_projector.linear_1.state_dict())
    language.linear_2.load_state_dict(model.model.multi_modal_projector.linear_2.state_dict())
    return tower.eval(), language.eval(), tokenizer


@torch.no_grad()
def right_answers(language: Language, tokens: list[torch.Tensor], rows: list, questions: Questions) -> dict[int, bool]:
    """Whether each question of `rows`, one row per picture, is answered rightly from that picture's visual tokens."""
    found = {}
    for first in range(0, len(rows), 8):
        part = tokens[first : first + 8]
        counts = torch.tensor([len(one) for one in part])
        features = torch.nn.utils.rnn.pad_sequence(part, batch_first=True)
        packed = pack(rows[first : first + 8], questions, COLUMNS)
        best = language.llama.lm_head(language.states(features, packed, counts)[1]).argmax(-1)
        hits = (best == packed.ids.roll(-1, dims=1)) | (packed.answers == 0)
        for row, placed in enumerate(packed.questions):
            for question, column in placed:
                length = int(questions.starts[question + 1] - questions.starts[question])
                found[question] = bool(hits[row, column : column + length].all())
    return found


def accuracies(tower: Tower, language: Language, scenes: Scenes, questions: Questions, pictures: np.ndarray) -> dict:
    """By method: mean visual tokens and accuracy by kind of question in percent."""
    first = np.searchsorted(questions.pictures, np.arange(len(scenes.ids) + 1))
    rows = [range(first[picture], first[picture + 1]) for picture in pictures]
    tokens = defaultdict(list)
    for start in range(0, len(pictures), 32):
        part = reduced(tower, pixel_values(scenes.images(pictures[start : start + 32])))
        for method, lists in part.items():
            tokens[method] += lists
    table = {}
    for method, lists in tokens.items():
        by_kind = defaultdict(list)
        for question, right in right_answers(language, lists, rows, questions).items():
            by_kind[group(questions.kinds[questions.kind[question]])].append(right)
        # A box is right if it overlaps enough, not if its digits are the same: `evaluate --examples` of refcoco says that.
        shares = {
            kind: round(100 * float(np.mean(hits)), 1)
            for kind, hits in sorted(by_kind.items())
            if not kind.startswith("refer")
        }
        counts = [len(one) for one in lists]
        table[method] = {"tokens": round(float(np.mean(counts)), 1), "range": [min(counts), max(counts)], **shares}
    return table


def rotations(human: str, gpt: str) -> list[tuple[str, str]]:
    """The question with its options moved on by one, by two, and so on."""
    start, end = human.index("\nA. "), human.index(LETTER)
    options = [line[3:] for line in human[start + 1 : end].split("\n")]
    found = []
    for by in range(len(options)):
        turned = options[-by:] + options[:-by] if by else options
        text = "".join(f"\n{chr(65 + i)}. {option}" for i, option in enumerate(turned))
        found.append((human[:start] + text + human[end:], chr(65 + (ord(gpt) - 65 + by) % len(options))))
    return found


def circular(tower: Tower, language: Language, tokenizer: Tokenizer, data: Path, scenes: Scenes, pictures: np.ndarray):
    """By method: the share of MMBench questions of which every rotation is answered rightly, in percent."""
    places = {scenes.ids[picture]: i for i, picture in enumerate(pictures)}
    texts, asked, kinds, groups = [], [], [], []
    for record in records(data / "train.json"):
        place = places.get(record["id"].rsplit("-", 1)[0])
        if place is None or not record["kind"].startswith("mmbench"):
            continue
        for human, gpt in rotations(*(turn["value"] for turn in record["conversations"])):
            texts.append(f"{human} ASSISTANT: {gpt}</s>")
            asked.append(place)
            kinds.append(record["kind"])
            groups.append(record["id"])
    assert all(text.startswith(IMAGE) for text in texts)
    questions = encoded(texts, asked, kinds, tokenizer)
    rows = [np.flatnonzero(questions.pictures == place) for place in range(len(pictures))]
    tokens = reduced(tower, pixel_values(scenes.images(pictures)))
    table = {}
    for method, lists in tokens.items():
        whole = defaultdict(list)
        for question, right in right_answers(language, lists, rows, questions).items():
            whole[groups[question]].append(right)
        table[method] = round(100 * float(np.mean([all(hits) for hits in whole.values()])), 1)
    return table


def rounded(tower: Tower, language: Language) -> None:
    """Leaves the weights as a checkpoint stores them, in bfloat16; it is used in float32."""
    for module in (tower, language):
        module.load_state_dict({name: tensor.bfloat16().float() for name, tensor in module.state_dict().items()})
        module.eval()


def table_of(
    tower: Tower, language: Language, tokenizer: Tokenizer, data: Path, scenes: Scenes, questions: Questions,
    pictures: np.ndarray,
) -> dict:  # fmt: skip
    """All accuracies, of the weights as they are stored."""
    rounded(tower, language)
    table = accuracies(tower, language, scenes, questions, pictures)
    for method, share in circular(tower, language, tokenizer, data, scenes, pictures).items():
        table[method]["mmbench, all rotations"] = share
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--pictures", type=int, default=300)
    arguments = parser.parse_args()
    tower, language, tokenizer = load(arguments.model)
    scenes = read_scenes(arguments.data)
    pictures = np.arange(min(arguments.pictures, len(scenes.ids)))
    questions = read_questions(arguments.data, tokenizer, scenes)
    table = table_of(tower, language, tokenizer, arguments.data, scenes, questions, pictures)
    (arguments.model.parent / f"{arguments.model.name}-accuracies.json").write_text(json.dumps(table, indent=1))
    print(f"{'':28}" + "".join(f"{method:>12}" for method in table))
    for kind in table["none"]:
        print(f"{kind:28}" + "".join(f"{str(row[kind]):>12}" for row in table.values()))


if __name__ == "__main__":
    main()
