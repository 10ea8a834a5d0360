package io.prumerge.reduction.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.reduction.InTower;
import io.prumerge.reduction.LayerView;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchGroups;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ReductionPlace;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerPass;
import io.prumerge.reduction.TowerStep;
import io.prumerge.reduction.TowerTokens;
import io.prumerge.reduction.run.TowerPath;
import io.prumerge.reduction.tower.ToMe.ToMeSchedule;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of the methods that act inside the tower: worked examples, counts, edges and errors. */
class InsideMethodsTest {

  private static final InTower TOME = new ToMe.Merging();
  private static final InTower FLOWCUT = new FlowCut.Cutting(false);

  /** Odd patches' best even ones by the cosines of keys, in plain loops. */
  private static float[] matches(float[][] keys) {
    int odd = keys.length / 2;
    float[] matches = new float[2 * odd];
    for (int pair = 0; pair < odd; pair++) {
      matches[pair] = Float.NEGATIVE_INFINITY;
      for (int even = 0; even < keys.length; even += 2) {
        double dot = 0;
        double one = 0;
        double other = 0;
        for (int i = 0; i < keys[0].length; i++) {
          dot += (double) keys[2 * pair + 1][i] * keys[even][i];
          one += (double) keys[2 * pair + 1][i] * keys[2 * pair + 1][i];
          other += (double) keys[even][i] * keys[even][i];
        }
        float cosine = (float) (dot / Math.sqrt(one * other));
        if (cosine > matches[pair]) {
          matches[pair] = cosine;
          matches[odd + pair] = even;
        }
      }
    }
    return matches;
  }

  /** The example of the design pages: CLS and six patches, the fourth of which is two already. */
  @Test
  void toMesExample() {
    float[][] keys = {{1, 0}, {2, 1}, {0, 1}, {3, 1}, {1, 1}, {-1, 1}};
    float[] features = {10, 20, 30, 40, 50, 60};
    float[] sizes = {1, 1, 1, 2, 1, 1};
    float[] matches = matches(keys);
    assertThat(matches)
        .containsExactly(new float[] {.9487f, .9487f, .7071f, 4, 0, 2}, within(5e-5f));

    PatchGroups groups = ToMe.groups(6, matches, 2);

    double[] sums = new double[groups.count()];
    double[] counts = new double[groups.count()];
    for (int patch = 0; patch < 6; patch++) {
      sums[groups.place()[patch]] += features[patch] * sizes[patch];
      counts[groups.place()[patch]] += sizes[patch];
    }
    assertThat(counts).containsExactly(1, 3, 1, 2);
    assertThat(IntStream.range(0, 4).mapToDouble(group -> sums[group] / counts[group]))
        .containsExactly(60.0, 30.0, 30.0, 35.0);
  }

  @ParameterizedTest
  @CsvSource({
    "192, 17, 16, 16",
    "128, 20, 11, 19",
    "64, 23, 6, 22",
    "208, 16, 23, 16",
    "576, 0, 23, 0"
  })
  void toMesListsAreAsEvenAsCanBe(int tokens, int first, int times, int rest) {
    int[] merged = ToMeSchedule.of(576, 23, tokens);
    assertThat(merged).hasSize(23);
    assertThat(Arrays.copyOf(merged, times)).containsOnly(first);
    assertThat(merged[22]).isEqualTo(rest);
    assertThat(IntStream.of(merged).sum()).isEqualTo(576 - tokens);
  }

  /** Every number down to what halving leaves, and none below it. */
  @ParameterizedTest
  @CsvSource({"144, 5, 5", "576, 3, 72", "49, 3, 7", "1, 4, 1", "2, 1, 1", "7, 2, 2", "9, 0, 9"})
  void toMeLeavesEveryNumberThatItCan(int patches, int layers, int least) {
    for (int tokens = least; tokens <= patches; tokens++) {
      int left = patches;
      for (int merged : ToMeSchedule.of(patches, layers, tokens)) {
        assertThat(merged).isBetween(0, left / 2);
        left -= merged;
      }
      assertThat(left).isEqualTo(tokens);
    }
    if (least > 1) {
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(() -> ToMeSchedule.of(patches, layers, least - 1))
          .withMessageContaining("give tokens=" + least + " or more");
    }
  }

