"""lmms-eval's side of the speed comparison: its model llava_hf at batch size 1, asked as peer.py asks transformers.

    python lmms_peer.py --threads 2

Speaks as peer.py does. `loop` hands all questions to the model's generate_until, as lmms-eval's evaluator does, and has the method none
only; there are no `stages`. The image is cropped, not padded, as the checkpoint's processor does it.
"""

from importlib.metadata import version

from lmms_eval.api.instance import Instance
from lmms_eval.models.simple.llava_hf import LlavaHf
from PIL import Image

import peer


class LmmsEvalPeer(peer.Peer):
    def load(self, model: str, dtype: str, device: str) -> dict:
        self.device = device
        self.model = LlavaHf(pretrained=model, device=device, dtype=dtype, batch_size=1, device_map=device)
        return {}

    def loop(self, images: list[str], questions: list[list[str]], method: str, max_new_tokens: int) -> dict:
        if method != "none":
            raise ValueError(f"lmms-eval has no method {method}; ask for none")
        documents = [(path, question) for path, asked in zip(images, questions) for question in asked]
        self.model.task_dict = {"bench": {"test": documents}}
        requests = [
            Instance(
                request_type="generate_until",
                arguments=(question, {"max_new_tokens": max_new_tokens}, opened, number, "bench", "test"),
                idx=0,
                metadata={"task": "bench", "doc_id": number, "repeats": 1},
            )
            for number, (_, question) in enumerate(documents)
        ]
        start = self.now()
        answers = self.model.generate_until(requests)
        return {"seconds": self.now() - start, "answers": [text.strip() for text in answers]}


def opened(document: tuple[str, str]) -> list[Image.Image]:
    return [Image.open(document[0]).convert("RGB")]


if __name__ == "__main__":
    peer.serve({"llava": LmmsEvalPeer}, {"lmms-eval": version("lmms-eval")})
