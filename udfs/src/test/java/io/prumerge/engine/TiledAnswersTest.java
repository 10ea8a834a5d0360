package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.CheckpointException;
import io.prumerge.cost.CostModel;
import io.prumerge.image.Area;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.Merge;
import io.prumerge.script.ScriptText;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LLaVA-NeXT under every kind of method: 16 patches a view, the picture in 2 x 2 tiles. */
@Tag("model")
class TiledAnswersTest {

  private static final int PATCHES = 16;
  private static final int VIEWS = 5;

  @TempDir private Path folder;

  @BeforeAll
  static void knowsAScript() {
    ScriptText.fasterVlm("tiles.pt");
  }

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String folder) {
    return EngineConfigs.of(
        folder, DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.ANYRES, "llava_v1");
  }

  private static String next() {
    return Goldens.path("families/next").toString();
  }

  private static List<Answer> answers(String folder, String... methods) throws IOException {
    return answers(folder, 4, methods);
  }

  private static List<Answer> answers(String folder, int newTokens, String... methods)
      throws IOException {
    List<Question> questions =
        List.of(new Question("Is there a dog?", newTokens), new Question("Where?", newTokens));
    try (ModelLease lease = LlavaEngine.acquire(config(folder))) {
      return lease.answer(
          new ImageRequest(
              Files.readAllBytes(Goldens.path("images/square-96.png")),
              questions,
              Stream.of(methods).map(MethodSpec::parseKnown).toList()));
    }
  }

  private static Explanation explanation(String... methods) throws IOException, ImageException {
    try (ModelLease lease = LlavaEngine.acquire(config(next()))) {
      return lease.explain(
          Files.readAllBytes(Goldens.path("images/square-96.png")),
          Optional.empty(),
          Stream.of(methods).map(MethodSpec::parseKnown).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "none, 88", // 5 x 16 and 8 learned rows
    "prumerge:tokens=20, 20",
    "uniform:tokens=22, 20", // 4 of each view
    "fastervlm:tokens=16, 15",
    "hiprune:tokens=30, 30",
    "divprune:tokens=30, 30",
    "'apet:basis=2,tokens=30', 30",
    "otprune:tokens=30, 30",
    "'visionzip:contextual=1,dominant=3', 20",
    "'pool:cols=2,rows=2', 20",
    "tome:tokens=50, 50", // acts inside the tower
    "'fastv:layer=1,tokens=10', 88",
    "'vtw:layer=1', 88",
  })
  void leavesSoManyTokensOfAllViews(String method, int tokens) throws IOException {
    for (Answer answer : answers(next(), method)) {
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualBefore()).isEqualTo(88);
      assertThat(answer.tokens().visualAfter()).isEqualTo(tokens);
    }
  }

  @Test
  void keepsPatchesOfTilesInTheRasterOrderOfTheirGrid() throws IOException {
    int[] kept = answers(next(), "first:tokens=10").get(0).tokens().keptIndices();
    // Patches 0 and 1 of each view; the tiles of a row next to each other.
    assertThat(kept).containsExactly(0, 1, 16, 17, 32, 33, 48, 49, 64, 65);
    int[] lines = answers(next(), "uniform:tokens=40").get(0).tokens().keptIndices();
    int[] firstLine = Arrays.stream(lines).skip(8).limit(4).map(patch -> patch / PATCHES).toArray();
    assertThat(firstLine).containsExactly(1, 1, 2, 2);
    assertThat(Arrays.stream(lines).distinct().count()).isEqualTo(40);
  }

  /** Half of the tokens for the whole image, the others where it looks. */
  @Test
  void hiredSharesTokensOut() throws IOException {
    Answer answer = answers(next(), "hired:tokens=20").get(0);
    int[] views = new int[VIEWS];
    Arrays.stream(answer.tokens().keptIndices()).forEach(patch -> views[patch / PATCHES]++);
    assertThat(views[0]).isEqualTo(10);
    assertThat(IntStream.of(views).skip(1).sum()).isBetween(7, 10);
    assertThat(answer.tokens().visualAfter()).isEqualTo(IntStream.of(views).sum());
    CostModel cost = CostModel.of(Checkpoint.open(Path.of(next())).config());
    long attention = 2L * 17 * 16;
    assertThat(answer.work().cost().vision()).isEqualTo(VIEWS * cost.tower().features());
    assertThat(answer.work().cost().reduction()).isEqualTo((VIEWS + 1) * attention);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prumerge",
        "hired:tokens=20",
        "divprune:tokens=20",
        "holov:runs=4,tokens=20",
        "apet:tokens=20",
        "otprune:tokens=20"
      })
  void aMethodAloneExecutesWhatItCosts(String method) throws IOException {
    answers(next(), "none"); // computes what stays
    List<Answer> own = answers(next(), method);
    int tokens = own.get(0).tokens().visualAfter();
    assertThat(own).extracting(Answer::error).containsOnlyNulls();
    long executed = own.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
    CostModel cost = CostModel.of(Checkpoint.open(Path.of(next())).config());
    long before = own.get(0).work().cost().vision() + own.get(0).work().cost().reduction();
    long decoder = executed - before - own.get(0).work().cost().projector();
    long alone =
        own.stream()
            .mapToLong(one -> one.work().cost().prefill() + one.work().cost().decode())
            .sum();
    assertThat(decoder).isBetween(cost.decoder().prefill(tokens), alone);
    assertThat(own.get(0).work().cost().vision()).isEqualTo(VIEWS * cost.tower().features());
  }

  @Test
  void methodsTogetherAnswerAsEachAlone() throws IOException {
    String[] methods = {
      "none",
      "prumerge",
      "prumerge+",
      "hired:tokens=20",
      "visionzip:contextual=1,dominant=3",
      "random:tokens=20",
      "uniform:tokens=@prumerge",
      "divprune:tokens=30",
      "divprune:tiles=each,tokens=30",
      "apet:basis=2,tokens=30",
      "otprune:tokens=30",
      "otprune:tiles=each,tokens=30",
      "holov:tokens=30",
      "prunesid:tokens=40",
      "prunesid:tiles=each,tokens=40",
      "flowcut:tiles=each,tokens=40",
      "fastv:layer=1,tokens=10"
    };
    List<Answer> together = answers(next(), methods);
    List<String> alone = new ArrayList<>();
    for (String method : methods) {
      answers(next(), method).forEach(answer -> alone.add(method + answer.text()));
    }
    List<String> shared = new ArrayList<>();
    for (int m = 0; m < methods.length; m++) {
      for (int q = 0; q < 2; q++) {
        Answer answer = together.get(q * methods.length + m);
        assertThat(answer.error()).isNull();
        shared.add(methods[m] + answer.text());
      }
    }
    assertThat(shared).isEqualTo(alone);
  }

  @Test
  void tokensThatTheViewsCannotKeepAreRefused() throws IOException {
    assertThat(answers(next(), "uniform:tokens=4").get(0).error())
        .isEqualTo(
            "reduction_failed: Cannot keep 4 tokens: the image has 5 views, each of which keeps at"
                + " least one; give tokens=5 or more");
    assertThat(answers(next(), "uniform:tokens=81").get(0).error()).contains("give tokens=80");
  }

  /** Before the decoder each view by itself, in it all views together; as each method alone. */
  @Test
  void everyKindOfMethodAndBudgetAnswersTogetherAsAlone() throws IOException {
    String[] methods = {
      "mmtok:tokens=20",
      "first:tokens=@mmtok:tokens=20",
      "downsample:tokens=45",
      "downsample:tokens=@prumerge",
      "script:tiles.pt,tokens=20",
      "fastervlm:tokens=20",
      "first:tokens=@script:tiles.pt,tokens=20",
      "first:flops=@mmtok:tokens=20",
      "fastv:layer=1,tokens=@mean:60",
      "vscan:layer=1,tokens=20"
    };
    List<Answer> together = answers(next(), methods);
    for (int m = 0; m < methods.length; m++) {
      List<Answer> alone = answers(next(), methods[m]);
      for (int q = 0; q < 2; q++) {
        Answer answer = together.get(q * methods.length + m);
        assertThat(answer.error()).as(methods[m]).isNull();
        assertThat(answer.text()).isEqualTo(alone.get(q).text());
        assertThat(answer.work().cost()).isEqualTo(alone.get(q).work().cost());
        assertThat(answer.tokens().keptIndices()).isEqualTo(alone.get(q).tokens().keptIndices());
        assertThat(answer.methodSized()).isEqualTo(alone.get(q).methodSized());
      }
    }
    assertThat(together.get(0).tokens().visualAfter()).isEqualTo(20);
    assertThat(together.get(0).tokens().keptIndices()).hasSize(20);
    assertThat(together.get(1).methodSized()).isEqualTo("first:tokens=20");
    assertThat(together.get(2).tokens().visualAfter()).isEqualTo(45);
    assertThat(together.get(2).methodSized()).isNull();
    assertThat(together.get(3).methodSized()).startsWith("downsample:tokens=");
    assertThat(together.get(4).tokens().keptIndices())
        .isEqualTo(together.get(5).tokens().keptIndices());
    assertThat(together.get(4).text()).isEqualTo(together.get(5).text());
    assertThat(together.get(8).methodSized()).isEqualTo("fastv:layer=1,tokens=32");
    assertThat(together.get(8).tokens().visualLayerMean()).isEqualTo(60);
  }

  /** What is explained is what is answered; its tokens of views are those of its patches. */
  @Test
  void explainsWhatTheAnswersSay() throws IOException, ImageException {
    String[] methods = {
      "none",
      "prumerge",
      "prumerge+",
      "hired:tokens=20",
      "pool:cols=2,rows=2",
      "first:tokens=10",
      "divprune:tokens=30",
      "prunesid:tokens=40"
    };
    List<Answer> answers = answers(next(), 1, methods);
    Explanation explanation = explanation(methods);
    assertThat(explanation.tokens()).isEqualTo(88);
    assertThat(explanation.views()).hasSize(VIEWS);
    assertThat(explanation.patch(4 * PATCHES + 15)).isEqualTo(new Area(84, 84, 12, 12));
    for (int m = 0; m < methods.length; m++) {
      Answer answer = answers.get(m);
      MethodChoice choice = explanation.choices().get(m);
      assertThat(choice.allTokens()).isEqualTo(answer.tokens().visualAfter());
      assertThat(choice.work().views()).hasSize(VIEWS);
      Optional<List<Integer>> kept =
          Optional.ofNullable(answer.tokens().keptIndices())
              .map(all -> IntStream.of(all).boxed().toList());
      assertThat(choice.kept()).isEqualTo(kept);
      int[] views = new int[VIEWS];
      kept.ifPresent(all -> all.forEach(patch -> views[patch / PATCHES]++));
      for (int view = 0; view < VIEWS; view++) {
        int own =
            switch (methods[m]) {
              case "none" -> PATCHES;
              case "pool:cols=2,rows=2" -> 4;
              default -> views[view] + (methods[m].startsWith("pru") ? 1 : 0);
            };
        assertThat(choice.tokens().get(view)).as("%s, view %d", methods[m], view).isEqualTo(own);
      }
      int learned = methods[m].equals("none") ? 8 : methods[m].startsWith("divprune") ? 1 : 0;
      assertThat(choice.learned()).isEqualTo(learned);
    }
    MethodChoice merging = explanation.choices().get(1);
    assertThat(merging.merges())
        .extracting(Merge::position)
        .containsExactlyInAnyOrderElementsOf(merging.kept().orElseThrow())
        .allMatch(
            patch -> {
              List<Integer> outliers = explanation.views().get(patch / PATCHES).outliers();
              return outliers.isEmpty() || outliers.contains(patch % PATCHES);
            });
    assertThat(merging.merges())
        .allSatisfy(
            merge ->
                assertThat(merge.neighbours())
                    .hasSize(15)
                    .allMatch(one -> one.patch() / PATCHES == merge.position() / PATCHES));
  }

  @Test
  void refusesToGoBeyondASlidingWindow() throws IOException {
    for (File file : Goldens.path("families/next-mistral").toFile().listFiles()) {
      Files.copy(file.toPath(), folder.resolve(file.getName()));
    }
    ObjectMapper json = new ObjectMapper();
    File config = folder.resolve("config.json").toFile();
    ObjectNode root = (ObjectNode) json.readTree(config);
    ((ObjectNode) root.get("text_config")).put("sliding_window", 200);
    json.writeValue(config, root);
    List<Answer> short_ = answers(folder.toString(), 2, "first:tokens=5");
    assertThat(short_).extracting(Answer::error).containsOnlyNulls();
    assertThat(answers(folder.toString(), 190, "first:tokens=5").get(0).error())
        .startsWith("prompt_too_long: a prompt of ")
        .contains("beyond the model's sliding window of 200");
  }

  @Test
  void anAspectThatDoesNotFitTheModelIsRefused() {
    EngineConfig padded =
        EngineConfigs.of(
            next(), DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.PAD, "llava_v1");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> LlavaEngine.acquire(padded))
        .withMessageContaining("with image aspect pad: it sees them in tiles; use auto");
  }
}
