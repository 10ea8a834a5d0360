package io.prumerge.reduction.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods over a whole video against slow versions, worked examples, edges and errors. */
class VideoReducersTest {

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  private static List<List<Integer>> kept(String method, PlainVideo video) {
    return kept(reducer(method), video.patches(), video.tokens());
  }

  /** Also requires that a view alone is reduced to the same, and that counts add up. */
  private static List<List<Integer>> kept(
      TokenReducer method, List<? extends PatchTokens> views, int all) {
    List<List<Integer>> kept = new ArrayList<>();
    ImageReduction reduced = method.on(views.get(0)).reduceImage(views);
    int counted = 0;
    int left = 0;
    for (int view = 0; view < views.size(); view++) {
      Reduction one = reduced.views().get(view);
      kept.add(indices(one, all));
      assertThat(indices(method.reduce(views.get(view)), all)).isEqualTo(kept.get(view));
      counted += method.tokens(views.get(view));
      left += one.tokens();
    }
    assertThat(counted).isEqualTo(left);
    return kept;
  }

  private static List<Integer> indices(Reduction view, int all) {
    return IntStream.of(view.keptIndices().orElse(IntStream.range(0, all).toArray()))
        .boxed()
        .toList();
  }

  private static List<Integer> flat(List<List<Integer>> kept, int tokens) {
    return IntStream.range(0, kept.size())
        .boxed()
        .flatMap(view -> kept.get(view).stream().map(token -> view * tokens + token))
        .toList();
  }

  private static PlainVideo video(float[][]... views) {
    return new PlainVideo(views);
  }

  private static float[][] rows(float... values) {
    float[][] rows = new float[values.length / 2][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(values, 2 * i, 2 * i + 2);
    }
    return rows;
  }

  @Test
  void evsExample() {
    PlainVideo video = video(rows(1, 0, 0, 1), rows(1, 0, 1, 1), rows(0, 1, 1, 1));
    assertThat(flat(kept("evs:pruned=0.5", video), 2)).containsExactly(0, 1, 4);
    assertThat(flat(kept("evs:pruned=0.75", video), 2)).containsExactly(0, 1);
    assertThat(flat(kept("evs:tokens=4", video), 2)).containsExactly(0, 1, 3, 4);
  }

  @Test
  void vidCom2sExample() {
    PlainVideo video = video(rows(1, 5, 1, -5), rows(-1, 5, 1, 5));
    assertThat(video.centreScores()[0][0]).satisfies(s -> assertThat(s[0]).isBetween(3.575, 3.576));
    assertThat(video.centreScores()[0][1]).satisfies(s -> assertThat(s[0]).isBetween(1.011, 1.012));
    assertThat(flat(kept("vidcom2:ratio=0.5", video), 2)).containsExactly(0, 2, 3);
  }

