package io.prumerge.reduction.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceRows;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.decoder.Pact.KeyClusters;
import io.prumerge.reduction.decoder.SparseVlm.HeadedCut;
import io.prumerge.reduction.decoder.SparseVlm.RatedCut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of cuts: by hand, and against the authors' functions on random tensors. */
class CutRulesTest {

  private static final String GOLDENS = "cuts/rules.safetensors";

  private static DeviceRules rules;

  @BeforeAll
  static void load() {
    rules = new DeviceRules();
  }

  @AfterAll
  static void close() {
    rules.close();
    assertThat(OpenValues.count()).isZero();
  }

  private static Map<Evidence, float[]> dart(
      float[] keys, float[] textKeys, float[] states, float[] textStates) {
    return Map.of(
        new Evidence.Keys(1, EvidenceRows.VISUAL), keys,
        new Evidence.Keys(1, EvidenceRows.TEXT), textKeys,
        new Evidence.Hidden(2, EvidenceRows.VISUAL, true), states,
        new Evidence.Hidden(2, EvidenceRows.TEXT, true), textStates);
  }

  /** One pivot of each kind, which takes one token. */
  @Test
  void dartTakesWhatIsLeastLikeItsPivots() {
    Dart.Cut cut = new Dart.Cut(2, 1, CutPositions.KEPT, 1);
    float[] keys = {3, 1, 1, 0, 0, 1, 1, 1, 0, -1};
    float[] states = {1, 0, 1, 1, 0, 1, -1, 1, -1, 0};
    KeptTokens kept =
        cut.keep(
            rules.seen(
                cut, 5, dart(keys, new float[] {1, 1, 0, 9}, states, new float[] {7, 7, 1, -1})));
    assertThat(kept.tokens()).containsExactly(0, 3, 4);
    assertThat(cut.count(5)).isEqualTo(3);
    assertThat(cut.flops(5, 2)).as("two pivots and five tokens").isEqualTo(2 * 2 * 2 * 5);
    assertThat(cut.flops(0, 2)).isZero();
    assertThat(cut.keep(new SeenTokens(0, Map.of())).tokens()).isEmpty();
  }

  @Test
  void dartNeedsAsManyTokensOfTextAsPivots() {
    LayerCut cut = TokenReducers.of(MethodSpec.parse("dart")).cuts(5, 32).get(0);
    float[] five = new float[5];
    assertThatThrownBy(
            () -> cut.keep(rules.seen(cut, 5, dart(five, new float[3], five, new float[3]))))
        .isInstanceOf(ReductionException.class)
        .hasMessageContaining("Cannot choose 4 pivots from the 3 tokens of text");
  }

  @Test
  void dartKeepsWhatItsAuthorsFunctionKeeps() throws IOException {
    int cases = 0;
    for (JsonNode one : Goldens.json("cuts/rules.json").get("cases")) {
      if (one.get("method").asText().equals("dart")) {
        String name = one.get("name").asText();
        int visual = one.get("visual").asInt();
        String spec = "dart:tokens=" + one.get("tokens").asInt();
        LayerCut cut = TokenReducers.of(MethodSpec.parse(spec)).cuts(visual, 32).get(0);
        Map<Evidence, float[]> seen =
            dart(
                Goldens.floats(GOLDENS, name + "/keys"),
                Goldens.floats(GOLDENS, name + "/text_keys"),
                Goldens.floats(GOLDENS, name + "/states"),
                Goldens.floats(GOLDENS, name + "/text_states"));
        assertThat(cut.keep(rules.seen(cut, visual, seen)).tokens())
            .as(name)
            .isEqualTo(Goldens.ints(one.get("kept")));
        cases++;
      }
    }
    assertThat(cases).isEqualTo(2);
  }

