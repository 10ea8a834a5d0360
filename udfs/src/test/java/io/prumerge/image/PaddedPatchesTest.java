package io.prumerge.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class PaddedPatchesTest {

  /** MMTok's own function (notebooks/goldens). */
  @Test
  void areThoseThatMmTokLeavesOut() throws IOException {
    int compared = 0;
    for (JsonNode golden : Goldens.json("questions/questions.json").get("padding")) {
      JsonNode size = golden.get("size");
      int[] expected =
          StreamSupport.stream(golden.get("ranges").spliterator(), false)
              .flatMapToInt(range -> IntStream.range(range.get(0).asInt(), range.get(1).asInt()))
              .toArray();
      assertThat(
              PaddedPatches.of(
                  size.get(0).asInt(),
                  size.get(1).asInt(),
                  size.get(2).asInt(),
                  size.get(3).asInt()))
          .as(size.toString())
          .containsExactly(expected);
      compared++;
    }
    assertThat(compared).isGreaterThan(5);
  }

  @Test
  void aSquareHasNone() {
    assertThat(PaddedPatches.of(500, 500, 336, 14)).isEmpty();
    assertThat(PaddedPatches.of(1, 1, 14, 14)).isEmpty();
  }
}
