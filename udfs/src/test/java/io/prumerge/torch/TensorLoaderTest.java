package io.prumerge.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("model")
class TensorLoaderTest {

  @Test
  void aTensorNamedTwiceIsLoadedOnce() {
    String embedding = "language_model.model.embed_tokens.weight";
    String norm = "language_model.model.norm.weight";
    Checkpoint tied = Checkpoint.open(Goldens.path("checkpoints/gqa"));
    try (Torch torch = TorchRuntime.open();
        TensorLoader loader = new TensorLoader(torch, tied, "cpu", Precision.FP32)) {
      loader.struct(tied.config().decoder().ends()); // closed with the loader
      assertThat(loader.mapped()).containsExactly(tied.tensor(embedding), tied.tensor(norm));
    }
  }
}
