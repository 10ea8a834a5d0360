"""Runs the official code of methods that choose by the question, from clones of their repositories.

As in rivals.py, nothing of their code stands here: files or single functions are cut out of a clone and executed with
stand-ins for the objects around them. Substituted are CUDA streams (there is no GPU), `torch.jit.script` (a function
without a file cannot be compiled) and the logger.
"""

import contextlib
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F

from clones import functions, locals_of, revision, source

MMTOK = "mmtok/core/semantic_selector.py", "mmtok/core/text_processor.py", "mmtok/llava/patch_llava.py"
MMTOK_CORE = "mmtok/core/mmtok_core.py", ["MMTokCore._encode_text_with_token_pooling"]
TRIM = (
    "llava/model/multimodal_encoder/clip_encoder.py",
    ["CLIPVisionTower.token_reduction", "CLIPVisionTower.forward"],
)
CDPRUNER_TEXTS = "llava/model/multimodal_encoder/clip_encoder.py", ["CLIPVisionTower.forward"]
CDPRUNER_ASKED = "llava/eval/model_vqa_loader.py", "llava/eval/model_vqa_science.py"
CDPRUNER = "llava/model/llava_arch.py", ["LlavaMetaForCausalLM.encode_images"]


class NoStreams:
    """torch whose CUDA streams do nothing."""

    cuda = SimpleNamespace(
        Stream=lambda: None,
        stream=lambda _: contextlib.nullcontext(),
        synchronize=lambda: None,
        amp=SimpleNamespace(autocast=lambda enabled: contextlib.nullcontext()),
    )

    def __getattr__(self, name):
        return getattr(torch, name)


@dataclass(frozen=True)
class Clip:
    """A CLIP model in addition to LLaVA's tower: the text half, and what takes patches to the common space."""

    tokenizer: object
    text: torch.nn.Module  # CLIPTextModelWithProjection
    norm: torch.nn.Module
    projection: torch.nn.Module


class Tower:
    """LLaVA's tower with CLIP's norm and projection; hidden states as given, CLS first."""

    def __init__(self, features: torch.Tensor, clip: Clip):
        self._features = features
        self.vision_model = SimpleNamespace(post_layernorm=clip.norm)
        self.visual_projection = clip.projection
        self.dtype, self.device = features.dtype, features.device

    def __call__(self, images, **_):
        return SimpleNamespace(hidden_states=[self._features[None], None])


