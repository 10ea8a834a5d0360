package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.cost.ReductionWork;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Methods before the tower: some blocks of a picture's pixels, with a run of the tower over these.
 */
@Tag("model")
class PixelAnswersTest {

  /** 6 x 9 blocks of 8 pixels, which are not resized. */
  private static final PatchGrid GRID = new PatchGrid(6, 9);

  private static final String SOME = "pixelprune:tau=0.1";

  /** Between the first two choices, of logits. */
  private static final double SURE = 1e-3;

  private static final List<Question> QUESTIONS =
      List.of(new Question("Is it a dog?", 4), new Question("Where?", 4));

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String folder) {
    return new EngineConfig(
        Goldens.path(folder).toString(),
        -1,
        LoadSettings.DEFAULT
            .with(LoadSettings.DEVICE, DeviceChoice.CPU)
            .with(LoadSettings.DTYPE, DtypeChoice.FP32));
  }

  private static byte[] page() throws IOException {
    return Files.readAllBytes(Goldens.path("pixelprune/page.png"));
  }

  private static List<MethodSpec> specs(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).toList();
  }

  private static List<Answer> answers(String folder, List<byte[]> pictures, String... methods) {
    try (ModelLease lease = LlavaEngine.acquire(config(folder))) {
      return lease.answer(
          new ImageRequest(
              Visual.pictures(pictures),
              QUESTIONS,
              TokenReducers.of(specs(methods)),
              ReduceBy.EACH));
    }
  }

  private static ImageWork work(int seen) {
    ReductionWork view =
        new ReductionWork(Set.of(), seen, 0, false, 0, Optional.empty(), 0, OptionalInt.of(seen));
    return new ImageWork(List.of(view), seen, 0, List.of(GRID));
  }

  /** Tokens, patches and FLOPs are those of the kept blocks, whatever else is asked with them. */
  @ParameterizedTest
  @CsvSource({"qwen3/tied, 29, 12", "qwen/qwen2_vl/tied, 29, 17"})
  void theTowerRunsOverKeptBlocks(String folder, int exact, int some) throws IOException {
    CostModel cost = CostModel.of(Checkpoint.configuration(Goldens.path(folder)));
    List<byte[]> picture = List.of(page());
    String[] methods = {"none", SOME, "first:tokens=9", "pixelprune"};
    List<Answer> together = answers(folder, picture, methods);
    for (int m = 0; m < methods.length; m++) {
      List<Answer> alone = answers(folder, picture, methods[m]);
      for (int q = 0; q < QUESTIONS.size(); q++) {
        Answer answer = together.get(methods.length * q + m);
        assertThat(answer.error()).isNull();
        assertThat(answer.method()).isEqualTo(methods[m]);
        assertThat(answer.text()).isEqualTo(alone.get(q).text());
        assertThat(answer.work().cost()).isEqualTo(alone.get(q).work().cost());
        assertThat(answer.tokens().visualBefore()).isEqualTo(GRID.patches());
        if (methods[m].startsWith("pixelprune")) {
          int kept = answer.tokens().visualAfter();
          assertThat(kept).isEqualTo(methods[m].equals(SOME) ? some : exact);
          assertThat(answer.tokens().keptIndices()).hasSize(kept).startsWith(0);
          long tower = cost.tower().of(work(kept));
          assertThat(answer.work().cost().vision()).isEqualTo(tower);
          assertThat(tower).isLessThan(together.get(0).work().cost().vision());
          assertThat(answer.work().cost().reduction()).isZero();
        }
      }
    }
    List<Answer> alone = answers(folder, picture, SOME);
    long executed = alone.stream().mapToLong(answer -> answer.work().flopsExecuted()).sum();
    long tower = cost.tower().of(work(some));
    assertThat(executed)
        .as("the tower ran once for both questions")
        .isBetween(
            tower, alone.stream().mapToLong(one -> one.work().cost().total()).sum() - tower + 1);
  }

  /** Kept patches, and the answer that transformers gives to them (notebooks/goldens). */
  @ParameterizedTest
  @CsvSource({
    "cases, qwen3/tied, AUTO, qwen3_vl",
    "cases, qwen/qwen2_vl/untied, AUTO, qwen2_vl",
    "squares, checkpoints/mha, PAD, vicuna_v1",
    "squares, checkpoints/gqa, PAD, vicuna_v1",
    "squares, onevision/untied, AUTO, qwen_1_5"
  })
  void answersAreTransformersAboutKeptPatches(
      String kind, String folder, ImageAspect aspect, String template) throws IOException {
    JsonNode golden = Goldens.json("pixelprune/towers.json").get(kind).get(folder);
    JsonNode specs = kind.equals("cases") ? golden.get("page.png") : golden;
    EngineConfig config =
        EngineConfigs.of(
            Goldens.path(folder).toString(),
            DeviceChoice.CPU,
            -1,
            DtypeChoice.FP32,
            aspect,
            template);
    int compared = 0;
    try (LoadedModel loaded = LoadedModel.load(config);
        ModelLease lease = LlavaEngine.acquire(config)) {
      for (Map.Entry<String, JsonNode> spec : specs.properties()) {
        int[] greedy = Goldens.ints(spec.getValue().get("greedy"));
        Question question = new Question("Is there a dog in the image?", greedy.length);
        Answer answer =
            lease
                .answer(
                    new ImageRequest(
                        Visual.pictures(List.of(page())),
                        List.of(question),
                        TokenReducers.of(specs(spec.getKey())),
                        ReduceBy.EACH))
                .get(0);
        assertThat(answer.error()).isNull();
        assertThat(answer.tokens().keptIndices())
            .isEqualTo(Goldens.ints(spec.getValue().get("kept")));
        double[] margins =
            new ObjectMapper().convertValue(spec.getValue().get("margins"), double[].class);
        if (DoubleStream.of(margins).allMatch(margin -> margin >= SURE)) {
          assertThat(answer.text()).isEqualTo(loaded.tokenizer().answer(greedy));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(1);
  }

  @Test
  void eachPictureOfAPromptKeepsItsOwn() throws IOException, ImageException {
    List<byte[]> pictures = List.of(Files.readAllBytes(Goldens.path("images/wide.png")), page());
    List<Answer> answers = answers("qwen3/tied", pictures, SOME);
    try (ModelLease lease = LlavaEngine.acquire(config("qwen3/tied"))) {
      List<Explanation> all =
          lease.explain(Visual.pictures(pictures), Optional.empty(), specs("none", SOME));
      List<Integer> kept = new ArrayList<>();
      int first = 0;
      for (Explanation one : all) {
        MethodChoice choice = one.choices().get(1);
        int start = first;
        choice.kept().orElseThrow().forEach(patch -> kept.add(start + patch));
        assertThat(choice.tokens()).containsExactly(choice.kept().orElseThrow().size());
        first += one.patches();
      }
      for (Answer answer : answers) {
        assertThat(answer.error()).isNull();
        assertThat(answer.tokens().visualBefore()).isEqualTo(first);
        assertThat(Arrays.stream(answer.tokens().keptIndices()).boxed().toList()).isEqualTo(kept);
      }
    }
  }

  /** Towers over squares, of one view or of a picture in tiles too. */
  @ParameterizedTest
  @ValueSource(strings = {"checkpoints/mha", "families/next", "onevision/untied"})
  void squareTowersRunOverKeptPatches(String folder) throws IOException {
    List<Answer> answers = answers(folder, List.of(page()), "none", SOME, "first:tokens=9");
    Answer all = answers.get(0);
    Answer some = answers.get(1);
    assertThat(some.error()).isNull();
    assertThat(some.text()).isEqualTo(answers(folder, List.of(page()), SOME).get(0).text());
    assertThat(some.tokens().visualBefore()).isEqualTo(all.tokens().visualAfter());
    assertThat(some.tokens().visualAfter()).isBetween(2, all.tokens().visualAfter() - 1);
    assertThat(some.work().cost().vision()).isLessThan(all.work().cost().vision());
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen/qwen2_5_vl/tied", "intern/small", "smol/first"})
  void otherTowersRefuseItInOneLine(String folder) throws IOException {
    for (Answer answer : answers(folder, List.of(page()), SOME)) {
      assertThat(answer.error())
          .startsWith("reduction_failed: Cannot leave out pixels before this model's vision tower")
          .doesNotContain("\n");
    }
  }
}
