package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is explained of cuts inside the decoder: which patches and sums go on, and where. */
@Tag("model")
class CutExplainerTest {

  private static final String MINI =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();
  private static final int MINI_LAYERS = 6;
  private static final int MINI_PATCHES = 144;
  private static final String CIRCLE = "Is there a circle in the image?";
  private static final String DOG =
      "Is there a dog in the image?\nAnswer the question using a single word or phrase.";

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static ModelLease mini() {
    return LlavaEngine.acquire(
        EngineConfigs.of(
            MINI, DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.PAD, "vicuna_v1"));
  }

  private static byte[] picture(String name) throws IOException {
    return Files.readAllBytes(Goldens.path("images/" + name));
  }

  private static List<MethodSpec> methods(String... specs) {
    return Stream.of(specs).map(MethodSpec::parseKnown).toList();
  }

  private static MethodChoice explained(ModelLease lease, String picture, String text, String spec)
      throws IOException, ImageException {
    return lease.explain(picture(picture), Optional.of(text), methods(spec)).choices().get(0);
  }

  private static List<Integer> ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asInt).toList();
  }

  // What cuts leave of tokens: each names places among those that the one before has left.
  private static List<List<Integer>> composed(List<Integer> all, List<List<Integer>> kept) {
    List<List<Integer>> left = new ArrayList<>();
    List<Integer> before = all;
    for (List<Integer> places : kept) {
      before = places.stream().map(before::get).toList();
      left.add(before);
    }
    return left;
  }

  private static List<List<Integer>> patches(List<StayingTokens> staying) {
    return staying.stream().map(StayingTokens::patches).toList();
  }

  private static List<Integer> range(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  /**
   * After a method before the decoder, the patches are those of its tokens that transformers' own
   * layers were left with. A mean of patches stands for none.
   */
  @ParameterizedTest
  @CsvSource({"pairs/pairs.json, cases, 54", "earlier/earlier.json, pairs, 6"})
  void pairsLeaveWhatTheReferenceWasLeftWith(String file, String list, int count)
      throws IOException, ImageException {
    JsonNode cases = Goldens.json(file).get(list);
    assertThat(cases).hasSize(count);
    try (ModelLease lease = mini()) {
      for (JsonNode one : cases) {
        String method = one.get("method").asText();
        MethodChoice choice = explained(lease, one.get("image").asText(), CIRCLE, method);
        List<List<Integer>> kept = new ArrayList<>();
        one.get("kept").forEach(cut -> kept.add(ints(cut)));
        List<List<Integer>> places = composed(range(choice.allTokens()), kept);
        assertThat(choice.staying().stream().map(StayingTokens::places)).isEqualTo(places);
        List<Integer> first = choice.kept().orElseThrow();
        assertThat(patches(choice.staying()))
            .as(method)
            .isEqualTo(
                first.isEmpty()
                    ? kept.stream().map(cut -> List.of()).toList()
                    : composed(first, kept));
        assertThat(choice.staying())
            .allSatisfy(
                staying -> {
                  assertThat(staying.sums()).isZero();
                  assertThat(staying.others())
                      .isEqualTo(first.isEmpty() ? staying.tokens().size() : 0);
                });
      }
    }
  }

  /** Methods without sums, whose cuts the authors' own functions made. */
  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa"})
  void leavesWhatTheAuthorsFunctionsLeave(String checkpoint) throws IOException, ImageException {
    List<String> compared = new ArrayList<>();
    try (ModelLease lease =
        LlavaEngine.acquire(LlavaEngineTest.config(checkpoint, ImageAspect.CROP, "vicuna_v1"))) {
      for (String file : List.of("cuts/layers.json", "earlier/earlier.json")) {
        for (JsonNode one : Goldens.json(file).get("cases")) {
          String method = one.get("method").asText();
          boolean sums = method.matches("pact.*|sparsevlm(?!.*version=2).*");
          if (!one.get("checkpoint").asText().equals(checkpoint) || sums) {
            continue;
          }
          MethodChoice choice = explained(lease, "wide.png", DOG, method);
          List<List<Integer>> kept = new ArrayList<>();
          one.get("kept").forEach(cut -> kept.add(ints(cut)));
          assertThat(patches(choice.staying()))
              .as(method)
              .isEqualTo(composed(range(choice.allTokens()), kept));
          compared.add(method);
        }
      }
    }
    assertThat(compared).hasSize(13);
  }

  /**
   * Every method that cuts: as many tokens in each layer as an answer says on average, each stage's
   * patches among the one's before, and layers without a gap.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fastv:layer=3,ratio=0.5",
        "fastv:layer=2,tokens=30,variant=rows",
        "pyramiddrop:layers=1/3/4",
        "sparsevlm:budgets=75/50/28,layers=0/1/3",
        "sparsevlm:budgets=75/50/28,layers=0/1/3,version=2",
        "vscan:tokens=@mean:48",
        "v2drop:layers=2/4,ratios=0.5/0.25",
        "vtw:layer=3",
        "dart:layer=2,tokens=40",
        "deeprandom:layer=2,tokens=31",
        "pact:layer=1",
        "priortr:layer=3,tokens=16",
        "clse:layers=1/2/4,tokens=16",
        "prumerge+..fastv:layer=2,tokens=12",
        "prumerge..sparsevlm:budgets=9/6,layers=1/3",
        "visionzip:contextual=4,dominant=20..pyramiddrop:layers=2/3",
        "downsample:tokens=36..fastv:layer=2,tokens=9",
      })
  void eachStageHasTheTokensThatAnAnswerCounts(String method) throws IOException, ImageException {
    try (ModelLease lease = mini()) {
      MethodChoice choice = explained(lease, "photo.png", CIRCLE, method);
      Answer answer =
          lease
              .answer(
                  new ImageRequest(
                      picture("photo.png"), List.of(new Question(CIRCLE, 1)), methods(method)))
              .get(0);
      assertThat(answer.error()).isNull();
      assertThat(choice.staying()).isNotEmpty();
      int inLayers = choice.allTokens() * choice.staying().get(0).layer();
      int next = choice.staying().get(0).layer();
      List<Integer> before = choice.kept().orElse(range(MINI_PATCHES));
      for (StayingTokens stage : choice.staying()) {
        assertThat(stage.layer()).isEqualTo(next);
        assertThat(stage.last()).isBetween(stage.layer(), MINI_LAYERS - 1);
        inLayers += stage.tokens().size() * (stage.last() + 1 - stage.layer());
        next = stage.last() + 1;
        assertThat(before).containsAll(stage.patches());
        assertThat(stage.patches()).doesNotHaveDuplicates();
        assertThat(stage.sums() + stage.others() + stage.patches().size())
            .isEqualTo(stage.tokens().size());
        before = stage.patches();
      }
      assertThat(next).isEqualTo(MINI_LAYERS);
      assertThat((double) inLayers / MINI_LAYERS)
          .isCloseTo(answer.tokens().visualLayerMean(), within(1e-9));
    }
  }

  /** The authors' numbers: of 69 that lose, 30 % are recycled into a tenth of these and one. */
  @Test
  void saysWhatIsRecycled() throws IOException, ImageException {
    try (ModelLease lease = mini()) {
      MethodChoice choice =
          explained(lease, "photo.png", CIRCLE, "sparsevlm:budgets=75/50/28,layers=0/1/3");
      StayingTokens first = choice.staying().get(0);
      assertThat(first.patches()).hasSizeLessThan(first.tokens().size());
      assertThat(first.sums()).isPositive();
      assertThat(first.patchesOfSums())
          .hasSize(first.sums())
          .doesNotContainAnyElementsOf(first.patches());
      assertThat(new HashSet<>(first.patchesOfSums())).hasSize(first.sums());
    }
  }

  /** Of one token, a mean is the token. */
  @Test
  void aClusterOfOneIsNoSum() throws IOException, ImageException {
    try (ModelLease lease = mini()) {
      StayingTokens left =
          explained(lease, "photo.png", CIRCLE, "pact:layer=1,cutoff=0.0001").staying().get(0);
      assertThat(left.sums()).isZero();
      assertThat(left.patches()).hasSize(left.tokens().size()).isSorted();
      assertThat(explained(lease, "photo.png", CIRCLE, "pact:layer=1,cutoff=0.5").staying())
          .allMatch(staying -> staying.sums() > 0);
    }
  }

  /** Without a question, of several images, or where an answer has an error. */
  @Test
  void saysNothingWhereNothingIsCut() throws IOException, ImageException {
    try (ModelLease lease = mini()) {
      byte[] photo = picture("photo.png");
      List<MethodSpec> fastv = methods("fastv:layer=2,tokens=12");
      assertThat(lease.explain(photo, Optional.empty(), fastv).choices().get(0).staying())
          .isEmpty();
      assertThat(lease.explain(Visual.pictures(List.of(photo, photo)), Optional.of(CIRCLE), fastv))
          .allMatch(one -> one.choices().get(0).staying().isEmpty());
      assertThat(explained(lease, "photo.png", " ", "fastv:layer=2,tokens=12").staying()).isEmpty();
      assertThat(explained(lease, "photo.png", CIRCLE, "prumerge").staying()).isEmpty();
      assertThat(explained(lease, "photo.png", "word ".repeat(5000), "vtw:layer=3").staying())
          .isEmpty();
      assertThat(
              explained(lease, "photo.png", "<image>" + CIRCLE, "priortr:layer=3,tokens=16")
                  .staying())
          .isEmpty();
    }
  }
}
