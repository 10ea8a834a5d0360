package io.prumerge.reduction.pixel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.image.PatchGrid;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The blocks that each predictor keeps, against those of the authors' code and of a slow one. */
class PredictorTest {

  /** A picture of blocks of values. */
  private record Blocks(PatchGrid grid, float[][] values) {

    static Blocks of(JsonNode golden) {
      int dim = golden.get("D").asInt();
      JsonNode merged = golden.get("merged");
      PatchGrid grid = new PatchGrid(golden.get("H").asInt(), golden.get("W").asInt());
      float[][] values = new float[grid.patches()][dim];
      for (int i = 0; i < merged.size(); i++) {
        values[i / dim][i % dim] = (float) merged.get(i).asDouble();
      }
      return new Blocks(grid, values);
    }

    /** Patches of a few colours, with noise. */
    static Blocks drawn(int rows, int cols, float noise, long seed) {
      Random random = new Random(seed);
      PatchGrid grid = new PatchGrid(rows, cols);
      float[][] values = new float[grid.patches()][3];
      int[] colours = random.ints(grid.patches(), 0, 3).toArray();
      int size = 1 + random.nextInt(4);
      for (int block = 0; block < values.length; block++) {
        int cell = block / cols / size * cols + block % cols / size;
        for (int i = 0; i < 3; i++) {
          values[block][i] = colours[cell] * 0.25f + noise * (random.nextFloat() - 0.5f);
        }
      }
      return new Blocks(grid, values);
    }

    Likeness within(float tau) {
      return (block, other) -> distance(values[block], values[other]) <= tau;
    }
  }

  /** A picture of any size, and how much its blocks may differ. */
  private record Drawn(int rows, int cols, float noise, float tau, long seed) {

    Blocks picture() {
      return Blocks.drawn(rows, cols, noise, seed);
    }
  }

  static Stream<Drawn> drawn() {
    Random random = new Random(29);
    return Stream.generate(
            () ->
                new Drawn(
                    1 + random.nextInt(9),
                    1 + random.nextInt(9),
                    0.05f * random.nextInt(4),
                    0.05f * random.nextInt(4),
                    random.nextLong()))
        .limit(400);
  }

  private static float distance(float[] block, float[] other) {
    float most = 0;
    for (int i = 0; i < block.length; i++) {
      most = Math.max(most, Math.abs(block[i] - other[i]));
    }
    return most;
  }

  static Stream<JsonNode> authors() throws IOException {
    JsonNode cases = Goldens.json("pixelprune/authors.json").get("cases");
    assertThat(cases).hasSize(4);
    return StreamSupport.stream(cases.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("authors")
  void keepsWhatTheAuthorsCodeDoes(JsonNode golden) {
    Blocks picture = Blocks.of(golden);
    for (Predictor predictor : Predictor.values()) {
      String name = predictor.name().toLowerCase(Locale.ROOT);
      int[] expected =
          StreamSupport.stream(golden.get(name).spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      Likeness alike = picture.within((float) golden.get("threshold").asDouble());
      assertThat(predictor.kept(picture.grid(), alike)).as(name).containsExactly(expected);
    }
  }

  /** The rule as it is written down: the picture is rebuilt value by value. */
  private static int[] slow(Predictor predictor, Blocks picture, float tau) {
    int cols = picture.grid().cols();
    float[][] rebuilt = Arrays.stream(picture.values()).map(float[]::clone).toArray(float[][]::new);
    float[][] seen = predictor == Predictor.SLIDING ? picture.values() : rebuilt;
    IntStream.Builder kept = IntStream.builder();
    for (int block = 0; block < rebuilt.length; block++) {
      int row = block / cols;
      int col = block % cols;
      if (block == 0) {
        kept.add(block);
        continue;
      }
      float[] predicted;
      if (predictor == Predictor.RASTER) {
        predicted = seen[block - 1];
      } else if (row == 0) {
        predicted = seen[col - 1];
      } else if (col == 0) {
        predicted = seen[(row - 1) * cols];
      } else {
        float[] left = seen[block - 1];
        float[] above = seen[block - cols];
        float[] corner = seen[block - cols - 1];
        boolean likeLeft = distance(corner, left) <= tau;
        boolean likeAbove = distance(corner, above) <= tau;
        predicted = likeLeft && !likeAbove ? above : left;
      }
      if (distance(picture.values()[block], predicted) <= tau) {
        rebuilt[block] = predicted;
      } else {
        kept.add(block);
      }
    }
    return kept.build().toArray();
  }

  @ParameterizedTest
  @MethodSource("drawn")
  void keepsWhatTheSlowRuleDoes(Drawn drawn) {
    Blocks picture = drawn.picture();
    float tau = drawn.tau();
    for (Predictor predictor : Predictor.values()) {
      assertThat(predictor.kept(picture.grid(), picture.within(tau)))
          .as("%s", predictor)
          .containsExactly(slow(predictor, picture, tau));
    }
  }

  /** Sliding alone does not promise it beyond 0. */
  @ParameterizedTest
  @MethodSource("drawn")
  void theRebuiltPictureIsWithinTauEverywhere(Drawn drawn) {
    Blocks picture = drawn.picture();
    float tau = drawn.tau();
    for (Predictor predictor : Predictor.values()) {
      if (predictor == Predictor.SLIDING && tau > 0) {
        continue;
      }
      int[] sources = predictor.sources(picture.grid(), picture.within(tau));
      for (int block = 0; block < sources.length; block++) {
        assertThat(sources[sources[block]]).isEqualTo(sources[block]);
        assertThat(distance(picture.values()[block], picture.values()[sources[block]]))
            .as("%s, block %d", predictor, block)
            .isLessThanOrEqualTo(tau);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Predictor.class)
  void oneBlockIsKept(Predictor predictor) {
    Likeness never =
        (block, other) -> {
          throw new AssertionError("there is no other");
        };
    assertThat(predictor.kept(new PatchGrid(1, 1), never)).containsExactly(0);
  }

  @ParameterizedTest
  @EnumSource(Predictor.class)
  void allAlikeLeavesTheFirstAndAllUnlikeEach(Predictor predictor) {
    PatchGrid grid = new PatchGrid(3, 5);
    assertThat(predictor.kept(grid, (block, other) -> true)).containsExactly(0);
    assertThat(predictor.kept(grid, (block, other) -> false))
        .containsExactly(IntStream.range(0, 15).toArray());
  }

  /** A ramp goes on within each step, but not from its anchor. */
  @Test
  void slidingDriftsWhereAnAnchorHolds() {
    PatchGrid line = new PatchGrid(1, 6);
    Likeness ramp = (block, other) -> Math.abs(block - other) <= 1;
    assertThat(Predictor.SLIDING.kept(line, ramp)).containsExactly(0);
    assertThat(Predictor.ANCHORED.kept(line, ramp)).containsExactly(0, 2, 4);
  }
}