  /** Entropy 5.5 over 576 patches: as many equal shares as e^5.5, which is no whole number. */
  @Test
  void flowCutsExample() {
    float[] attention = new float[576];
    int even = (int) Math.exp(5.5);
    Arrays.fill(attention, 0, even, 1);
    attention[even] = .35f; // brings the entropy to 5.5
    double sum = even + .35;
    double entropy = -even / sum * Math.log(1 / sum) - .35 / sum * Math.log(.35 / sum);
    assertThat(entropy).isCloseTo(5.5, within(1e-3));

    assertThat(FlowCut.leaving(attention, 64, 20)).isEqualTo(29);
    Arrays.fill(attention, 1);
    assertThat(FlowCut.leaving(attention, 64, 20)).isZero();
    Arrays.fill(attention, 1, 576, 0);
    assertThat(FlowCut.leaving(attention, 64, 4)).isEqualTo(256);
  }

  @ParameterizedTest
  @CsvSource({"23, 2", "5, 2", "4, 1", "3, 2", "2, 1", "1, 0"})
  void flowCutSharesTheLayersBelowItsFirstCut(int layers, int shared) {
    assertThat(FLOWCUT.shared(layers)).isEqualTo(shared);
  }

  private static Map<LayerView, float[]> seen(InTower method, int count, Random random) {
    Map<LayerView, float[]> seen = new EnumMap<>(LayerView.class);
    for (LayerView view : method.sees()) {
      float[] values = new float[view == LayerView.MATCHES ? 2 * (count / 2) : count];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.exp(3 * random.nextGaussian());
      }
      for (int i = count / 2; i < values.length && view == LayerView.MATCHES; i++) {
        values[i] = 2 * random.nextInt((count + 1) / 2);
      }
      seen.put(view, values);
    }
    return seen;
  }

  private static TowerPath through(InTower method, int patches, int layers, int tokens, long seed) {
    Random random = new Random(seed);
    TowerPath path = new TowerPath(method, patches, 1, layers, tokens);
    for (int layer = 0; layer < layers; layer++) {
      pass(path, path.looks() ? seen(method, path.count(), random) : Map.of());
    }
    return path;
  }

  private static void pass(TowerPath path, Map<LayerView, float[]> seen) {
    path.pass(path.mostTokens(seen), seen);
  }

  @Test
  void everyNumberOfTokensIsLeft() {
    for (int side : new int[] {1, 2, 3, 5, 8}) {
      int patches = side * side;
      for (int tokens = 1; tokens <= patches; tokens++) {
        for (InTower method : List.of(TOME, FLOWCUT)) {
          TowerPath path = through(method, patches, 7, tokens, tokens);
          int[] kept = path.unmergedPatches();
          assertThat(path.count()).isEqualTo(tokens);
          assertThat(path.tokens().steps()).hasSize(7);
          assertThat(IntStream.of(kept).distinct().count()).isEqualTo(kept.length);
          float patchesIn = 0;
          for (float size : path.sizes()) {
            patchesIn += size;
          }
          if (method == TOME) {
            assertThat(patchesIn).isEqualTo(patches);
          } else {
            assertThat(kept).hasSize(tokens).isSorted();
          }
        }
      }
    }
  }

  /** Positions of the layers by hand: 9 patches, 4 left, in 3 layers. */
  @Test
  void thePositionsOfEachLayerAreKnown() {
    List<TowerStep> merging = through(TOME, 9, 3, 4, 1).tokens().steps();
    assertThat(merging)
        .extracting(TowerStep::attention, TowerStep::mlp)
        .containsExactly(tuple(10, 8), tuple(8, 6), tuple(6, 5));
    assertThat(merging).allMatch(step -> step.views().equals(Set.of(LayerView.MATCHES)));
    assertThat(merging.get(2).summed()).isEqualTo(2); // one pair

    TowerTokens cutting = through(FLOWCUT, 9, 3, 4, 1).tokens();
    assertThat(cutting.steps())
        .extracting(TowerStep::attention, TowerStep::mlp)
        .containsExactly(tuple(10, 10), tuple(10, 10), tuple(5, 5));
    assertThat(cutting.ownSteps()).hasSize(1);
    assertThat(cutting.steps().get(1).views()).isEqualTo(FLOWCUT.sees());
    assertThat(cutting.steps().get(2).views()).isEmpty();
  }

  /** The running score by its definition: halves of the layer's and of the one before. */
  @Test
  void flowCutKeepsTheLargestRunningScores() {
    TowerPath path = new TowerPath(FLOWCUT, 4, 1, 3, 2);
    float[] even = {.25f, .25f, .25f, .25f};
    pass(
        path,
        Map.of(
            LayerView.CLASS_ATTENTION, even,
            LayerView.CLASS_VALUES, even,
            LayerView.VALUE_NORMS, new float[] {8, 1, 2, 3}));
    pass(
        path,
        Map.of(
            LayerView.CLASS_ATTENTION, new float[] {.1f, .5f, .2f, .2f},
            LayerView.CLASS_VALUES, new float[] {.2f, .2f, .2f, .4f},
            LayerView.VALUE_NORMS, new float[] {1, 2, 1, 1}));
    // Layer 1: 4, .5, 1, 1.5; layer 2: .3, 1.4, .4, .6; half and half: 2.15, .95, .7, 1.05.
    pass(path, Map.of());
    assertThat(path.unmergedPatches()).containsExactly(0, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tome", "flowcut"})
  void specsAreCanonical(String name) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(name + ":tokens=064"));
    assertThat(reducer.spec()).hasToString(name + ":tokens=64");
    assertThat(reducer.needs()).isEmpty();
    assertThat(reducer.inTower())
        .isEqualTo(TokenReducers.of(MethodSpec.parse(name + ":tokens=3")).inTower());
    assertThat(TokenReducers.of(MethodSpec.parse(name + ":tokens=@prumerge")).sees()).hasSize(1);
  }

  @Test
  void flowCutNeedsALayerToCutBehind() {
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> new TowerPath(FLOWCUT, 9, 1, 1, 4))
        .withMessageContaining("the last layer that the features need, and they need 1");
  }

  @Test
  void whatIsNoNumberIsAnErrorThatSaysWhere() {
    TowerPath path = new TowerPath(TOME, 4, 1, 2, 2);
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> pass(path, Map.of(LayerView.MATCHES, new float[] {1, Float.NaN, 0, 0})))
        .withMessageContaining("Cannot cut in layer 1 of the vision tower: MATCHES 1 is NaN");
  }

  /** A stranger's rule: too many groups, an empty one, nothing, an exception, too few cuts. */
  @ParameterizedTest
  @ValueSource(strings = {"beyond", "empty", "short", "throw", "nothing"})
  void aRuleThatDoesSomethingElseFailsItsImage(String what) {
    InTower stranger =
        new InTower() {
          @Override
          public ReductionPlace place() {
            return ReductionPlace.BEFORE_MLP;
          }

          @Override
          public boolean proportional() {
            return false;
          }

          @Override
          public Set<LayerView> sees() {
            return Set.of();
          }

          @Override
          public int shared(int layers) {
            return 0;
          }

          @Override
          public TowerPass way(int patches, int layers, int tokens) {
            return new TowerPass() {
              @Override
              public boolean looks(int layer, int count) {
                return true;
              }

              @Override
              public PatchGroups next(
                  int layer, int count, int most, Map<LayerView, float[]> seen) {
                return switch (what) {
                  case "beyond" -> new PatchGroups(2, new int[] {0, 1, 2, 0});
                  case "empty" -> new PatchGroups(3, new int[] {0, 2, 2, 0});
                  case "short" -> new PatchGroups(2, new int[] {0, 1});
                  case "throw" -> throw new IllegalStateException("no");
                  default -> PatchGroups.all(count);
                };
              }
            };
          }
        };
    TowerPath path = new TowerPath(stranger, 4, 1, 1, 2);
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(
            () -> {
              pass(path, Map.of());
              path.unmergedPatches();
            });
  }
}
