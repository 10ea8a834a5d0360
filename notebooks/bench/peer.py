"""The Hugging Face side of the speed comparison; started by the Java bench, which speaks to it in lines of JSON.

    python peer.py --threads 2

One request a line on stdin, one answer a line on stdout; an answer with `error` says why there is none. `op` of a request:

load     model, dtype (float32, bfloat16), device     loads a checkpoint in place of the one before; device cpu or cuda:0
loop     images, questions, method, max_new_tokens    LLaVA's evaluation loop (model_vqa_loader.py): one question after another, the
                                                      image opened and processed anew for each; method none or prumerge
batched  images, questions, batch, max_new_tokens     generate over padded batches of questions
peak     images, questions, max_new_tokens            the loop of method none, and the process's resident memory in MB, before it and at most
stages   image, question, steps                       seconds of the tower, the prefill and one decoding step, each by itself

`images` are paths, or lists of paths where they are a video's frames; `questions` a list for each. Times are measured here, around the
work alone.
"""

import argparse
import json
import platform
import sys
import time
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from transformers import (
    AutoConfig, AutoProcessor, AutoTokenizer, CLIPImageProcessor, LlavaForConditionalGeneration,
    LlavaOnevisionForConditionalGeneration, LlavaOnevisionVideoProcessor, Qwen2_5_VLForConditionalGeneration, Qwen2VLImageProcessor,
)  # fmt: skip
from transformers.integrations import sdpa_attention

from prumerge import PruMerge

SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)

QWEN_PROMPT = (
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n<|vision_start|>{}<|vision_end|>{}<|im_end|>\n"
    "<|im_start|>assistant\n"
)

ONEVISION_BEFORE = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"
ONEVISION_AFTER = "\n{}<|im_end|>\n<|im_start|>assistant\n"


def chat(question: str) -> str:
    return f"{SYSTEM} USER: <image>\n{question} ASSISTANT:"


