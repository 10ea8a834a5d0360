"""Runs transformers and the official PruMerge over the small checkpoints and writes what they say.

    python make_goldens.py GOLDENS --prumerge CLONE

GOLDENS holds checkpoints/ (make_checkpoints.py) and images/ (make_image_goldens.py); model/ and tokenizer/ are written.
CLONE is a clone, bare or not, of 42Shawn/LLaVA-PruMerge; see official.py for how it is read. fp32 on the CPU throughout.
"""

import argparse
import hashlib
from pathlib import Path

import tokenizers
import torch
import transformers
from transformers import GenerationConfig, LlamaTokenizerFast, LlavaForConditionalGeneration

import corpus
import official
from clones import revision, source
from reference import NEW_TOKENS, TOWERS, decode, embed, pixels_of, processor_of, write
from tiny_llava import load_reference

TEMPLATES = {
    "vicuna_v1": (corpus.SYSTEM + " USER: {} ASSISTANT:"),
    "llava_hf": "USER: {} ASSISTANT:",
}
DOG = "Is there a dog in the image?\nAnswer the question using a single word or phrase."
COLOUR = "What color is the car in the top left corner?"
COUNT = "How many birds, 2 or 13, are on the naïve 木 table? 😀"

# (image, aspect, [(template, question)]); every checkpoint sees all of them.
INPUTS = [
    ("one.png", "crop", [("vicuna_v1", DOG)]),
    ("wide.png", "crop", [("vicuna_v1", DOG)]),
    ("wide.png", "pad", [("vicuna_v1", COLOUR)]),
    ("gray.png", "crop", [("vicuna_v1", DOG)]),
    ("palette.png", "pad", [("vicuna_v1", DOG), ("vicuna_v1", COUNT)]),
    ("rgba.png", "crop", [("llava_hf", DOG)]),
    ("gray-16.png", "crop", [("vicuna_v1", COLOUR)]),
    ("cmyk.jpg", "crop", [("vicuna_v1", DOG)]),
    ("jpeg-rotated.jpg", "pad", [("vicuna_v1", DOG)]),
    ("high-3.png", "crop", [("llava_hf", COUNT)]),
    ("lossless.webp", "crop", [("vicuna_v1", DOG), ("llava_hf", COLOUR), ("vicuna_v1", COUNT)]),
    ("large.jpg", "crop", [("vicuna_v1", DOG)]),
]
TEXTS = [
    ("vicuna_v1", "Is the sky blue? Please answer yes or no."),
    ("llava_hf", "What is written on the sign in the middle?"),
    ("llava_hf", "Describe the picture in detail."),
    ("plain", "Is the sky blue? Please answer yes or no."),
    ("plain", "How many are there? 1 2 3"),
    ("plain", "What color is the dog?"),
]
# Below these another correct fp32 program may decide otherwise; such a case says so ("sharp": false).
SHARP = {"score": 1e-6, "fence": 1e-6, "neighbour": 1e-6}


def same_as_pretrained(folder: Path, model: LlavaForConditionalGeneration) -> bool:
    """Whether from_pretrained gives the weights we loaded by hand; it cannot read v5's vision names."""
    loaded, info = LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    if info["missing_keys"]:
        return False
    ours = model.state_dict()
    return all(torch.equal(ours[name], tensor) for name, tensor in loaded.state_dict().items())