  /** Against the sum of a column, row by row. */
  @Test
  void fastVOfAllRowsKeepsWhatTheyAttendToTogether() {
    LayerCut cut =
        TokenReducers.of(MethodSpec.parse("fastv:layer=2,tokens=2,variant=rows"))
            .cuts(3, 32)
            .get(0);
    Map<Evidence, float[]> seen =
        Map.of(
            new Evidence.VisualAttention(1), new float[] {0.5f, 0.2f, 0.1f},
            new Evidence.TextAttention(1), new float[] {0.1f, 0.3f, 0.3f, 0, 0.05f, 0.3f});
    assertThat(cut.sees())
        .containsExactly(new Evidence.VisualAttention(1), new Evidence.TextAttention(1));
    assertThat(cut.keep(rules.seen(cut, 3, seen)).tokens())
        .as("sums 0.6, 0.55, 0.7")
        .containsExactly(0, 2);
    assertThat(cut.perQuestion()).isTrue();
  }

  /** Unit keys at these angles. */
  private static float[] cosines(double... degrees) {
    float[] cosines = new float[degrees.length * degrees.length];
    for (int i = 0; i < cosines.length; i++) {
      double angle = degrees[i / degrees.length] - degrees[i % degrees.length];
      cosines[i] = (float) Math.cos(Math.toRadians(angle));
    }
    return cosines;
  }

  private static KeyClusters clusters(int[] chosen, float[] cosines, double cutoff) {
    int tokens = (int) Math.sqrt(cosines.length);
    int[] slow = SlowRules.keyClusters(chosen, tokens, cosines, cutoff, KeyClusters.REACH);
    // Scores that choose these.
    float[] scores = new float[tokens];
    IntStream.of(chosen).forEach(token -> scores[token] = 1);
    float[] ones = new float[tokens];
    Arrays.fill(ones, 1);
    List<Object> arguments =
        List.of(
            rules.tensor(scores, tokens),
            rules.tensor(ones, tokens, 1),
            rules.tensor(cosines, tokens, tokens),
            chosen.length,
            cutoff,
            KeyClusters.REACH);
    assertThat(rules.call("pact", arguments)).containsExactly(floats(slow));
    return KeyClusters.of(slow);
  }

  private static float[] floats(int[] ints) {
    float[] floats = new float[ints.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = ints[i];
    }
    return floats;
  }

  /** The densest are 3, 4, 2, 1, 0, 5; distances between neighbours .0152, .3572, .658. */
  @Test
  void pactsCentresHaveNoDenserOneNearThem() {
    int[] all = {0, 1, 2, 3, 4, 5};
    KeyClusters clusters = clusters(all, cosines(0, 10, 20, 70, 80, 150), 0.21);
    assertThat(clusters.centres()).containsExactly(2, 3, 5);
    assertThat(clusters.cluster()).containsExactly(0, 0, 0, 1, 1, 2);
    assertThat(clusters.sizes()).containsExactly(3, 2, 1);
    KeptTokens means = clusters.means();
    assertThat(means.tokens()).containsExactly(2, 3, 5);
    assertThat(means.sizes()).containsExactly(3, 2, 1);
    assertThat(Arrays.copyOf(means.share(), 6)).containsExactly(1f / 3, 1f / 3, 1f / 3, 0, 0, 0);
    means.check(6, 6, true);
  }

  /** A token that is not among those clustered joins within 1.5 cutoffs, and is lost beyond. */
  @Test
  void whatPactPrunesJoinsANearCluster() {
    float[] cosines = cosines(0, 46, 48, 100, 170);
    int[] chosen = {0, 3};
    KeyClusters clusters = clusters(chosen, cosines, 0.21);
    assertThat(clusters.centres()).containsExactly(0, 3);
    assertThat(clusters.cluster())
        .as("distances .305 and .331 to the first; .412 and .384 to the other")
        .containsExactly(0, 0, -1, 1, -1);
    assertThat(clusters(new int[] {1}, cosines, 0.21).sizes()).containsExactly(3);
  }

  /** A centre that is within the cutoff of another is none, and leaves its own tokens free. */
  @Test
  void pactsCentresAreFoundOneAfterTheOther() {
    double[] angles = {0, 1, 2, 30, 60, 61};
    KeyClusters clusters = clusters(new int[] {0, 1, 2, 3, 4, 5}, cosines(angles), 0.15);
    assertThat(clusters.centres()).isEqualTo(greedy(angles, 0.15));
  }