class Peer:
    """LLaVA-1.5."""

    def load(self, model: str, dtype: str, device: str) -> dict:
        self.dtype, self.device = getattr(torch, dtype), device
        self.model = LlavaForConditionalGeneration.from_pretrained(model, dtype=self.dtype).eval().to(device)
        self.processor = AutoProcessor.from_pretrained(model)
        self.processor.image_processor = CLIPImageProcessor.from_pretrained(model)  # the slow one, as LLaVA's scripts have it
        self.prumerge = None
        return {"parameters": self.model.num_parameters()}

    def loop(self, images: list[str], questions: list[list[str]], method: str, max_new_tokens: int) -> dict:
        ways = {"none": self.answer, "prumerge": self.pruned_answer}
        if method not in ways:
            raise ValueError(f"this loop has {' and '.join(ways)}, not {method}")
        if method == "prumerge" and self.prumerge is None:
            self.prumerge = PruMerge(self.model.model.vision_tower)
        answer = ways[method]
        answers, kept = [], []
        start = self.now()
        for path, asked in zip(images, questions):
            for question in asked:
                text, patches = answer(path, question, max_new_tokens)
                answers.append(text)
                kept.append(patches)
        return {"seconds": self.now() - start, "answers": answers, "kept": kept}

    def answer(self, path: str, question: str, max_new_tokens: int) -> tuple[str, list[int]]:
        inputs = self.inputs([path], [question])
        found = self.model.generate(**inputs, do_sample=False, num_beams=1, max_new_tokens=max_new_tokens, use_cache=True)
        return self.texts(found[:, inputs["input_ids"].shape[1] :])[0], []

    def pruned_answer(self, path: str, question: str, max_new_tokens: int) -> tuple[str, list[int]]:
        """As LLaVA's own generate does it: the visual tokens take their place among the text's embeddings."""
        pixels = self.processor.image_processor(self.square(path), return_tensors="pt")["pixel_values"].to(self.device, self.dtype)
        ids = self.processor.tokenizer(chat(question), return_tensors="pt")["input_ids"].to(self.device)
        tokens, kept = self.prumerge(pixels)
        visual = self.model.model.multi_modal_projector(tokens)
        text = self.model.get_input_embeddings()(ids[0])
        at = int((ids[0] == self.model.config.image_token_id).nonzero())
        embeddings = torch.cat([text[:at], visual, text[at + 1 :]])[None]
        found = self.model.generate(
            inputs_embeds=embeddings,
            attention_mask=torch.ones(embeddings.shape[:2], dtype=torch.long, device=self.device),
            do_sample=False,
            num_beams=1,
            max_new_tokens=max_new_tokens,
            use_cache=True,
        )
        return self.texts(found)[0], kept

    def batched(self, images: list[str], questions: list[list[str]], batch: int, max_new_tokens: int) -> dict:
        asked = [(path, question) for path, some in zip(images, questions) for question in some]
        answers = []
        start = self.now()
        for first in range(0, len(asked), batch):
            paths, texts = zip(*asked[first : first + batch])
            inputs = self.inputs(paths, texts)
            found = self.model.generate(**inputs, do_sample=False, num_beams=1, max_new_tokens=max_new_tokens, use_cache=True)
            answers += self.texts(found[:, inputs["input_ids"].shape[1] :])
        return {"seconds": self.now() - start, "answers": answers}

    def peak(self, images: list[str], questions: list[list[str]], max_new_tokens: int) -> dict:
        loaded = resident("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # the peak is what is resident now
        answers = self.loop(images, questions, "none", max_new_tokens)["answers"]
        return {"loaded": loaded, "peak": resident("VmHWM"), "answers": answers}

    def stages(self, image: str, question: str, steps: int) -> dict:
        inputs = self.inputs([image], [question])
        start = self.now()
        self.model.model.vision_tower(inputs["pixel_values"], output_hidden_states=True)
        tower = self.now() - start
        visual = self.model.model.get_image_features(inputs["pixel_values"], vision_feature_layer=-2, vision_feature_select_strategy="default")
        embeddings = self.model.get_input_embeddings()(inputs["input_ids"])
        embeddings[inputs["input_ids"] == self.model.config.image_token_id] = torch.cat(list(visual))
        start = self.now()
        state = self.model.model.language_model(inputs_embeds=embeddings, use_cache=True)
        last = self.model.lm_head(state.last_hidden_state[:, -1:]).argmax(-1)
        prefill = self.now() - start
        start = self.now()
        for _ in range(steps):
            state = self.model.model.language_model(input_ids=last, past_key_values=state.past_key_values, use_cache=True)
            last = self.model.lm_head(state.last_hidden_state[:, -1:]).argmax(-1)
        decode = (self.now() - start) / steps
        return {"tower": tower, "prefill": prefill, "step": decode, "positions": embeddings.shape[1]}

    def now(self) -> float:
        """Seconds, after all that was asked of the device so far."""
        if self.device != "cpu":
            torch.cuda.synchronize(self.device)
        return time.perf_counter()

    def inputs(self, paths, questions) -> dict:
        pictures = [self.square(path) for path in paths]
        inputs = self.processor(images=pictures, text=[chat(one) for one in questions], padding=True, return_tensors="pt").to(self.device)
        inputs["pixel_values"] = inputs["pixel_values"].to(self.dtype)
        return inputs

    def square(self, path: str) -> Image.Image:
        """image_aspect_ratio pad: in the middle of a square of the mean colour."""
        picture = Image.open(path).convert("RGB")
        side = max(picture.size)
        mean = tuple(int(one * 255) for one in self.processor.image_processor.image_mean)
        square = Image.new("RGB", (side, side), mean)
        square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
        return square

    def texts(self, ids: torch.Tensor) -> list[str]:
        return [text.strip() for text in self.processor.batch_decode(ids, skip_special_tokens=True)]


class QwenPeer(Peer):
    """Qwen2.5-VL, with no method; its pictures keep their size."""

    def load(self, model: str, dtype: str, device: str) -> dict:
        self.dtype, self.device = getattr(torch, dtype), device
        self.model = Qwen2_5_VLForConditionalGeneration.from_pretrained(model, dtype=self.dtype).eval().to(device)
        self.processor = AutoTokenizer.from_pretrained(model, padding_side="left")
        self.pixels = Qwen2VLImageProcessor.from_pretrained(model)  # the slow one, whose pixels are Pillow's
        return {"parameters": self.model.num_parameters()}

    def inputs(self, paths, questions) -> dict:
        """As the processor's class does it, which wants one of videos too."""
        seen = self.pixels([Image.open(path).convert("RGB") for path in paths], return_tensors="pt")
        pads = (seen["image_grid_thw"].prod(dim=1) // self.pixels.merge_size**2).tolist()
        texts = [QWEN_PROMPT.format("<|image_pad|>" * count, question) for count, question in zip(pads, questions)]
        inputs = self.processor(texts, padding=True, return_tensors="pt")
        inputs["pixel_values"], inputs["image_grid_thw"] = seen["pixel_values"].to(self.dtype), seen["image_grid_thw"]
        return inputs.to(self.device)


class OneVisionPeer(Peer):
    """LLaVA-OneVision about videos, with no method; a video is encoded once for all its questions."""

    def load(self, model: str, dtype: str, device: str) -> dict:
        self.dtype, self.device = getattr(torch, dtype), device
        self.model = LlavaOnevisionForConditionalGeneration.from_pretrained(model, dtype=self.dtype).eval().to(device)
        # As in later releases: 4.57.1 applies this norm by mistake (huggingface/transformers#40994).
        self.model.model.vision_tower.vision_model.post_layernorm = torch.nn.Identity()
        if device == "cpu":
            # torch 2.7.1 has no fused attention of grouped heads there. The other kernel, which 4.57.1 takes where nothing is padded,
            # holds all scores at once: a layer takes 4 times as long for 8 frames, and 2.1 GB for 4,000 tokens.
            sdpa_attention.use_gqa_in_sdpa = lambda mask, key: False
        self.processor = AutoTokenizer.from_pretrained(model)
        self.pixels = LlavaOnevisionVideoProcessor.from_pretrained(model)
        return {"parameters": self.model.num_parameters()}

    def loop(self, images: list[list[str]], questions: list[list[str]], method: str, max_new_tokens: int) -> dict:
        if method != "none":
            raise ValueError(f"this loop has none, not {method}")
        return self.batched(images, questions, 1, max_new_tokens)

    def batched(self, images: list[list[str]], questions: list[list[str]], batch: int, max_new_tokens: int) -> dict:
        answers = []
        start = self.now()
        for paths, asked in zip(images, questions):
            before, features = self.embedded(ONEVISION_BEFORE), self.features(paths)
            for first in range(0, len(asked), batch):
                after = [self.embedded(ONEVISION_AFTER.format(question)) for question in asked[first : first + batch]]
                answers += self.generated([torch.cat([before, features, one]) for one in after], max_new_tokens)
        return {"seconds": self.now() - start, "answers": answers}

    def features(self, paths: list[str]) -> torch.Tensor:
        frames = np.stack([np.asarray(Image.open(path).convert("RGB")) for path in paths])
        pixels = self.pixels(frames, return_tensors="pt")["pixel_values_videos"].to(self.device, self.dtype)
        config, model = self.model.config, self.model.model
        rows = model.get_video_features(pixels, config.vision_feature_layer, config.vision_feature_select_strategy)[0]
        return torch.cat([rows, model.image_newline[None]])

    def embedded(self, text: str) -> torch.Tensor:
        return self.model.get_input_embeddings()(self.processor(text, return_tensors="pt")["input_ids"][0].to(self.device))

    def generated(self, prompts: list[torch.Tensor], max_new_tokens: int) -> list[str]:
        """Shorter ones are padded on the left."""
        longest = max(map(len, prompts))
        missing = [longest - len(one) for one in prompts]
        rows = torch.stack([torch.nn.functional.pad(one, (0, 0, count, 0)) for one, count in zip(prompts, missing)])
        mask = torch.tensor([[0] * count + [1] * (longest - count) for count in missing], device=self.device)
        found = self.model.generate(
            inputs_embeds=rows, attention_mask=mask, do_sample=False, num_beams=1, max_new_tokens=max_new_tokens, use_cache=True
        )
        return self.texts(found)


def resident(line: str) -> float:
    """A line of this process's memory, in MB."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(one.split()[1]) for one in status if one.startswith(line + ":")) / 1024


def serve(models: dict[str, type[Peer]], versions: dict[str, str]) -> None:
    """Answers requests until stdin ends. `models` is the class of each model_type."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, required=True)
    torch.set_num_threads(parser.parse_args().threads)
    transformers.logging.set_verbosity_error()
    out, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    say = lambda answer: print(json.dumps(answer), file=out, flush=True)
    say(versions)
    peer = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["op"] == "load":
                peer = None  # which frees the checkpoint before
                peer = models[AutoConfig.from_pretrained(request["model"]).model_type]()
            with torch.inference_mode():
                say(getattr(peer, request.pop("op"))(**request))
        except Exception as problem:  # whatever it is, the Java side shows it in its table
            say({"error": f"{type(problem).__name__}: {problem}"})


if __name__ == "__main__":
    serve(
        {"llava": Peer, "qwen2_5_vl": QwenPeer, "llava_onevision": OneVisionPeer},
        {"python": platform.python_version(), "torch": torch.__version__, "transformers": transformers.__version__},
    )
