"""Writes which letter of some options transformers' logits choose.

    python make_letter_goldens.py GOLDENS --mini MINI_LLAVA

Reads GOLDENS/images/, the small checkpoints GOLDENS/checkpoints/gqa (LLaVA-1.5), GOLDENS/families/next-mistral
(LLaVA-NeXT) and GOLDENS/onevision/tied, and the miniature LLaVA; writes GOLDENS/letters/. transformers 4.57.1, fp32 on the
CPU. README.md describes the file. The loss of each letter is that of QwenLM/Qwen-VL, eval_mm/evaluate_multiple_choice.py:
the mean over the letter's tokens after the prompt.
"""

import argparse
from pathlib import Path

import torch
import transformers

from make_family_goldens import rgb
from make_several_goldens import PROMPTS, OneVisionProcessor, llava, llava_next, llava_onevision
from reference import versions
from tiny_llava import write_golden

# The small Llama tokenizers join a few letters with the space before them, and have the others after it: letters of one
# question are all of one kind here. The others' tokenizers treat all letters alike.
CHOICES = "\nAnswer with the option's letter from the given choices directly."
QUESTIONS = [
    ("wide.png", "Which one is it?\nB. a dog\nC. a cat" + CHOICES, "BC"),
    ("tall.png", "What color is the car?\nB. red\nC. green\nE. blue\nF. white" + CHOICES, "BCEF"),
    ("rgba.png", "Where is the table?" + CHOICES, "CEFGHJKLMNOPQRSTUVXYZ"),
    ("square-96.png", "Is there a bird?\nC. yes" + CHOICES, "C"),
]
JOINED = [("rgba.png", "Where is the table?\nD. here\nI. there\nW. not there" + CHOICES, "DIW")]
EVERY = [
    ("wide.png", "Which one is it?\nA. a dog\nB. a cat" + CHOICES, "AB"),
    ("rgba.png", "Where is the table?" + CHOICES, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
]
# (name, folder's parent, loader, template, what stands between prompt and letter)
MODELS = [
    ("gqa", "checkpoints", llava, "vicuna_v1", " "),
    ("next-mistral", "families", llava_next, "mistral_instruct", " "),
    ("tied", "onevision", llava_onevision, "qwen_1_5", ""),
]


@torch.no_grad()
def case(model, images, processor, file: Path, template: str, between: str, question: str, letters: str) -> dict:
    tokenizer = processor.tokenizer
    prompt = PROMPTS[template].format("<image>\n" + question)
    picture = rgb(file)
    together = isinstance(processor, OneVisionProcessor)
    seen = dict(images([[picture]] if together else [picture], input_data_format="channels_last", return_tensors="pt"))
    images.preprocess = lambda *_, **__: transformers.BatchFeature(seen)
    encode = lambda text: processor(images=[picture], text=text, return_tensors="pt")["input_ids"][0].tolist()
    asked = encode(prompt)
    written = [encode(prompt + between + letter) for letter in letters]
    del images.preprocess
    assert all(ids[: len(asked)] == asked for ids in written)
    losses, chosen = [], []
    for ids in written:
        logits = model(input_ids=torch.tensor([ids]), **seen).logits[0]
        behind = range(len(asked), len(ids))
        each = [torch.nn.functional.cross_entropy(logits[i - 1][None], torch.tensor([ids[i]])).item() for i in behind]
        losses.append(sum(each) / len(each))
        chosen.append(logits[-2, ids[-1]].item())
    last = sorted(chosen)
    # Beyond what another order of fp32 sums may change.
    assert len(last) == 1 or last[-1] - last[-2] > 1e-4, (question, last[-2:])
    ids = tokenizer(prompt + between + letters[0])["input_ids"][:-1]
    assert all(tokenizer(prompt + between + letter)["input_ids"][:-1] == ids for letter in letters)
    assert losses.index(min(losses)) == chosen.index(last[-1])
    return {
        "image": file.name, "question": question, "letters": letters, "ids": ids,
        "letter_ids": [one[-1] for one in written], "logits": chosen, "losses": losses,
        "answer": letters[chosen.index(last[-1])],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--mini", type=Path, required=True)
    arguments = parser.parse_args()
    goldens = arguments.goldens
    (goldens / "letters").mkdir(exist_ok=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases = {}
    for name, parent, load, template, between in [*MODELS, ("mini", None, llava, "vicuna_v1", " ")]:
        model, images, processor = load(goldens / parent / name if parent else arguments.mini)
        model.eval()
        processor.vision_aspect_ratio = getattr(model.config, "vision_aspect_ratio", None)  # of LLaVA-OneVision
        asked = QUESTIONS + (JOINED if parent and between else EVERY)
        cases[name] = {
            "template": template,
            "cases": [case(model, images, processor, goldens / "images" / one, template, between, question, letters)
                      for one, question, letters in asked],
        }  # fmt: skip
    write_golden(goldens / "letters" / "letters.json", {"versions": versions(), "models": cases})


if __name__ == "__main__":
    main()
