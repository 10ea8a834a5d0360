package io.prumerge.reduction.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HoliTom against its authors' functions, slow versions, worked examples and edges. */
class HoliTomTest {

  private static final TowerEvidence ATTENTION =
      new TowerEvidence.ColumnAttention(new TowerLayer.Last());
  private static final TowerEvidence PROJECTED = new TowerEvidence.Projected();
  private static final TowerEvidence COSINES = new TowerEvidence.EarlierCosines(1);

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  static Stream<JsonNode> cases() throws IOException {
    JsonNode cases = Goldens.json("video-methods/holitom.json").get("cases");
    assertThat(cases).hasSize(3);
    return StreamSupport.stream(cases.spliterator(), false);
  }

  private static List<ArrayPatchTokens> attended(PlainVideo video, float[] attention) {
    List<ArrayPatchTokens> views = video.patches();
    int tokens = video.tokens();
    for (int view = 0; view < views.size(); view++) {
      views
          .get(view)
          .with(ATTENTION, Arrays.copyOfRange(attention, view * tokens, (view + 1) * tokens));
    }
    return views;
  }

  private static List<ArrayPatchTokens> attended(PlainVideo video, long seed) {
    Random random = new Random(seed);
    float[] attention = new float[video.views() * video.tokens()];
    for (int i = 0; i < attention.length; i++) {
      attention[i] = random.nextFloat();
    }
    return attended(video, attention);
  }

  // Where a learned row stands behind each line of a square frame.
  private static int[] learned(int views, int side) {
    return IntStream.range(0, views * side).map(line -> line * (side + 1) + side).toArray();
  }

  private static List<double[]> rows(ImageReduction reduced) {
    return reduced.views().stream()
        .flatMap(view -> Arrays.stream(((ArrayReduction) view).rows()))
        .toList();
  }

