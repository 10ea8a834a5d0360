package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Methods inside the tower in the engine: answers, and the cost alone and as executed. */
@Tag("model")
class InsideMethodsTogetherTest {

  private static final EngineConfig MHA =
      LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
  private static final List<Question> QUESTIONS =
      List.of(new Question("What is this?", 1), new Question("And is it red?", 1));
  private static final String TOME = "tome:tokens=200";
  private static final String FLOWCUT = "flowcut:tokens=200";

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  private static List<Answer> answers(ModelLease lease, String... methods) throws IOException {
    byte[] image = Files.readAllBytes(Goldens.path("images/wide.png"));
    return lease.answer(
        new ImageRequest(image, QUESTIONS, Stream.of(methods).map(MethodSpec::parse).toList()));
  }

  private static long executed(List<Answer> answers) {
    return answers.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
  }

  private static long executed(ModelLease lease, String... methods) throws IOException {
    return executed(answers(lease, methods));
  }

  private static CostModel cost() {
    return CostModel.of(Checkpoint.open(Path.of(MHA.model())).config());
  }

  // 577 positions, 3 layers of the tower, 48 wide, heads of 12, MLP of mlp.
  private static long layer(long attention, long mlp, long mlpWidth) {
    return 2 * attention * 4 * 48 * 48
        + 4 * attention * attention * 48
        + 2 * mlp * 2 * 48 * mlpWidth;
  }

  /** By hand: 576 patches to 200 in 3 layers by 126, 125 and 125. */
  @Test
  void toMesCostIsThatOfThePositionsInEachLayer() throws IOException {
    CostModel cost = cost();
    long mlp = cost.shape().tower().mlp();
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      Answer answer = answers(lease, TOME).get(0);
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualAfter()).isEqualTo(200);
      assertThat(answer.work().cost().vision())
          .isEqualTo(
              cost.tower().layers(0)
                  + layer(577, 451, mlp)
                  + layer(451, 326, mlp)
                  + layer(326, 201, mlp));
      long matches = 0;
      for (long patches : new long[] {576, 450, 325}) {
        matches += 3 * patches * 12 + 2 * (patches / 2) * (patches - patches / 2) * 12;
      }
      long means = answer.work().cost().reduction() - matches;
      // Each of the 376 pairs joins one more patch at most.
      assertThat(means).isBetween(2L * 376 * 48, 2L * 2 * 376 * 48);
    }
  }

  @Test
  void flowCutSharesTheLayersBelowItsFirstCut() throws IOException {
    CostModel cost = cost();
    long mlp = cost.shape().tower().mlp();
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      answers(lease, "none"); // computes what stays
      Answer answer = answers(lease, FLOWCUT).get(0);
      long own = layer(201, 201, mlp);
      assertThat(answer.work().cost().vision()).isEqualTo(cost.tower().layers(2) + own);
      assertThat(answer.work().cost().reduction()).isEqualTo(2 * 2 * 2 * 577 * 48L);
      assertThat(executed(lease, "none", FLOWCUT))
          .isEqualTo(executed(lease, "none") + executed(lease, FLOWCUT) - cost.tower().layers(2));
      assertThat(executed(lease, "none", TOME))
          .isEqualTo(executed(lease, "none") + executed(lease, TOME) - cost.tower().layers(0));
    }
  }

  /** The decoder's work is that of any method with as many tokens; the rest is the method's. */
  @Test
  void aMethodAloneExecutesWhatItCosts() throws IOException {
    CostModel cost = cost();
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      answers(lease, "none");
      List<Answer> control = answers(lease, "first:tokens=200");
      for (String method : List.of(TOME, FLOWCUT)) {
        List<Answer> own = answers(lease, method);
        assertThat(executed(own) - executed(control))
            .isEqualTo(
                own.get(0).work().cost().vision()
                    + own.get(0).work().cost().reduction()
                    - cost.tower().features());
      }
    }
  }

  @Test
  void anotherSpellingRunsAndIsAnsweredOnce() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      answers(lease, "none");
      long one = executed(lease, FLOWCUT);
      assertThat(executed(lease, FLOWCUT, "flowcut:tokens=@random:tokens=200")).isEqualTo(one);
    }
  }

  /** Other methods answer as without them, and they as alone. */
  @Test
  void togetherTheyAnswerAsAlone() throws IOException {
    String[] methods = {
      "none",
      TOME,
      "prumerge",
      FLOWCUT,
      "tome:tokens=@prumerge+",
      "vscan:tokens=40",
      "tome:tokens=9"
    };
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> together = answers(lease, methods);
      for (int m = 0; m < methods.length; m++) {
        List<Answer> alone = answers(lease, methods[m]);
        for (int q = 0; q < QUESTIONS.size(); q++) {
          Answer answer = together.get(q * methods.length + m);
          assertThat(answer.method()).isEqualTo(methods[m]);
          assertThat(answer.error()).isEqualTo(alone.get(q).error());
          assertThat(answer.text()).isEqualTo(alone.get(q).text());
          assertThat(answer.tokens().visualAfter()).isEqualTo(alone.get(q).tokens().visualAfter());
          assertThat(answer.work().cost()).isEqualTo(alone.get(q).work().cost());
        }
      }
      assertThat(together.get(6).error())
          .startsWith("reduction_failed: Cannot merge 576 patches into 9 tokens")
          .endsWith("give tokens=72 or more");
      long before = OpenValues.atRest();
      answers(lease, methods);
      assertThat(OpenValues.atRest()).isEqualTo(before);
    }
  }

  /**
   * Images that come in at once go through the tower in batches, whatever their methods ask for.
   */
  @Test
  void imagesWithAndWithoutThemMayComeTogether() throws Exception {
    byte[] image = Files.readAllBytes(Goldens.path("images/wide.png"));
    List<List<String>> asked =
        List.of(List.of("none"), List.of(FLOWCUT), List.of("none", TOME), List.of(FLOWCUT));
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<List<Answer>> alone =
          asked.stream().map(methods -> answer(lease, image, methods)).toList();
      List<List<Answer>> together =
          IntStream.range(0, 12)
              .parallel()
              .mapToObj(i -> answer(lease, image, asked.get(i % asked.size())))
              .toList();
      for (int i = 0; i < together.size(); i++) {
        assertThat(together.get(i))
            .extracting(Answer::text)
            .isEqualTo(alone.get(i % asked.size()).stream().map(Answer::text).toList());
      }
    }
  }

  private static List<Answer> answer(ModelLease lease, byte[] image, List<String> methods) {
    return lease.answer(
        new ImageRequest(image, QUESTIONS, methods.stream().map(MethodSpec::parse).toList()));
  }
}