  @Test
  void equalScoresKeepTheLowerPlace() {
    float[][] same = rows(1, 2, 1, 2, 1, 2, 1, 2);
    PlainVideo video = video(same, same, same, same, same, same);
    assertThat(flat(kept("evs:tokens=7", video), 4)).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(kept("vidcom2:ratio=0.5", video)).containsOnly(List.of(0, 1));
    assertThat(kept("dycoke:pruned=0.5", video))
        .containsExactly(
            List.of(0, 1, 2, 3),
            List.of(0, 1),
            List.of(0, 1),
            List.of(0, 1),
            List.of(0, 1, 2, 3),
            List.of(0, 1));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 6", "2, 5", "3, 4", "4, 9", "5, 6", "6, 1", "9, 4"})
  void evsIsASortOfAllTokens(int views, int tokens) {
    PlainVideo video = PlainVideo.random(views, tokens, 5, 10L * views + tokens);
    for (double q : new double[] {.01, .3, .5, .77, .99}) {
      int left = Math.max(tokens, (int) (views * tokens * (1 - q)));
      List<Integer> slow = slowEvs(video, left);
      assertThat(flat(kept("evs:pruned=" + q, video), tokens)).isEqualTo(slow);
      assertThat(flat(kept("evs:tokens=" + Math.max(left, views), video), tokens))
          .isEqualTo(slowEvs(video, Math.max(left, views)));
    }
  }

  // Takes the largest that is left, again and again.
  private static List<Integer> slowEvs(PlainVideo video, int left) {
    boolean[] taken = new boolean[video.views() * video.tokens()];
    Arrays.fill(taken, 0, video.tokens(), true);
    for (int i = video.tokens(); i < left; i++) {
      int best = -1;
      for (int place = video.tokens(); place < taken.length; place++) {
        if (!taken[place] && (best < 0 || difference(video, place) > difference(video, best))) {
          best = place;
        }
      }
      taken[best] = true;
    }
    return IntStream.range(0, taken.length).filter(place -> taken[place]).boxed().toList();
  }

  private static double difference(PlainVideo video, int place) {
    int view = place / video.tokens();
    return 1 - video.cosine(view, view - 1, place % video.tokens());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 6", "2, 5", "3, 4", "4, 9", "5, 6", "6, 1", "9, 4"})
  void vidCom2KeepsWhatIsLeastAlike(int views, int tokens) {
    PlainVideo video = PlainVideo.random(views, tokens, 7, 10L * views + tokens);
    for (double ratio : new double[] {.1, .25, .6, 1}) {
      List<List<Integer>> slow = slowVidCom2(video, ratio);
      assertThat(kept("vidcom2:ratio=" + ratio, video)).isEqualTo(slow);
    }
  }

  private static List<List<Integer>> slowVidCom2(PlainVideo video, double ratio) {
    double[][][] scores = video.centreScores();
    double[] weights =
        Arrays.stream(scores[0])
            .mapToDouble(v -> -Arrays.stream(v).average().orElseThrow())
            .toArray();
    double most = Arrays.stream(weights).max().orElseThrow();
    double sum = Arrays.stream(weights).map(weight -> Math.exp((weight - most) / .01)).sum();
    List<List<Integer>> kept = new ArrayList<>();
    for (int view = 0; view < video.views(); view++) {
      double weight = Math.exp((weights[view] - most) / .01) / sum;
      double share = Math.min(1, ratio * (1 + weight - 1d / video.views()));
      int count = Math.max(1, (int) Math.rint((float) (share * video.tokens())));
      double[] both = new double[video.tokens()];
      for (int token = 0; token < both.length; token++) {
        both[token] = scores[0][view][token] + scores[1][view][token];
      }
      kept.add(
          IntStream.range(0, both.length)
              .filter(
                  token -> Arrays.stream(both).filter(other -> other < both[token]).count() < count)
              .boxed()
              .toList());
    }
    return kept;
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 5", "5, 6", "8, 3"})
  void vidCom2KeepsAsManyAsAreAskedFor(int views, int tokens) {
    PlainVideo video = PlainVideo.random(views, tokens, 7, 10L * views + tokens);
    for (int count = views; count <= views * tokens; count++) {
      List<List<Integer>> kept = kept("vidcom2:tokens=" + count, video);
      assertThat(flat(kept, tokens)).hasSize(count);
      assertThat(kept).allSatisfy(view -> assertThat(view).isNotEmpty().isSorted());
    }
    assertThat(kept("vidcom2:tokens=100%", video)).allSatisfy(v -> assertThat(v).hasSize(tokens));
  }

  /** Where the authors' counts add up already, they stay. */
  @Test
  void vidCom2sExactCountIsTheAuthorsWhereItIsTheSame() {
    PlainVideo video = PlainVideo.random(6, 9, 8, 3);
    for (int count = 6; count <= 54; count++) {
      List<List<Integer>> rounded = kept("vidcom2:ratio=" + count / 54d, video);
      if (flat(rounded, 9).size() == count) {
        assertThat(kept("vidcom2:tokens=" + count, video)).isEqualTo(rounded);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 5", "3, 4", "4, 9", "5, 6", "6, 5", "7, 4", "8, 3", "9, 4", "13, 5"})
  void dyCokeComparesGroupsOfFour(int views, int tokens) {
    PlainVideo video = PlainVideo.random(views, tokens, 6, 10L * views + tokens);
    for (double pruned : new double[] {.3, .5, .7, 1}) {
      String keys = "pruned=" + pruned + ",variant=";
      assertThat(kept("dycoke:" + keys + "repaired", video))
          .isEqualTo(slowDyCoke(video, pruned, true));
      if (views > 4) {
        assertThat(kept("dycoke:" + keys + "code", video))
            .isEqualTo(slowDyCoke(video, pruned, false));
      }
    }
  }

  // As the authors' two loops go, with what they lose put back where it is repaired.
  private static List<List<Integer>> slowDyCoke(PlainVideo video, double pruned, boolean repaired) {
    int views = video.views();
    List<Integer> all = IntStream.range(0, video.tokens()).boxed().toList();
    List<List<Integer>> kept = new ArrayList<>();
    for (int view = 0; view < views; view++) {
      kept.add(all);
    }
    for (int i = 0; i < views - 1; i += 2) {
      kept.set(i + 1, leastAlike(video, i + 1, i, pruned, repaired));
    }
    for (int i = 0; repaired ? i + 2 < views : i < views - 4; i += 4) {
      kept.set(i + 2, leastAlike(video, i + 2, i, pruned, repaired));
    }
    if (views % 2 == 1 && !repaired) {
      kept.set(views - 1, List.of());
    }
    return kept;
  }

  private static List<Integer> leastAlike(
      PlainVideo video, int view, int other, double pruned, boolean raster) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, video.tokens()).boxed().toList());
    order.sort(
        (one, two) ->
            Double.compare(video.cosine(view, other, one), video.cosine(view, other, two)));
    List<Integer> least = new ArrayList<>(order.subList(0, (int) ((1 - pruned) * video.tokens())));
    if (raster) {
      least.sort(null);
    }
    return least;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void dyCokesCodeTakesFiveViewsOrMore(int views) {
    List<ArrayPatchTokens> patches = PlainVideo.random(views, 4, 3, 1).patches();
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer("dycoke").reduceImage(patches))
        .withMessage(
            "Cannot use dycoke for a video of "
                + views
                + " views: its authors' code fails below 5; use variant=repaired");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vidcom2", "dycoke", "dycoke:variant=repaired", "evs:pruned=0.5"})
  void picturesAreRefused(String method) {
    TokenReducer reducer = reducer(method);
    ArrayPatchTokens picture = ArrayPatchTokens.scored(1, 2, 3, 4);
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer.reduce(picture))
        .withMessageStartingWith("Cannot compare the frames of a picture: it has one");
    assertThatExceptionOfType(ReductionException.class).isThrownBy(() -> reducer.tokens(picture));
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer.reduceImage(List.of(picture)));
  }

  @Test
  void valuesThatAreNoNumbersAreRefused() {
    PlainVideo video = PlainVideo.random(5, 4, 3, 1);
    float[] scores = new float[40];
    scores[27] = Float.NaN;
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer("vidcom2").reduceImage(video.patches(scores)))
        .withMessageContaining(": score 27 is NaN");
    for (String method : List.of("evs:pruned=0.5", "dycoke")) {
      List<ArrayPatchTokens> patches = video.patches();
      patches.get(1).with(new TowerEvidence.EarlierCosines(1), 0, 0, Float.POSITIVE_INFINITY, 0);
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(() -> reducer(method).reduceImage(patches))
          .withMessageContaining("the cosine of patch 2 is Infinity");
    }
  }

  @Test
  void evsKeepsTheFirstViewWhole() {
    List<ArrayPatchTokens> patches = PlainVideo.random(3, 8, 3, 1).patches();
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer("evs:tokens=7").reduceImage(patches))
        .withMessage(
            "Cannot keep 7 tokens by evs: it keeps all 8 of a video's first view; give tokens=8 or"
                + " more");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evs",
        "evs:pruned=1",
        "evs:pruned=0",
        "evs:pruned=0.5,tokens=9",
        "vidcom2:ratio=0",
        "vidcom2:ratio=0.5,tokens=9",
        "dycoke:pruned=1.5",
        "dycoke:variant=paper",
        "dycoke:tokens=9",
      })
  void wrongKeysAreRefused(String method) {
    assertThatIllegalArgumentException().isThrownBy(() -> reducer(method));
  }

  @ParameterizedTest
  @CsvSource({
    "vidcom2:ratio=0.25, vidcom2",
    "'vidcom2:ratio=.50', vidcom2:ratio=0.5",
    "vidcom2:tokens=25%, vidcom2:tokens=25%",
    "'dycoke:pruned=0.7,variant=code', dycoke",
    "'dycoke:variant=repaired,pruned=0.3', 'dycoke:pruned=0.3,variant=repaired'",
    "evs:pruned=0.50, evs:pruned=0.5",
  })
  void specsAreCanonical(String written, String canonical) {
    assertThat(reducer(written).spec()).hasToString(canonical);
  }

  /** Each looks at one piece of evidence of a view at most; what it costs is counted there. */
  @Test
  void evidenceIsOfTheViewsThatAreCompared() {
    List<ArrayPatchTokens> video = PlainVideo.random(6, 4, 3, 1).patches();
    assertThat(looks("vidcom2", video))
        .containsExactly("CentreScores[views=6]", "", "", "", "", "");
    assertThat(looks("evs:pruned=0.5", video))
        .startsWith("")
        .endsWith("EarlierCosines[back=1]", "EarlierCosines[back=1]");
    String one = "EarlierCosines[back=1]";
    String two = "EarlierCosines[back=2]";
    assertThat(looks("dycoke", video)).containsExactly("", one, two, one, "", one);
    assertThat(looks("dycoke", PlainVideo.random(7, 4, 3, 1).patches()))
        .containsExactly("", one, two, one, "", one, "");
    assertThat(looks("dycoke:variant=repaired", PlainVideo.random(7, 4, 3, 1).patches()))
        .containsExactly("", one, two, one, "", one, two);
  }

  private static List<String> looks(String method, List<ArrayPatchTokens> video) {
    List<String> looks = new ArrayList<>();
    for (ArrayPatchTokens view : video) {
      List<TowerEvidence> needs = new ArrayList<>(reducer(method).needs(view));
      assertThat(needs.remove(new TowerEvidence.Projected())).isTrue();
      looks.add(needs.isEmpty() ? "" : needs.get(0).toString());
      assertThat(needs).hasSizeLessThan(2);
    }
    return looks;
  }

  /** A row behind the video stands there by its layout. */
  @Test
  void oneLearnedRowNeedsNoOrder() {
    List<ArrayPatchTokens> video = PlainVideo.random(2, 4, 5, 1).patches();
    assertThat(reducer("vidcom2:tokens=3").reduceImage(LinedView.of(video, 8)).order()).isEmpty();
    RowOrder order =
        reducer("vidcom2:tokens=8").reduceImage(LinedView.of(video, 2, 5, 8, 11)).order().get();
    assertThat(order.rows()).containsExactly(0, 1, 2, 3, -1, -1, 4, 5, 6, 7, -1, -1);
    assertThat(order.learned()).containsExactly(2, 5, 8, 11);
  }
}
