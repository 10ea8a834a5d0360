package io.prumerge.score.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.source.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in a log: it is read, or refused by its own exception. */
class LogBytesTest {

  private static final int TRIES = 150;

  /** What may stand in a value's place. */
  private static final List<String> PIECES =
      List.of(
          "null",
          "[]",
          "{}",
          "[[]]",
          "NaN",
          "-1",
          "1e999",
          "9999999999999999999",
          "\"\\ud800\"",
          "\"",
          "{",
          "]",
          "\t",
          "\n",
          "\r",
          "\u2028",
          "true",
          "[[[\"a\"]]]",
          "<f>1</f>");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lmms-eval/mme/logs/made-org__full-7b/20260806_101112_samples_mme.jsonl",
        "lmms-eval/mme/logs/made-org__full-7b/20260806_101112_results.json",
        "lmms-eval/versions/v0.2.4/made-org__full-7b/20260806_101112_samples_mme.jsonl",
        "edited/gz/made-org__full-7b/20260806_101112_samples_pope.jsonl.gz",
        "vlmevalkit/MME/outputs/made-7b/T20260818-101112/made-7b_MME.xlsx",
        "vlmevalkit/POPE/outputs/made-7b-odd/T20260818-101112/made-7b-odd_POPE.tsv",
        "vlmevalkit/POPE/outputs/made-7b-odd/T20260818-101112/made-7b-odd_POPE.json"
      })
  void readsOrRefusesAnyBytes(String name) throws IOException {
    Path whole = LogVectors.FOLDER.resolve(name);
    QuestionIndex index = LogVectors.index(name.contains("pope") ? "pope" : "mme");
    byte[] bytes = Files.readAllBytes(whole);
    Path file = folder.resolve(whole.getFileName());
    if (name.endsWith("results.json")) {
      Path samples = whole.resolveSibling("20260806_101112_samples_mme.jsonl");
      Files.copy(samples, folder.resolve(samples.getFileName()));
    }
    Random random = new Random(name.hashCode());
    int read = 0;
    for (int i = 0; i < TRIES; i++) {
      Files.write(file, i == 0 ? bytes : damaged(bytes, random));
      try {
        LogReading reading = LogVectors.read(index, i % 2 == 0 ? file : folder).reading();
        assertThat(reading.counts().closed()).isNotNull();
        read++;
      } catch (DataException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(read).isPositive();
  }

  private static byte[] damaged(byte[] whole, Random random) {
    int at = random.nextInt(whole.length);
    switch (random.nextInt(3)) {
      case 0:
        return Arrays.copyOf(whole, at);
      case 1:
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        return flipped;
      default:
        byte[] piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
        int until = Math.min(whole.length, at + random.nextInt(12));
        byte[] changed = Arrays.copyOf(whole, whole.length - (until - at) + piece.length);
        System.arraycopy(piece, 0, changed, at, piece.length);
        System.arraycopy(whole, until, changed, at + piece.length, whole.length - until);
        return changed;
    }
  }
}
