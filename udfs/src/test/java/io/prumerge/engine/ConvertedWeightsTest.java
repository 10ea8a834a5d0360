package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.image.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights mapped from the cache answer as those converted in memory. */
class ConvertedWeightsTest {

  @TempDir private Path cache;

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  @ParameterizedTest
  @CsvSource({"gqa, BF16", "mha, BF16", "bf16, FP32", "gqa, FP32"})
  void answerAsThoseConvertedInMemory(String checkpoint, DtypeChoice dtype) throws IOException {
    List<Answer> inMemory = answers(checkpoint, dtype, "");
    List<Answer> fromCache = answers(checkpoint, dtype, cache.toString());
    for (int i = 0; i < inMemory.size(); i++) {
      assertThat(fromCache.get(i))
          .usingRecursiveComparison()
          .ignoringFields("millis")
          .isEqualTo(inMemory.get(i));
    }
    try (Stream<Path> files = Files.list(cache.resolve("weights"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".safetensors"))).hasSize(1);
    }
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.count()).as("native values left by closed models").isZero();
    assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(cache.toString());
  }

  private static List<Answer> answers(String checkpoint, DtypeChoice dtype, String cache)
      throws IOException {
    EngineConfig config =
        new EngineConfig(
            Goldens.path("checkpoints/" + checkpoint).toString(),
            DeviceChoice.CPU,
            -1,
            dtype,
            ImageAspect.CROP,
            "vicuna_v1",
            cache);
    try (LlavaEngine.Lease lease = LlavaEngine.acquire(config)) {
      return lease.answer(
          new ImageRequest(
              Files.readAllBytes(Goldens.path("images/wide.png")),
              List.of(new Question("What is red?", 8), new Question("Where is the kite?", 8)),
              Stream.of("none", "prumerge", "prumerge+").map(MethodSpec::parse).toList()));
    }
  }
}