class Maker:
    """The goldens of one checkpoint."""

    def __init__(self, goldens: Path, name: str, code: str):
        self.goldens = goldens
        self.folder = goldens / "checkpoints" / name
        self.model = load_reference(self.folder)
        assert same_as_pretrained(self.folder, self.model) == (name != "bf16")
        self.model.generation_config = GenerationConfig.from_pretrained(self.folder)
        self.tokenizer = LlamaTokenizerFast.from_pretrained(self.folder)
        self.processor = processor_of(self.folder)
        vision = self.model.config.vision_config
        self.patches = (vision.image_size // vision.patch_size) ** 2
        self.stride = 16 if self.patches > 144 else 1
        self.official = official.Official(code, self.model.model.vision_tower, -2, self.patches)
        self.tensors: dict[str, torch.Tensor] = {}

    def ids(self, prompt: str) -> list[int]:
        ids = self.tokenizer(prompt)["input_ids"]
        assert ids == tokenizers.Tokenizer.from_file(str(self.folder / "tokenizer.json")).encode(prompt).ids
        return ids

    def text(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=True).strip()

    def reductions(self, name: str, pixels: torch.Tensor) -> tuple[dict, dict[str, torch.Tensor]]:
        """(JSON of both methods, their features before the projector)."""
        features, attention, keys = official.last_layer(self.model.model.vision_tower, pixels)
        count, fence = official.outliers(attention)
        self.tensors[f"{name}/attention"] = attention.contiguous()
        facts, reduced = {"outliers": count}, {}
        for method in ("prumerge", "prumerge+"):
            try:
                result = self.official.reduce(pixels, method)
            except (ZeroDivisionError, RuntimeError, IndexError, TypeError) as error:
                facts[method] = {"error": f"{type(error).__name__}: {str(error).splitlines()[0]}"}
                continue
            assert torch.allclose(result.attention, attention, rtol=1e-4, atol=1e-8)
            gap = official.gaps(attention, keys, result.kept, int(self.patches * (count / self.patches)))
            gap["fence"] = fence
            sharp = all(gap[key] is None or gap[key] > limit for key, limit in SHARP.items())
            if sharp:
                slow = official.merge(features, attention, keys, result.kept)
                assert torch.allclose(result.features.double(), slow, atol=1e-5, rtol=1e-5), (name, method)
            facts[method] = {"kept": result.kept, "gaps": gap, "sharp": sharp}
            reduced[method] = result.features
            self.tensors[f"{name}/{method}/features"] = result.features.contiguous()
        return facts, reduced

    @torch.no_grad()
    def image_cases(self, image: str, aspect: str, prompts: list) -> tuple[dict, list[dict]]:
        name = f"{image}@{aspect}"
        pixels, raw = pixels_of(self.processor, self.goldens / "images" / image, aspect)
        self.tensors[f"{name}/pixels"] = raw.contiguous()
        facts, reduced = self.reductions(name, pixels)
        projected = self.model.get_image_features(pixels)[0]
        self.tensors[f"{name}/features"] = projected[:: self.stride].contiguous()
        visual = {"none": projected}
        for method, features in reduced.items():
            visual[method] = self.model.model.multi_modal_projector(features[None])[0]
        cases = []
        for number, (template, question) in enumerate(prompts):
            prompt = TEMPLATES[template].format("<image>\n" + question)
            ids = self.ids(prompt)
            case = {
                "name": f"{name}#{number}", "input": name, "template": template, "question": question,
                "prompt": prompt, "ids": ids, "image_slot": ids.index(self.model.config.image_token_index), "modes": {},
            }  # fmt: skip
            for mode, rows in visual.items():
                inputs = {"inputs_embeds": embed(self.model, ids, rows)}
                answer, logits = decode(self.model, inputs, max_new_tokens=NEW_TOKENS)
                if mode == "none":
                    self.check_against_forward(ids, pixels, answer, logits)
                self.tensors[f"{case['name']}/{mode}/logits"] = logits
                case["modes"][mode] = {"visual_tokens": len(rows)} | answer | {"text": self.text(answer["greedy"])}
            cases.append(case)
        sha = hashlib.sha256(pixels.numpy().astype("<f4").tobytes()).hexdigest()
        return {"name": name, "image": image, "aspect": aspect, "pixels_sha256": sha} | facts, cases

    def check_against_forward(self, ids: list[int], pixels: torch.Tensor, answer: dict, logits: torch.Tensor) -> None:
        """The plain way, ids and pixels into the model, says the same as embeddings put together by hand."""
        slot = self.model.config.image_token_index
        expanded = torch.tensor([[j for i in ids for j in ([i] * self.patches if i == slot else [i])]])
        plain = self.model(input_ids=expanded, pixel_values=pixels).logits[0, -1]
        assert torch.allclose(plain, logits, atol=2e-5, rtol=2e-5)
        greedy = decode(
            self.model, {"input_ids": expanded, "pixel_values": pixels}, max_new_tokens=NEW_TOKENS
        )[0]["greedy"]  # fmt: skip
        assert greedy == answer["greedy"] or min(answer["margins"]) < 1e-3

    def text_cases(self) -> list[dict]:
        cases = []
        for number, (template, question) in enumerate(TEXTS):
            prompt = TEMPLATES.get(template, "{}").format(question)
            ids = self.ids(prompt)
            settings = {"": {"max_new_tokens": NEW_TOKENS}}
            if len(ids) < 50:  # nothing but generation_config.json; its max_length counts the prompt
                settings["-defaults"] = {}
            settings["-min"] = {"max_new_tokens": NEW_TOKENS, "min_new_tokens": 8}
            for suffix, setting in settings.items():
                answer, logits = decode(self.model, {"input_ids": torch.tensor([ids])}, **setting)
                if suffix == "":
                    self.tensors[f"text{number}/logits"] = logits
                    plain = answer["greedy"]
                elif suffix == "-min" and answer["greedy"] == plain:
                    continue
                case = {"name": f"text{number}{suffix}", "template": template, "question": question, "prompt": prompt}
                case |= {"ids": ids, "settings": setting} | answer | {"text": self.text(answer["greedy"])}
                cases.append(case)
        return cases

    def run(self, head: dict) -> None:
        inputs, cases = [], []
        for image, aspect, prompts in INPUTS:
            made, asked = self.image_cases(image, aspect, prompts)
            inputs.append(made)
            cases += asked
        texts = self.text_cases()
        name = self.folder.name
        head = head | {"checkpoint": name, "patches": self.patches, "feature_stride": self.stride}
        write(self.goldens, f"model/{name}", head | {"inputs": inputs, "cases": cases, "texts": texts}, self.tensors)
        margins = [m for case in cases for mode in case["modes"].values() for m in mode["margins"]]
        blunt = [i["name"] + " " + m for i in inputs for m in ("prumerge", "prumerge+") if not i[m].get("sharp")]
        print(name, len(cases), "cases", sum(m < 1e-3 for m in margins), "of", len(margins), "margins below 1e-3")
        print("  outliers", [i["outliers"] for i in inputs], "not sharp or failed:", blunt)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--prumerge", type=Path, required=True, help="clone of 42Shawn/LLaVA-PruMerge")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    head = {
        "command": "python make_goldens.py GOLDENS --prumerge CLONE",
        "official_revision": revision(arguments.prumerge),
        "dtype": "float32",
        "tolerance": {
            "logits": "1e-4*(1+|x|)", "features": "1e-4*(1+|x|)", "reduced_features": "1e-4*(1+|x|)",
            "greedy_margin": 1e-3,
        },
    }  # fmt: skip
    code = source(arguments.prumerge, official.SOURCE)
    for name in TOWERS:
        Maker(arguments.goldens, name, code).run(head)


if __name__ == "__main__":
    main()
