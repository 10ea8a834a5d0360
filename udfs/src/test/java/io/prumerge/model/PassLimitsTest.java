package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.config.ConfigReader;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LlavaConfig;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LLaVA-1.5-7B in half precision, whose weights and context take 15 GB of a card. */
class PassLimitsTest {

  private static final long GB = 1_000_000_000;
  private static final long SLOT = 2L * 2 * 32 * 4096;
  private static final long ROW = 2L * (10 * 4096 + 3 * 11008);
  private static final long IMAGE = 2L * 577 * (10 * 1024 + 3 * 4096);

  @TempDir private static Path folder;

  /**
   * @param left bytes that nothing is planned for, in GB
   * @param answers of up to 1,024 tokens to short questions about whole images, at once
   */
  @ParameterizedTest
  @CsvSource({
    "24, 32, 7602, 2.15, 5",
    "40, 32, 16384, 3.12, 21",
    "80, 32, 16384, 8.12, 61",
    "141, 32, 16384, 15.75, 122",
  })
  void aGpusMemoryIsUsed(int card, int images, int rows, double left, int answers)
      throws IOException {
    long free = (card - 15) * GB;
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"model_type\":\"llava\",\"text_config\":{\"vocab_size\":32064}}");
    LlavaConfig config = ConfigReader.read(JsonFile.read(file));
    PassLimits limits = PassLimits.of(config, Precision.FP16, free, false);
    assertThat(limits.images()).isEqualTo(images);
    assertThat(limits.rows()).isEqualTo(rows);
    long used = limits.images() * IMAGE + limits.rows() * ROW + limits.slots() * SLOT;
    assertThat((double) (free - used) / GB).isCloseTo(left, within(0.01));
    assertThat(limits.slots() / (611 + 36 + 1023)).isEqualTo(answers);
  }
}
