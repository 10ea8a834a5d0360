"""Whether transformers gives the answers that the Java job gave, with all visual tokens in float32.

    python agreement.py MODEL RUN EXAMPLES [EXAMPLES...]

MODEL is a checkpoint, RUN the folder of an `evaluate --dtype fp32 --method none` over the tables EXAMPLES. Prints the share of
equal answers, and every other one with the margin between the two likeliest tokens where transformers' answer and Java's
part: rounding decides only where that margin is small.
"""

import argparse
import io
from pathlib import Path

import pyarrow.dataset
import torch
from PIL import Image
from transformers import AutoProcessor, CLIPImageProcessor, LlavaForConditionalGeneration

SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)
BATCH = 32
MOST_TOKENS = 16


def questions(tables: list[Path]):
    """(benchmark, split, id, prompt, image or None) of all questions."""
    for table in tables:
        for batch in pyarrow.dataset.dataset(table).to_batches(batch_size=64):
            for row in batch.to_pylist():
                image = row["image"] and Image.open(io.BytesIO(row["image"])).convert("RGB")
                for question in row["questions"]:
                    yield (row["benchmark"], row["split"], question["question_id"]), question["prompt"], image


def chat(prompt: str, image) -> str:
    return f"{SYSTEM} USER: {'<image>' + chr(10) if image else ''}{prompt} ASSISTANT:"


@torch.no_grad()
def answers(model, processor, part: list) -> list[tuple[str, list[float]]]:
    """The answers to questions that all have an image or all have none, with the margin before each of their tokens."""
    images = [image for _, _, image in part if image]
    inputs = processor(
        text=[chat(prompt, image) for _, prompt, image in part], images=images or None, padding=True, return_tensors="pt"
    )
    found = model.generate(
        **inputs, max_new_tokens=MOST_TOKENS, do_sample=False, return_dict_in_generate=True, output_logits=True
    )
    new = found.sequences[:, inputs["input_ids"].shape[1] :]
    best = torch.stack(found.logits, dim=1).topk(2, dim=-1).values
    margins = (best[..., 0] - best[..., 1]).tolist()
    texts = processor.batch_decode(new, skip_special_tokens=True)
    return [(text.strip(), row) for text, row in zip(texts, margins)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("examples", type=Path, nargs="+")
    arguments = parser.parse_args()
    java = {
        (row["benchmark"], row["split"], row["question_id"]): row["answer"]
        for row in pyarrow.dataset.dataset(arguments.run / "predictions")
        .to_table(filter=pyarrow.dataset.field("method") == "none", columns=["benchmark", "split", "question_id", "answer"])
        .to_pylist()
    }
    model = LlavaForConditionalGeneration.from_pretrained(arguments.model, dtype=torch.float32).eval()
    processor = AutoProcessor.from_pretrained(arguments.model)
    processor.image_processor = CLIPImageProcessor.from_pretrained(arguments.model)  # the slow one, which Java equals
    asked = list(questions(arguments.examples))
    different, count = [], 0
    for seen in (True, False):
        chosen = sorted((one for one in asked if (one[2] is not None) == seen), key=lambda one: len(one[1]))
        for first in range(0, len(chosen), BATCH):
            part = chosen[first : first + BATCH]
            for (key, _, _), (text, margins) in zip(part, answers(model, processor, part)):
                count += 1
                if text != java[key]:
                    different.append((min(margins), key, text, java[key]))
    print(f"{count - len(different)} of {count} answers are equal ({100 * (1 - len(different) / count):.2f} %)")
    for margin, key, text, other in sorted(different):
        print(f"smallest margin {margin:.2e}: {'/'.join(key)}: transformers {text!r}, Java {other!r}")


if __name__ == "__main__":
    main()
