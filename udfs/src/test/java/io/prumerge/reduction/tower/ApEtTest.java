package io.prumerge.reduction.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.run.ForwardedPatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ApET against its authors' functions, a slow version, worked examples and edges. */
class ApEtTest {

  static Stream<JsonNode> cases() throws IOException {
    return Stream.concat(cases("attention-free"), cases("authors"));
  }

  private static Stream<JsonNode> cases(String file) throws IOException {
    JsonNode apet = Goldens.json("image-methods/" + file + ".json").get("apet");
    return StreamSupport.stream(apet.get("cases").spliterator(), false);
  }

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  private static float[] row(float... values) {
    return values;
  }

  private static ArrayPatchTokens patches(float[]... rows) {
    return ArrayPatchTokens.seen(rows, new float[rows.length]);
  }

  private static float[][] random(int count, int width, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static TowerEvidence.ApproximationErrors errors(int basis, long seed) {
    return new TowerEvidence.ApproximationErrors(Stage.BEFORE_CONNECTOR, basis, seed);
  }

  /** Returns a seed by which the basis begins with a patch. */
  private static long seedOf(PatchTokens patches, int start) {
    return LongStream.range(0, 100_000)
        .filter(seed -> errors(1, seed).start(patches) == start)
        .findFirst()
        .orElseThrow();
  }

  private static double[][] left(String method, ArrayPatchTokens patches) {
    return ((ArrayReduction) reducer(method).reduce(patches)).rows();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheAuthors(JsonNode one) {
    int width = one.get("D").asInt();
    float[][] rows = new float[one.get("N").asInt()][width];
    for (int i = 0; i < rows.length * width; i++) {
      rows[i / width][i % width] = (float) one.get("x").get(i).asDouble();
    }
    ArrayPatchTokens patches = patches(rows);
    long seed = seedOf(patches, one.get("start").asInt());
    String method =
        "apet:basis=" + one.get("basis") + ",seed=" + seed + ",tokens=" + one.get("tokens");
    ArrayReduction left = (ArrayReduction) reducer(method).reduce(patches);

    assertThat(left.keptIndices().orElseThrow())
        .containsExactly(
            StreamSupport.stream(one.get("kept").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray());
    for (int i = 0; i < left.tokens() * width; i++) {
      assertThat(left.rows()[i / width][i % width])
          .isCloseTo(one.get("y").get(i).asDouble(), within(1e-4));
    }
  }

  /**
   * Of the plane that (8, 0, 0) and (0, 6, 0) span, the last patches are 3, 2, 1, 0.5 and 0.25
   * away; at the places of the least errors that stay is the basis, and patch 7 is nearest to 3.
   */
  @Test
  void anExample() {
    ArrayPatchTokens patches =
        patches(
            row(8, 0, 0),
            row(0, 6, 0),
            row(0, 0, 3),
            row(1, 0, 2),
            row(0, 1, 1),
            row(0, 2, .5f),
            row(2, 0, .25f));
    String method = "apet:basis=2,seed=" + seedOf(patches, 0) + ",tokens=4";
    ArrayReduction left = (ArrayReduction) reducer(method).reduce(patches);

    assertThat(left.keptIndices()).hasValue(new int[] {2, 3, 4, 5});
    double[][] expected = {
      // Of the plane's patches 1 is like neither 2 nor 3, so that the larger error takes it.
      {0, 3, 1.5}, {11 / 3., 0, 2.25 / 3}, {8, 0, 0}, {0, 6, 0}
    };
    assertThat(left.rows()).hasDimensions(4, 3);
    for (int token = 0; token < 4; token++) {
      assertThat(left.rows()[token]).containsExactly(expected[token], within(1e-6));
    }
  }

  /**
   * Of equal errors the lower patches stay, and of equal cosines the larger error has the patch.
   */
  @Test
  void equalErrorsAreThoseOfLowerPatches() {
    float[][] same = new float[5][];
    Arrays.fill(same, row(1, 2));
    ArrayPatchTokens patches = patches(same);
    String method = "apet:basis=1,seed=" + seedOf(patches, 4) + ",tokens=4";
    ArrayReduction left = (ArrayReduction) reducer(method).reduce(patches);
    assertThat(left.keptIndices()).hasValue(new int[] {0, 1, 2, 3});
    assertThat(left.rows()).isDeepEqualTo(new double[][] {{1, 2}, {1, 2}, {1, 2}, {1, 2}});

    ArrayPatchTokens zeros = patches(row(0, 0), row(0, 3), row(0, 2), row(0, 0));
    String two = "apet:basis=1,seed=" + seedOf(zeros, 3) + ",tokens=3";
    // The basis is a zero; it has the place of the least error that stays.
    assertThat(left(two, zeros)).isDeepEqualTo(new double[][] {{0, 0}, {0, 1.5}, {0, 2}});
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 5", "7, 3", "9, 4", "16, 6", "25, 4"})
  void isTheSlowVersion(int count, int width) {
    ArrayPatchTokens patches = patches(random(count, width, 31L * count + width));
    for (int basis : new int[] {1, 2, 3, 10, 40}) {
      for (int tokens = 1; tokens <= count; tokens++) {
        String method = "apet:basis=" + basis + ",seed=" + tokens + ",tokens=" + tokens;
        ArrayReduction left = (ArrayReduction) reducer(method).reduce(patches);
        TreeMap<Integer, double[]> slow = slow(patches, errors(basis, tokens), tokens);
        assertThat(left.tokens()).isEqualTo(tokens);
        int[] all = IntStream.range(0, count).toArray();
        assertThat(left.keptIndices().orElse(all))
            .as(method)
            .containsExactly(slow.keySet().stream().mapToInt(Integer::intValue).toArray());
        int token = 0;
        for (double[] row : slow.values()) {
          assertThat(left.rows()[token++]).as(method).containsExactly(row, within(1e-5));
        }
      }
    }
  }

  // The authors' lines, one patch after the other.
  private static TreeMap<Integer, double[]> slow(
      ArrayPatchTokens patches, TowerEvidence.ApproximationErrors evidence, int tokens) {
    int count = patches.count();
    double[][] rows = patches.all().rows();
    TreeMap<Integer, double[]> left = new TreeMap<>();
    if (tokens == count) {
      IntStream.range(0, count).forEach(patch -> left.put(patch, rows[patch]));
      return left;
    }
    float[] seen = patches.of(evidence);
    List<Integer> stay = new ArrayList<>();
    List<Integer> dropped = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    while (stay.size() < tokens) {
      int worst = dropped.get(0);
      for (int patch : dropped) {
        worst = seen[patch] > seen[worst] ? patch : worst;
      }
      stay.add(worst);
      dropped.remove(Integer.valueOf(worst));
    }
    int replaced = Math.min(tokens - 1, Math.min(evidence.basis(), count));
    List<Integer> targets = stay.subList(0, tokens - replaced);
    float[] cosines = patches.of(TowerEvidence.Cosines.OF_FEATURES);
    for (int target : targets) {
      double[] sum = rows[target].clone();
      int parts = 1;
      for (int patch : dropped) {
        int nearest = targets.get(0);
        for (int other : targets) {
          boolean nearer = cosines[patch * count + other] > cosines[patch * count + nearest];
          nearest = nearer ? other : nearest;
        }
        if (nearest == target) {
          parts++;
          for (int channel = 0; channel < sum.length; channel++) {
            sum[channel] += rows[patch][channel];
          }
        }
      }
      int all = parts;
      left.put(target, Arrays.stream(sum).map(value -> value / all).toArray());
    }
    int next = count;
    for (int place : stay.subList(targets.size(), tokens).stream().sorted().toList()) {
      left.put(place, rows[(int) seen[next++]]);
    }
    return left;
  }

  /** The first of the basis is what {@code random} keeps, of each view at the same place. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, -5, Long.MAX_VALUE})
  void theBasisBeginsWhereRandomDraws(long seed) {
    ArrayPatchTokens one = patches(random(9, 3, 1));
    ArrayPatchTokens other = patches(random(9, 3, 2));
    ArrayPatchTokens.together(List.of(one, other));
    int start = errors(3, seed).start(one);
    assertThat(errors(3, seed).start(other)).isEqualTo(start);
    ArrayPatchTokens alone = patches(random(9, 3, 1));
    assertThat(reducer("random:seed=" + seed + ",tokens=1").reduce(alone).keptIndices())
        .hasValue(new int[] {start});
    assertThat(one.of(errors(3, seed))[9]).isEqualTo(start);
  }

  @Test
  void seedsChangeTheBasis() {
    ArrayPatchTokens patches = patches(random(36, 5, 3));
    assertThat(IntStream.range(0, 20).map(seed -> errors(1, seed).start(patches)).distinct())
        .hasSizeGreaterThan(5);
    assertThat(left("apet:basis=3,seed=5,tokens=9", patches))
        .isDeepEqualTo(left("apet:basis=3,seed=5,tokens=9", patches));
  }

  /** Each view, and each frame, as an image of its own with its part of the tokens. */
  @Test
  void viewsAndFramesAreReducedEachByItself() {
    for (boolean video : new boolean[] {false, true}) {
      List<ArrayPatchTokens> views =
          IntStream.range(0, 3).mapToObj(view -> patches(random(9, 4, view))).toList();
      views = video ? ArrayPatchTokens.video(views) : ArrayPatchTokens.together(views);
      List<Reduction> left = reducer("apet:basis=2,tokens=15").reduceImage(views).views();
      for (int view = 0; view < 3; view++) {
        assertThat(((ArrayReduction) left.get(view)).rows())
            .isDeepEqualTo(left("apet:basis=2,tokens=5", patches(random(9, 4, view))));
      }
    }
  }

  /** Patches of a model whose tokens are made of blocks of them. */
  private record Blocks(ArrayPatchTokens image, List<Stage> stages, List<Blend> made)
      implements ForwardedPatches {

    @Override
    public List<Blocks> views() {
      return List.of(this);
    }

    @Override
    public boolean ofBlocks() {
      return true;
    }

    @Override
    public Reduction blend(Stage stage, List<Blend> blends) {
      stages.add(stage);
      made.addAll(blends);
      return image.blend(stage, blends);
    }
  }

  /** As in the authors' code for Qwen2.5-VL: after the connector, half of each. */
  @Test
  void ofBlocksABasisIsHalfOfItsPlace() {
    ArrayPatchTokens plain = patches(random(9, 4, 6));
    Blocks blocks = new Blocks(plain, new ArrayList<>(), new ArrayList<>());
    TokenReducer reducer = reducer("apet:basis=2,seed=3,tokens=5");
    TowerEvidence errors = new TowerEvidence.ApproximationErrors(Stage.AFTER_CONNECTOR, 2, 3);
    assertThat(reducer.needs(blocks))
        .containsExactlyInAnyOrder(errors, TowerEvidence.Cosines.OF_PROJECTED);
    assertThat(reducer.needs(plain))
        .containsExactlyInAnyOrder(errors(2, 3), TowerEvidence.Cosines.OF_FEATURES);

    double[][] whole = left("apet:basis=2,seed=3,tokens=5", plain);
    ArrayReduction halves = (ArrayReduction) reducer.reduce(blocks);

    assertThat(blocks.stages()).containsExactly(Stage.AFTER_CONNECTOR);
    int[] kept = halves.keptIndices().orElseThrow();
    double[][] rows = plain.all().rows();
    int half = 0;
    for (int token = 0; token < 5; token++) {
      List<BlendPart> parts = blocks.made().get(token).parts();
      if (parts.size() == 2 && parts.get(0).weight() == .5f) {
        half++;
        for (int channel = 0; channel < 4; channel++) {
          assertThat(halves.rows()[token][channel])
              .isCloseTo((whole[token][channel] + rows[kept[token]][channel]) / 2, within(1e-6));
        }
      } else {
        assertThat(halves.rows()[token]).containsExactly(whole[token], within(1e-6));
      }
    }
    assertThat(half).isGreaterThanOrEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "'apet:basis=10,seed=0,tokens=9', apet:tokens=9",
    "'apet:tokens=9,seed=-3,basis=4', 'apet:basis=4,seed=-3,tokens=9'",
    "'apet:tokens=25%', apet:tokens=25%",
  })
  void canonicalSpelling(String text, String canonical) {
    assertThat(MethodSpec.parse(text)).hasToString(canonical);
    assertThat(MethodSpec.parse(canonical)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"apet", "apet:basis=0,tokens=9", "apet:seed=x,tokens=9"})
  void whatItDoesNotHaveIsRefused(String method) {
    assertThatIllegalArgumentException().isThrownBy(() -> MethodSpec.parse(method));
  }
}