class OfficialQuestions:
    def __init__(self, clones: Path):
        logger = types.ModuleType("loguru")
        logger.logger = SimpleNamespace(info=lambda *_: None, warning=lambda *_: None, error=lambda *_: None)
        sys.modules["loguru"] = logger
        self._mmtok = {}
        for file in MMTOK:
            text = source(clones / "MMTok", file).replace("@torch.jit.script\n", "")
            exec(compile(text, file, "exec"), self._mmtok)
        self._mmtok |= self._cut(clones / "MMTok", *MMTOK_CORE)
        self._trim = self._cut(clones / "TRIM", *TRIM)
        self._pieces = self._cut(clones / "CDPruner", *CDPRUNER_TEXTS)
        self._cdpruner = self._cut(clones / "CDPruner", *CDPRUNER)
        self._asked = [
            line.strip()
            for file in CDPRUNER_ASKED
            for line in source(clones / "CDPruner", file).splitlines()
            if line.strip().startswith("question = question.")
        ]
        assert len(self._asked) == len(CDPRUNER_ASKED), self._asked
        self.revisions = {name: revision(clones / name) for name in ("MMTok", "TRIM", "CDPruner")}

    @staticmethod
    def _cut(clone: Path, file: str, wanted: list[str]) -> dict:
        return functions(source(clone, file), wanted, {"torch": NoStreams(), "nn": torch.nn, "F": F, "np": np})

    # --- MMTok -------------------------------------------------------------------------------------

    def keywords(self, question: str) -> str:
        return self._mmtok["VQATextProcessor"]().extract_keywords_simple(question)

    def words(self, text: str, tokenizer, embedding) -> tuple[list[int], torch.Tensor]:
        """The ids of the words' tokens, and their embeddings."""
        asked = []

        def embed(ids):
            asked.append(ids)
            return embedding(ids)

        core = SimpleNamespace(_language_tokenizer=tokenizer, device="cpu", _main_model_embed_tokens=embed)
        rows = self._mmtok["_encode_text_with_token_pooling"](core, text)
        return asked[0][0, asked[0].shape[1] - len(rows) :].tolist(), rows

    def mmtok(self, words, projected, features, tokens: int, alpha: float = 0.5, padding=None) -> list[int]:
        selector = self._mmtok["SemanticTokenSelector"](tokens, alpha)
        kept, _ = selector.mm_coverage_selection(words, projected, features, 0.02, 0.2, padding)
        return kept

    def padding(self, width: int, height: int, side: int, patch: int) -> list[int]:
        return sorted(self._mmtok["calculate_padding_patch_indices"]((width, height), side, patch))

    # --- TRIM --------------------------------------------------------------------------------------

    def trim_text(self, question: str, clip: Clip, features: torch.Tensor) -> torch.Tensor:
        """The text's embedding, by the official forward; features [T, C] with CLS."""
        held = {}
        tower = SimpleNamespace(
            vision_tower=Tower(features, clip),
            device=features.device,
            dtype=features.dtype,
            token_reduce_func="TRIM:-1",
            feature_select=lambda outs: (outs.hidden_states[-2][:, 1:], outs.hidden_states[-2]),
            text_tokenizer=clip.tokenizer,
            text_tower=clip.text,
            token_reduction=lambda one, all_, text: (held.update(text=text), (one, 0))[1],
        )
        self._trim["forward"](tower, torch.zeros(1, 3, 1, 1, dtype=features.dtype), texts=question)
        return held["text"][0]

    def trim(self, patches: torch.Tensor, text: torch.Tensor, clip: Clip, ratio: float = -1) -> tuple[list[int], torch.Tensor]:
        """Kept patches, and the rows with the mean after them."""
        tower = SimpleNamespace(token_reduce_func=f"TRIM:{ratio}", vision_tower=Tower(patches, clip))
        (rows, counts), local = locals_of(self._trim["token_reduction"], tower, patches[None], None, text[None])
        return local["token_mask"][0].nonzero().flatten().tolist(), rows[0, : counts[0]]

    # --- CDPruner ----------------------------------------------------------------------------------

    def cdpruner_question(self, question: str) -> str:
        """What their scripts hand CLIP of a question with the sentence about the answer's form."""
        held = {"question": question}
        for statement in self._asked:
            exec(statement, held)
        return held["question"]

    def cdpruner_texts(self, question: str, clip: Clip, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The patches' and the pieces' embeddings, by the official forward."""
        tower = SimpleNamespace(
            vision_tower=Tower(features, clip),
            device=features.device,
            dtype=features.dtype,
            feature_select=lambda outs: outs.hidden_states[-2][:, 1:],
            text_tokenizer=clip.tokenizer,
            text_tower=clip.text,
            max_position_embeddings=clip.text.config.max_position_embeddings,
        )
        _, patches, texts = self._pieces["forward"](tower, torch.zeros(1, 3, 1, 1, dtype=features.dtype), texts=question)
        return patches[0], texts

    def cdpruner(self, patches, embeds, texts, projector, tokens: int) -> list[int]:
        model = SimpleNamespace(
            visual_token_num=tokens,
            get_model=lambda: SimpleNamespace(
                get_vision_tower=lambda: lambda images, texts: (patches[None], embeds[None], texts_), mm_projector=projector
            ),
        )
        texts_ = texts
        _, mask = self._cdpruner["encode_images"](model, None)
        return mask[0].nonzero().flatten().tolist()