  // By the definition, with densities in a plain loop.
  private static int[] greedy(double[] angles, double cutoff) {
    int n = angles.length;
    double[] density = new double[n];
    double[][] distance = new double[n][n];
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        distance[a][b] = 1 - Math.cos(Math.toRadians(angles[a] - angles[b]));
        density[a] += Math.exp(-distance[a][b] * distance[a][b] / 4);
      }
    }
    boolean[] centre = new boolean[n];
    boolean[] done = new boolean[n];
    for (int round = 0; round < n; round++) {
      int densest = -1;
      for (int a = 0; a < n; a++) {
        densest = !done[a] && (densest < 0 || density[a] > density[densest]) ? a : densest;
      }
      done[densest] = true;
      centre[densest] = true;
      for (int a = 0; a < n; a++) {
        centre[densest] &= a == densest || !centre[a] || distance[densest][a] > cutoff;
      }
    }
    return IntStream.range(0, n).filter(a -> centre[a]).toArray();
  }

  @Test
  void pactClustersWhatTheMeanQueryAttendsToAndIsLarge() {
    LayerCut cut = TokenReducers.of(MethodSpec.parse("pact:ratio=0.5")).cuts(4, 32).get(0);
    assertThat(cut.adaptive()).isTrue();
    assertThat(cut.perQuestion()).isFalse();
    assertThat(cut.count(4)).isEqualTo(2);
    assertThat(cut.count(1)).isEqualTo(1);
    assertThat(cut.count(0)).isZero();
    assertThat(cut.keep(new SeenTokens(0, Map.of())).tokens()).isEmpty();
    assertThat(cut.flops(4, 2, 10)).isEqualTo(2 * 10 * 4 * 2);
    Map<Evidence, float[]> seen =
        Map.of(
            new Evidence.MeanQueryAttention(4), new float[] {0.4f, 0.3f, 0.2f, 0.1f},
            new Evidence.Hidden(4), new float[] {1, 0, 0, 1, 3, 4, -9, 0},
            new Evidence.KeyCosines(4), cosines(0, 40, 90, 180));
    KeptTokens kept = cut.keep(rules.seen(cut, 4, seen));
    assertThat(kept.tokens()).as("scores .4, .3, 1, .9").containsExactly(2, 3);
    assertThat(kept.sizes()).containsExactly(1, 1);
  }

  @Test
  void pactClustersAsItsAuthorsFunctionsDo() throws IOException {
    int cases = 0;
    for (JsonNode one : Goldens.json("cuts/rules.json").get("cases")) {
      if (one.get("method").asText().equals("pact")) {
        String name = one.get("name").asText();
        int visual = one.get("visual").asInt();
        float[] states = Goldens.floats(GOLDENS, name + "/states");
        int[] chosen = Goldens.ints(one.get("chosen"));
        float[] cosines = Goldens.floats(GOLDENS, name + "/cosines");
        KeptTokens kept = clusters(chosen, cosines, one.get("cutoff").asDouble()).means();
        assertThat(kept.tokens()).as(name).isEqualTo(Goldens.ints(one.get("kept")));
        assertThat(kept.sizes()).as(name).isEqualTo(Goldens.ints(one.get("sizes")));
        checkMerged(name, kept, visual, states);
        cases++;
      }
    }
    assertThat(cases).isEqualTo(3);
  }

  @Test
  void v2DropKeepsWhatALayerChangesMost() {
    LayerCut cut =
        TokenReducers.of(MethodSpec.parse("v2drop:layers=2,ratios=0.5")).cuts(5, 32).get(0);
    float[] before = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4};
    float[] behind = {3, 4, 1, 1, 2, -9, 0, 7, 4, 4.5f};
    Map<Evidence, float[]> seen =
        Map.of(new Evidence.Hidden(1), before, new Evidence.Hidden(2), behind);
    assertThat(cut.sees()).containsExactly(new Evidence.Hidden(1), new Evidence.Hidden(2));
    assertThat(cut.keep(rules.seen(cut, 5, seen)).tokens())
        .as("changes 5, 0, 11, 5, 0.5; the first of equal ones")
        .containsExactly(0, 2);
    assertThat(cut.flops(5, 2)).isZero();
  }

  // What they are, by the device and by hand.
  private static int[] raters(float... relevance) {
    float[] weights = rules.call("raters", List.of(rules.tensor(relevance, relevance.length)));
    int[] raters = IntStream.range(0, weights.length).filter(i -> weights[i] == 1).toArray();
    assertThat(raters).isEqualTo(SlowRules.raters(relevance));
    return raters;
  }

  @Test
  void ratersAreMoreLikeTheImageThanTheMean() {
    assertThat(raters(new float[] {.4103f, .2562f, .3335f})).containsExactly(0, 2);
    assertThat(raters(new float[] {.25f, .25f, .25f, .25f})).containsExactly(0, 1, 2, 3);
    assertThat(raters(new float[] {1})).containsExactly(0);
  }

  /** 276 dropped: 83 are recycled into 9. */
  @Test
  void sparseVlmRecyclesAThirdIntoATenth() {
    RatedCut cut = new RatedCut(3, 300, CutPositions.PACKED);
    assertThat(cut.count(576)).isEqualTo(300 + 9);
    assertThat(cut.flops(576, 10)).isEqualTo(2 * 10 * (83 * 83 + 9 * 576));
    assertThat(cut.count(0)).isZero();
    assertThat(cut.flops(0, 10)).isZero();
    assertThat(cut.keep(new SeenTokens(0, Map.of())).tokens()).isEmpty();
    assertThat(new HeadedCut(3, 300, CutPositions.KEPT).keep(new SeenTokens(0, Map.of())).tokens())
        .isEmpty();
  }

  /** Two heaps on a line: each centre has the densest of its own. */
  @Test
  void densityPeaksAreTheMiddlesOfHeaps() {
    float[] line = {0, 1, 2, 50, 51, 52, 99};
    int[] peaks = peaks(2, Arrays.copyOf(line, 6));
    assertThat(peaks[0]).isEqualTo(peaks[1]).isEqualTo(peaks[2]);
    assertThat(peaks[3]).isEqualTo(peaks[4]).isEqualTo(peaks[5]);
    assertThat(peaks[0]).isNotEqualTo(peaks[3]);
    assertThat(peaks(1, line[6])).containsExactly(0);
  }

  private static int[] peaks(int clusters, float... line) {
    int[] all = IntStream.range(0, line.length).toArray();
    int[] slow = SlowRules.densityPeaks(all, line, 1, clusters);
    List<Object> arguments = List.of(rules.tensor(line, line.length, 1), clusters);
    assertThat(rules.call("density_peaks", arguments)).containsExactly(floats(slow));
    return slow;
  }

  @Test
  void sparseVlmKeepsAndMergesWhatItsAuthorsFunctionsDo() throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode one : Goldens.json("cuts/rules.json").get("cases")) {
      String method = one.get("method").asText();
      if (!method.startsWith("sparsevlm")) {
        continue;
      }
      String name = one.get("name").asText();
      names.add(name);
      boolean second = method.endsWith("2");
      int visual = one.get("visual").asInt();
      int budget = one.get("budget").asInt();
      Map<Evidence, float[]> seen = new HashMap<>();
      seen.put(new Evidence.TextRelevance(), Goldens.floats(GOLDENS, name + "/relevance"));
      float[] attention = Goldens.floats(GOLDENS, name + "/attention");
      seen.put(
          second ? new Evidence.TextHeadAttention(2) : new Evidence.TextAttention(2), attention);
      if (!second) {
        seen.put(new Evidence.Hidden(3), Goldens.floats(GOLDENS, name + "/states"));
      }
      LayerCut cut =
          second
              ? new HeadedCut(3, budget, CutPositions.KEPT)
              : new RatedCut(3, budget, CutPositions.PACKED);
      KeptTokens kept = cut.keep(rules.seen(cut, visual, seen));
      kept.check(visual, cut.count(visual), false);
      int[] expected = Goldens.ints(one.get("kept"));
      assertThat(Arrays.copyOf(kept.tokens(), expected.length)).as(name).isEqualTo(expected);
      if (!second) {
        checkMerged(name, kept, visual, seen.get(new Evidence.Hidden(3)));
      }
    }
    assertThat(names).containsExactly("sparsevlm-120", "sparsevlm-90", "sparsevlm-2");
  }

  private static void checkMerged(String name, KeptTokens kept, int visual, float[] states)
      throws IOException {
    int width = states.length / visual;
    float[][] merged = Goldens.rows(GOLDENS, name + "/merged", width);
    assertThat(kept.sums(visual)).as(name).isEqualTo(merged.length);
    for (int row = 0; row < merged.length; row++) {
      for (int i = 0; i < width; i++) {
        double sum = 0;
        for (int token = 0; token < visual; token++) {
          sum += (double) kept.share()[row * visual + token] * states[token * width + i];
        }
        assertThat(sum).as(name).isCloseTo(merged[row][i], within(1e-5));
      }
    }
  }

  private static float[] random(Random random, int size, int steps) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      double value = random.nextGaussian();
      values[i] = (float) (steps == 0 ? value : Math.rint(value * steps) / steps);
    }
    return values;
  }

  private static float[] shares(Random random, int size, int steps) {
    float[] values = random(random, size, steps);
    for (int i = 0; i < size; i++) {
      values[i] = Math.abs(values[i]);
    }
    return values;
  }

  // Those that a cut by this method sees, of so many tokens before a text of so many.
  private static Map<Evidence, float[]> evidence(
      LayerCut cut, Random random, int tokens, int text, int width, int steps) {
    Map<Evidence, float[]> seen = new HashMap<>();
    for (Evidence one : cut.sees()) {
      boolean ofText = one.perQuestion();
      int rows = ofText ? text : tokens;
      float[] values;
      if (one instanceof Evidence.Keys || one instanceof Evidence.Hidden) {
        values = random(random, rows * width, steps);
      } else if (one instanceof Evidence.TextHeadAttention) {
        values = shares(random, 16 * text * tokens, steps);
      } else if (one instanceof Evidence.TextAttention) {
        values = shares(random, text * tokens, steps);
      } else if (one instanceof Evidence.KeyCosines) {
        double[] angles = random.doubles(tokens, 0, 360).map(Math::rint).toArray();
        values = cosines(angles);
      } else {
        values = shares(random, rows, steps);
      }
      seen.put(one, values);
    }
    return seen;
  }

  /** Of values in few steps many are equal, and so are scores that they give. */
  @Test
  void whatTheDeviceKeepsIsWhatPlainLoopsKeep() {
    Random random = new Random(33);
    List<String> methods =
        List.of(
            "v2drop:layers=2,ratios=0.4",
            "dart:tokens=24",
            "pact:ratio=0.55",
            "pact:ratio=0.9,cutoff=0.01",
            "fastv:layer=2,ratio=0.5,variant=rows",
            "priortr:tokens=20",
            "priortr:query=last,tokens=20",
            "sparsevlm:layers=2,budgets=20",
            "sparsevlm:layers=2,budgets=20,version=2");
    for (String method : methods) {
      for (int tokens : new int[] {1, 2, 5, 33, 60, 127}) {
        for (int steps : new int[] {0, 1, 4}) {
          LayerCut cut = TokenReducers.of(MethodSpec.parse(method)).cuts(tokens, 32).get(0);
          Map<Evidence, float[]> seen = evidence(cut, random, tokens, 7, 6, steps);
          assertThat(rules.seen(cut, tokens, seen).made())
              .as("%s of %d tokens, steps %d", method, tokens, steps)
              .containsExactly(SlowRules.seen(cut, tokens, seen).made());
        }
      }
    }
  }
}
