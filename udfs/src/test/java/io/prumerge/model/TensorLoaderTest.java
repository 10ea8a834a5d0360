package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.checkpoint.WeightCache;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorLoaderTest {

  @Test
  void aTensorNamedTwiceIsLoadedOnce() {
    String embedding = "language_model.model.embed_tokens.weight";
    String norm = "language_model.model.norm.weight";
    Checkpoint tied = Checkpoint.open(Goldens.path("checkpoints/gqa"));
    try (Torch torch = TorchRuntime.open();
        TensorLoader loader = new TensorLoader(torch, tied, "cpu", Precision.FP32)) {
      loader.list(List.of(embedding, norm, embedding)); // closed with the loader
      assertThat(loader.mapped()).containsExactly(tied.tensor(embedding), tied.tensor(norm));
    }
  }

  @Test
  void convertedWeightsAreMappedLikeStoredOnes(@TempDir Path cache) {
    Checkpoint stored = Checkpoint.open(Goldens.path("checkpoints/mha"));
    Checkpoint converted = new WeightCache(cache).converted(stored, TensorType.BF16);
    List<String> names = WeightNames.language(converted.config());
    try (Torch torch = TorchRuntime.open();
        TensorLoader loader = new TensorLoader(torch, converted, "cpu", Precision.BF16)) {
      loader.list(names); // closed with the loader
      assertThat(loader.mapped()).hasSameSizeAs(names).allMatch(t -> t.file().startsWith(cache));
    }
  }
}