  /** Windows, numbers of tokens, order, and every value of every token. */
  @ParameterizedTest
  @MethodSource("cases")
  void isTheAuthors(JsonNode one) {
    PlainVideo video = PlainVideo.of(one);
    List<float[]> cosines =
        IntStream.range(1, video.views()).mapToObj(view -> video.cosines(view, 1)).toList();
    float tau = (float) one.get("tau").asDouble();
    List<StaticWindow> windows = StaticWindow.of(cosines, video.tokens(), tau);
    assertThat(windows)
        .extracting(window -> List.of(window.first(), window.first() + window.views() - 1))
        .isEqualTo(
            StreamSupport.stream(one.get("windows").spliterator(), false)
                .map(window -> List.of(window.get(0).asInt(), window.get(1).asInt()))
                .toList());
    assertThat(windows.stream().mapToInt(StaticWindow::fewer).sum())
        .isEqualTo(one.get("reduced").asInt());

    List<? extends PatchTokens> views = attended(video, Goldens.floats(one.get("attention")));
    boolean lines = one.get("newline").asText().equals("grid");
    if (lines) {
      int side = (int) Math.sqrt(video.tokens());
      int[] learned = learned(video.views(), side);
      views = LinedView.of(attended(video, Goldens.floats(one.get("attention"))), learned);
    }
    TokenReducer method =
        reducer("holitom:ratio=" + one.get("R").asText() + ",tau=" + one.get("tau").asText());
    ImageReduction reduced = method.reduceImage(views);
    assertThat(reduced.order()).matches(order -> order.isPresent() == lines);
    List<double[]> tokens = rows(reduced);
    double[] nines = new double[video.width()];
    Arrays.fill(nines, 9);
    List<double[]> sequence =
        reduced
            .order()
            .map(
                order ->
                    IntStream.of(order.rows())
                        .mapToObj(row -> row == Tiles.LEARNED ? nines : tokens.get(row))
                        .toList())
            .orElse(tokens);
    double[] y = sequence.stream().flatMapToDouble(Arrays::stream).toArray();
    assertThat(sequence)
        .hasSize(
            StreamSupport.stream(one.get("segment_tokens").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .sum());
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i]).isCloseTo(one.get("y").get(i).asDouble(), within(1e-4));
    }
    assertThat(views.stream().mapToInt(method::tokens).sum()).isEqualTo(tokens.size());
    for (int view = 0; view < views.size(); view++) {
      assertThat(((ArrayReduction) method.reduce(views.get(view))).rows())
          .isDeepEqualTo(((ArrayReduction) reduced.views().get(view)).rows());
    }
  }

  /** The learned rows' places in the whole sequence, for positions that are kept. */
  @Test
  void learnedRowsOfEmptyLinesAreLeftOut() {
    PlainVideo video = PlainVideo.random(2, 9, 4, 3);
    float[] attention = new float[18];
    attention[1] = 1; // of the first line of the first frame
    attention[9 + 7] = 1; // of the last line of the second
    List<LinedView> lined = LinedView.of(attended(video, attention), learned(2, 3));
    ImageReduction reduced = reducer("holitom:ratio=0.05,tau=1").reduceImage(lined);
    RowOrder order = reduced.order().orElseThrow();
    assertThat(order.rows()).containsExactly(0, Tiles.LEARNED, 1, Tiles.LEARNED);
    assertThat(order.learned()).containsExactly(3, 12 + 11);
  }

  /** All ways to cut a video into windows. */
  @ParameterizedTest
  @CsvSource({"1, 3", "2, 1", "3, 4", "6, 5", "8, 3", "9, 2"})
  void windowsMakeTheMostPatchesFewer(int views, int patches) {
    Random random = new Random(views);
    for (int round = 0; round < 20; round++) {
      List<float[]> cosines = new ArrayList<>();
      for (int view = 1; view < views; view++) {
        float[] next = new float[patches];
        for (int patch = 0; patch < patches; patch++) {
          next[patch] = random.nextFloat();
        }
        cosines.add(next);
      }
      float bound = round / 20f;
      List<StaticWindow> windows = StaticWindow.of(cosines, patches, bound);
      int next = 0;
      for (StaticWindow window : windows) {
        assertThat(window.first()).isEqualTo(next);
        next += window.views();
        assertThat(window.alike()).isEqualTo(alike(cosines, patches, bound, window));
      }
      assertThat(next).isEqualTo(views);
      int most = 0;
      for (int cuts = 0; cuts < 1 << (views - 1); cuts++) {
        int fewer = 0;
        int first = 0;
        for (int end = 1; end <= views; end++) {
          if (end == views || (cuts >> (end - 1) & 1) == 1) {
            StaticWindow window = new StaticWindow(first, end - first, List.of());
            fewer += alike(cosines, patches, bound, window).size() * (end - first - 1);
            first = end;
          }
        }
        most = Math.max(most, fewer);
      }
      assertThat(windows.stream().mapToInt(StaticWindow::fewer).sum()).isEqualTo(most);
    }
  }

  private static List<Integer> alike(
      List<float[]> cosines, int patches, float bound, StaticWindow window) {
    List<Integer> alike = new ArrayList<>();
    for (int patch = 0; patch < patches && window.views() > 1; patch++) {
      boolean all = true;
      for (int view = window.first(); view < window.first() + window.views() - 1; view++) {
        all &= cosines.get(view)[patch] > bound;
      }
      if (all) {
        alike.add(patch);
      }
    }
    return alike;
  }

  /** Points of a line, of which three and two are near each other. */
  @Test
  void densityClustersExample() {
    float[] line = {0, .1f, .2f, 1, 1.1f};
    float[] distances = new float[25];
    for (int i = 0; i < 25; i++) {
      distances[i] = Math.abs(line[i / 5] - line[i % 5]);
    }
    // Densities .983, .993, .983, .805, .761; heights .1, 1.1, .1, .8, .1.
    assertThat(DensityCluster.of(distances, 2, 3))
        .containsExactly(new DensityCluster(1, List.of(0, 2)), new DensityCluster(3, List.of(4)));
    assertThat(DensityCluster.of(distances, 1, 3))
        .containsExactly(new DensityCluster(1, List.of(0, 2, 3, 4)));
    assertThat(DensityCluster.of(distances, 5, 5))
        .extracting(DensityCluster::centre)
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(DensityCluster.of(new float[] {0}, 1, 1))
        .containsExactly(new DensityCluster(0, List.of()));
  }

  @Test
  void equalPointsAreTakenByTheirPlace() {
    assertThat(DensityCluster.of(new float[16], 2, 2))
        .containsExactly(new DensityCluster(0, List.of(2, 3)), new DensityCluster(1, List.of()));
  }

  /** One still scene of two views, of 4 patches each: nothing else is left. */
  @Test
  void aStillVideoIsItsMeans() {
    float[][] view = {{1, 0}, {0, 1}, {1, 1}, {-1, 0}};
    List<ArrayPatchTokens> video = attended(new PlainVideo(new float[][][] {view, view}), 1);
    ImageReduction reduced = reducer("holitom:ratio=0.5").reduceImage(video);
    // R' is 1: four fewer of eight are left.
    assertThat(reduced.views()).extracting(Reduction::tokens).containsExactly(4, 0);
    double[][] means = ((ArrayReduction) reduced.views().get(0)).rows();
    for (int patch = 0; patch < 4; patch++) {
      assertThat(means[patch])
          .containsExactly(new double[] {view[patch][0], view[patch][1]}, within(1e-6));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 9", "2, 4", "3, 9", "7, 1", "16, 4"})
  void everyNumberOfViewsIsReduced(int views, int tokens) {
    List<ArrayPatchTokens> video = attended(PlainVideo.random(views, tokens, 5, views), views);
    for (String ratio : new String[] {"0.2", "0.5", "1"}) {
      TokenReducer method = reducer("holitom:ratio=" + ratio);
      ImageReduction reduced = method.reduceImage(video);
      int left = rows(reduced).size();
      assertThat(left).isPositive();
      assertThat(video.stream().mapToInt(method::tokens).sum()).isEqualTo(left);
      if (views == 1 && ratio.equals("1")) {
        assertThat(left).isEqualTo(tokens);
      }
    }
  }

  @Test
  void looksAtDistancesWhereMeansAreLeft() {
    float[][] still = {{1, 0}, {0, 1}};
    float[][] other = {{-1, 0}, {0, 1}};
    List<ArrayPatchTokens> video =
        attended(new PlainVideo(new float[][][] {still, still, other}), 1);
    TokenReducer method = reducer("holitom:ratio=1");
    // Views 0 and 1 have two alike, all three one: two fewer either way, by the shorter last one.
    assertThat(method.needs(video.get(0)))
        .containsExactlyInAnyOrder(
            PROJECTED, ATTENTION, new TowerEvidence.MeanDistances(2, List.of(0, 1)));
    for (int view = 1; view < 3; view++) {
      assertThat(method.needs(video.get(view)))
          .containsExactlyInAnyOrder(PROJECTED, ATTENTION, COSINES);
    }
    assertThat(reducer("holitom:ratio=0.01").needs(video.get(0)))
        .containsExactlyInAnyOrder(PROJECTED, ATTENTION);
    assertThat(method.sees()).containsExactlyInAnyOrder(PROJECTED, ATTENTION);
  }

  @Test
  void nothingLeftIsRefused() {
    float[][] view = {{1, 0}, {0, 1}};
    List<ArrayPatchTokens> video = attended(new PlainVideo(new float[][][] {view, view}), 1);
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer("holitom:ratio=0.1").tokens(video.get(1)))
        .withMessage(
            "Cannot leave nothing of a video: all its patches stay alike, and holitom:ratio=0.1"
                + " leaves less than half a token of them; give a larger ratio");
  }

  @Test
  void picturesAreRefused() {
    ArrayPatchTokens picture = ArrayPatchTokens.seen(new float[4][2], new float[4]);
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer("holitom").reduce(picture))
        .withMessageContaining("use a method for pictures");
  }

  @Test
  void evidenceThatIsNoNumberIsAnErrorOfItsOwn() {
    PlainVideo video = PlainVideo.random(2, 4, 3, 1);
    List<ArrayPatchTokens> views = attended(video, new float[] {1, 2, 3, Float.NaN, 1, 2, 3, 4});
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer("holitom").reduceImage(views))
        .withMessageContaining("the attention to patch 3 is NaN");
  }

  @ParameterizedTest
  @CsvSource({
    "holitom, holitom",
    "'holitom:ratio=0.15,tau=0.80', holitom",
    "'holitom:tau=.65,ratio=.1', 'holitom:ratio=0.1,tau=0.65'",
  })
  void canonicalSpelling(String text, String canonical) {
    assertThat(MethodSpec.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"holitom:ratio=0", "holitom:tau=2", "holitom:m=true", "holitom:tokens=9"})
  void whatItDoesNotHaveIsRefused(String method) {
    assertThatIllegalArgumentException().isThrownBy(() -> MethodSpec.parse(method));
  }
}
