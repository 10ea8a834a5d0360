package io.prumerge.reduction.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TokenReducers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left of videos, against what the authors' functions, and EVS's rule, left of them. */
class OfficialVideoMethodsTest {

  static Stream<JsonNode> vidCom2() throws IOException {
    return cases("vidcom2", 3);
  }

  static Stream<JsonNode> dyCoke() throws IOException {
    return cases("dycoke", 4);
  }

  static Stream<JsonNode> evs() throws IOException {
    return cases("evs", 3);
  }

  static Stream<JsonNode> vidCom2OfFewFrames() throws IOException {
    return ofFewFrames("vidcom2");
  }

  static Stream<JsonNode> dyCokeOfFewFrames() throws IOException {
    return ofFewFrames("dycoke");
  }

  private static Stream<JsonNode> ofFewFrames(String method) throws IOException {
    JsonNode cases = Goldens.json("video-methods/authors.json").get(method);
    return StreamSupport.stream(cases.spliterator(), false);
  }

  private static Stream<JsonNode> cases(String method, int count) throws IOException {
    JsonNode cases = Goldens.json("video-methods/" + method + ".json").get("cases");
    assertThat(cases).hasSize(count);
    return StreamSupport.stream(cases.spliterator(), false);
  }

  /** Returns the kept tokens of each view, in the order fed. */
  private static List<List<Integer>> kept(String method, PlainVideo video) {
    List<ArrayPatchTokens> patches = video.patches();
    List<List<Integer>> kept = new ArrayList<>();
    for (Reduction view : TokenReducers.of(MethodSpec.parse(method)).reduceImage(patches).views()) {
      int[] indices = view.keptIndices().orElse(IntStream.range(0, video.tokens()).toArray());
      kept.add(IntStream.of(indices).boxed().toList());
    }
    return kept;
  }

  private static List<Integer> flat(List<List<Integer>> kept, int tokens) {
    return IntStream.range(0, kept.size())
        .boxed()
        .flatMap(view -> kept.get(view).stream().map(token -> view * tokens + token))
        .toList();
  }

  private static List<Integer> integers(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false).map(JsonNode::asInt).toList();
  }

  @ParameterizedTest
  @MethodSource("vidCom2")
  void vidCom2IsTheAuthors(JsonNode one) {
    PlainVideo video = PlainVideo.of(one);
    double ratio = one.get("R").asDouble();
    double[][][] scores = video.centreScores();
    float[] means = new float[video.views()];
    for (int i = 0; i < video.views() * video.tokens(); i++) {
      int view = i / video.tokens();
      int token = i % video.tokens();
      assertThat(scores[0][view][token])
          .isCloseTo(one.get("video_score").get(i).asDouble(), within(1e-4));
      assertThat(scores[1][view][token])
          .isCloseTo(one.get("frame_score").get(i).asDouble(), within(1e-4));
      means[view] += (float) scores[0][view][token] / video.tokens();
    }
    assertThat(VidCom2.shares(means, ratio))
        .containsExactly(Goldens.floats(one.get("scales")), within(1e-4f));

    List<List<Integer>> expected = new ArrayList<>();
    one.get("kept").forEach(view -> expected.add(integers(view)));
    assertThat(kept("vidcom2:ratio=" + ratio, video)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("dyCoke")
  void dyCokeIsTheAuthors(JsonNode one) {
    PlainVideo video = PlainVideo.of(one);
    assertThat(flat(kept("dycoke:pruned=" + one.get("k").asDouble(), video), video.tokens()))
        .isEqualTo(integers(one.get("kept_in_order")));
  }

  @ParameterizedTest
  @MethodSource("evs")
  void evsIsItsRule(JsonNode one) {
    PlainVideo video = PlainVideo.of(one);
    float[] differences = Goldens.floats(one.get("dissimilarity"));
    for (int view = 1; view < video.views(); view++) {
      for (int token = 0; token < video.tokens(); token++) {
        assertThat(1 - video.cosine(view, view - 1, token))
            .isCloseTo(differences[view * video.tokens() + token], within(1e-4));
      }
    }
    assertThat(flat(kept("evs:pruned=" + one.get("q").asDouble(), video), video.tokens()))
        .isEqualTo(integers(one.get("kept")));
  }

  /** One frame and more, and the order of LLaVA-Video, whose lines have learned rows. */
  @ParameterizedTest
  @MethodSource("vidCom2OfFewFrames")
  void vidCom2OfFewFramesIsTheAuthors(JsonNode one) {
    PlainVideo video = PlainVideo.of(one);
    String method = "vidcom2:ratio=" + one.get("R").asDouble();
    assertThat(flat(kept(method, video), video.tokens())).isEqualTo(integers(one.get("kept")));

    int side = (int) Math.sqrt(video.tokens());
    int[] learned =
        IntStream.range(0, video.views() * side).map(line -> line * (side + 1) + side).toArray();
    ImageReduction reduced =
        TokenReducers.of(MethodSpec.parse(method))
            .reduceImage(LinedView.of(video.patches(), learned));
    List<Integer> places =
        integers(one.get("kept")).stream()
            .map(row -> row / side * (side + 1) + row % side)
            .toList();
    RowOrder order = reduced.order().orElseThrow();
    PrimitiveIterator.OfInt next = IntStream.of(order.learned()).iterator();
    assertThat(
            IntStream.of(order.rows())
                .mapToObj(row -> row == Tiles.LEARNED ? next.nextInt() : places.get(row)))
        .isEqualTo(integers(one.get("lines")));
  }

  @ParameterizedTest
  @MethodSource("dyCokeOfFewFrames")
  void dyCokeOfFewFramesIsTheAuthors(JsonNode one) {
    PlainVideo video = PlainVideo.of(one);
    assertThat(flat(kept("dycoke:pruned=" + one.get("k").asDouble(), video), video.tokens()))
        .isEqualTo(integers(one.get("kept")));
  }
}
