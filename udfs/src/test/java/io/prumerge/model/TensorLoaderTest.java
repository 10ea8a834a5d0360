package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.checkpoint.WeightCache;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
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
      loader.struct(tied.config().decoder().ends()); // closed with the loader
      assertThat(loader.mapped()).containsExactly(tied.tensor(embedding), tied.tensor(norm));
    }
  }

  @Test
  void convertedWeightsAreMappedLikeStoredOnes(@TempDir Path cache) {
    Checkpoint stored = Checkpoint.open(Goldens.path("checkpoints/mha"));
    Checkpoint converted = new WeightCache(cache).converted(stored, TensorType.BF16);
    List<WeightBlock> layers =
        IntStream.range(0, converted.config().text().layers())
            .mapToObj(converted.config().decoder()::layer)
            .toList();
    try (Torch torch = TorchRuntime.open();
        TensorLoader loader = new TensorLoader(torch, converted, "cpu", Precision.BF16)) {
      loader.structs(layers); // closed with the loader
      assertThat(loader.mapped())
          .hasSize(9 * layers.size())
          .allMatch(t -> t.file().startsWith(cache));
    }
  }
}
