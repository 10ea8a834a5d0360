package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.CheckpointException;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.host.DeviceException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerJar;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("model")
class LlavaEngineTest {

  private static final int NEW_TOKENS = 12;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  static EngineConfig config(String checkpoint, ImageAspect aspect, String template) {
    return EngineConfigs.of(
        Goldens.path("checkpoints/" + checkpoint).toString(),
        DeviceChoice.CPU,
        -1,
        DtypeChoice.FP32,
        aspect,
        template);
  }

  private static EngineConfig mha() {
    return config("mha", ImageAspect.CROP, "vicuna_v1");
  }

  private static List<MethodSpec> methods(String... names) {
    return Stream.of(names).map(MethodSpec::parse).toList();
  }

  private static byte[] image(String name) throws IOException {
    return Files.readAllBytes(Goldens.path("images/" + name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void answersFromEncodedBytesAsTheReference(String name) throws IOException {
    int compared = 0;
    for (JsonNode one : Goldens.json("model/" + name + ".json").get("cases")) {
      String input = one.get("input").asText();
      String file = input.substring(0, input.indexOf('@'));
      ImageAspect aspect = input.endsWith("pad") ? ImageAspect.PAD : ImageAspect.CROP;
      if (file.startsWith("cmyk")) {
        continue; // its pixels may differ by 3 levels; ModelGoldenTest takes the reference's
      }
      try (ModelLease lease =
          LlavaEngine.acquire(config(name, aspect, one.get("template").asText()))) {
        Question question = new Question(one.get("question").asText(), NEW_TOKENS);
        for (Answer answer :
            lease.answer(
                new ImageRequest(
                    image(file), List.of(question), methods("none", "prumerge", "prumerge+")))) {
          JsonNode expected = one.get("modes").path(answer.method());
          if (sharp(name, input, answer.method()) && wideMargins(expected)) {
            assertThat(answer.error()).isNull();
            assertThat(answer.text())
                .as("%s %s", one.get("name"), answer.method())
                .isEqualTo(expected.get("text").asText());
            assertThat(answer.finishReason()).isEqualTo(expected.get("finish").asText());
            assertThat(answer.tokens().generated()).isEqualTo(expected.get("greedy").size());
            assertThat(answer.tokens().visualAfter())
                .isEqualTo(expected.get("visual_tokens").asInt());
            compared++;
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(30);
  }

  private static boolean sharp(String name, String input, String method) throws IOException {
    if (method.equals("none")) {
      return true;
    }
    for (JsonNode node : Goldens.json("model/" + name + ".json").get("inputs")) {
      if (node.get("name").asText().equals(input)) {
        JsonNode official = node.get(method);
        return !official.has("error")
            && official.get("sharp").asBoolean()
            && official.get("kept").size() > 0;
      }
    }
    return false;
  }

  private static boolean wideMargins(JsonNode expected) {
    for (JsonNode margin : expected.get("margins")) {
      if (margin.asDouble() < 1e-3) {
        return false;
      }
    }
    return true;
  }

  @Test
  void manyQuestionsInOneRequestAnswerAsEachAlone() throws IOException {
    List<Question> questions =
        IntStream.range(0, 90)
            .mapToObj(i -> new Question("Is there a thing of colour " + i + " here?", 3 + i % 4))
            .toList();
    byte[] image = image("wide.png");
    List<MethodSpec> methods = methods("none", "prumerge", "random:tokens=@prumerge");
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      List<Answer> together = lease.answer(new ImageRequest(image, questions, methods));
      assertThat(together).hasSize(270);
      for (int q = 0; q < 90; q += 7) {
        List<Answer> alone =
            lease.answer(new ImageRequest(image, List.of(questions.get(q)), methods));
        for (int m = 0; m < 3; m++) {
          Answer packed = together.get(3 * q + m);
          assertThat(packed.question()).isEqualTo(q);
          assertThat(packed.method()).isEqualTo(methods.get(m).toString());
          assertThat(packed.text()).isEqualTo(alone.get(m).text());
          assertThat(packed.tokens().keptIndices()).isEqualTo(alone.get(m).tokens().keptIndices());
          assertThat(packed.work().cost()).isEqualTo(alone.get(m).work().cost());
        }
      }
      assertThat(together.get(1).tokens().visualAfter())
          .isEqualTo(together.get(2).tokens().visualAfter())
          .isLessThan(together.get(0).tokens().visualAfter());
    }
  }

  @Test
  void executedFlopsOfOneQuestionAreItsOwnButForTheSystemPrompt() throws IOException {
    ImageRequest request =
        new ImageRequest(
            image("wide.png"), List.of(new Question("What is this?", 1)), methods("prumerge"));
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      Answer first = lease.answer(request).get(0);
      Answer second = lease.answer(request).get(0);
      CostModel cost = cost();
      int system = systemPrompt(first.work().flopsExecuted() - second.work().flopsExecuted());
      int prompt = first.tokens().visualAfter() + first.tokens().text();
      // The system prompt's rows do not see what follows; its pass asked for a token too.
      long unseen = (long) system * (prompt - system);
      long layers = cost.shape().decoder().layers();
      assertThat(first.work().flopsExecuted())
          .isEqualTo(
              first.work().cost().total()
                  - cost.decoder().of(0, layers * unseen, 0)
                  + cost.decoder().head(1));
    }
  }

  @Test
  void methodsThatCutInsideTheDecoderAnswerTogetherAsAlone() throws IOException {
    byte[] image = image("wide.png");
    List<Question> questions =
        List.of(
            new Question("What is this?", 4),
            new Question("Where is the red one?", 3),
            new Question("And?", 4));
    List<MethodSpec> methods =
        methods("fastv:layer=1", "none", "vtw:layer=1", "fastv:layer=2,tokens=20", "fastv");
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      List<Answer> together = lease.answer(new ImageRequest(image, questions, methods));
      Set<Long> costs = new HashSet<>();
      for (int q = 0; q < questions.size(); q++) {
        for (int m = 0; m < 4; m++) {
          Answer answer = together.get(methods.size() * q + m);
          Answer alone =
              lease
                  .answer(
                      new ImageRequest(image, List.of(questions.get(q)), List.of(methods.get(m))))
                  .get(0);
          assertThat(answer.error()).isNull();
          assertThat(answer.text()).isEqualTo(alone.text());
          assertThat(answer.work().cost()).isEqualTo(alone.work().cost());
          assertThat(answer.work().kvCacheBytes()).isEqualTo(alone.work().kvCacheBytes());
          assertThat(answer.tokens().visualAfter()).isEqualTo(576);
          costs.add(answer.work().cost().total());
        }
        assertThat(together.get(methods.size() * q + 4).error())
            .startsWith("reduction_failed: ")
            .contains("before layer 3: the decoder has layers 0 to 2");
      }
      assertThat(costs).hasSize(3 * 4);
    }
  }

  /** Two questions under nine wrong cuts of a stranger and a right one, with two of ours. */
  @Test
  void aStrangersCutThatGoesWrongFailsOnlyItsOwnRows(@TempDir Path folder) throws Exception {
    byte[] image = image("wide.png");
    List<Question> questions = List.of(new Question("What is this?", 3), new Question("And?", 3));
    Path jar = ReducerJar.cutting(folder, "Mine", "mine");
    ReducerJar.seen(
        () -> {
          List<MethodSpec> methods =
              methods(
                  "none",
                  "mine:key=1",
                  "mine:key=2",
                  "mine:key=3",
                  "mine:key=4",
                  "mine:key=5",
                  "mine:key=6",
                  "mine:key=7",
                  "mine:key=8",
                  "mine:key=9",
                  "fastv:layer=1");
          List<String> wrong =
              List.of(
                  "2 of 576 tokens, in ascending order, but gave [1, 576]",
                  "2 of 576 tokens, in ascending order, but gave [1, 1]",
                  "2 of 576 tokens, in ascending order, but gave [2, 1]",
                  "Cannot cut before layer 1: the method gave nothing",
                  "the method failed with java.lang.IllegalStateException: no idea",
                  "Cannot keep 577 of 576 tokens before layer 1",
                  "failed with java.lang.IllegalStateException: no count",
                  "failed with java.lang.IllegalStateException: no cuts");
          try (ModelLease lease = LlavaEngine.acquire(mha())) {
            List<Answer> together = lease.answer(new ImageRequest(image, questions, methods));
            for (int m : new int[] {0, 1, 10}) {
              List<Answer> alone =
                  lease.answer(new ImageRequest(image, questions, List.of(methods.get(m))));
              for (int q = 0; q < 2; q++) {
                assertThat(alone.get(q).error()).isNull();
                assertThat(together.get(q * methods.size() + m).text())
                    .isEqualTo(alone.get(q).text());
              }
            }
            for (int q = 0; q < 2; q++) {
              for (int m = 2; m < 10; m++) {
                assertThat(together.get(q * methods.size() + m).error())
                    .startsWith("reduction_failed: ")
                    .contains(wrong.get(m - 2));
              }
            }
          }
        },
        jar);
  }

  /**
   * In the third layer a part of the tokens; what is needed for that is in the reduction's cost.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pyramiddrop:layers=2",
        "dart:layer=2",
        "v2drop:layers=2,ratios=0.3",
        "sparsevlm:layers=1,budgets=100",
        "sparsevlm:layers=1,budgets=100,version=2"
      })
  void executedFlopsOfOtherMethodsAreTheirOwnButForTheSystemPrompt(String method)
      throws IOException {
    List<Question> question = List.of(new Question("What is this?", 1));
    byte[] image = image("wide.png");
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      ImageRequest none = new ImageRequest(image, question, methods("none"));
      long first = lease.answer(none).get(0).work().flopsExecuted();
      long again = lease.answer(none).get(0).work().flopsExecuted();
      CostModel cost = cost();
      int system = first == again ? 0 : systemPrompt(first - again);
      Answer answer = lease.answer(new ImageRequest(image, question, methods(method))).get(0);
      assertThat(answer.error()).isNull();
      int kept = TokenReducers.of(methods(method).get(0)).cuts(576, 3).get(0).count(576);
      long whole = 576 + answer.tokens().text();
      long rest = kept + answer.tokens().text();
      long unseen = 2 * system * whole + system * rest;
      long keysAtHand =
          method.startsWith("pyramiddrop") ? cost.decoder().evidence().attention(0, system, 0) : 0;
      assertThat(answer.work().flopsExecuted())
          .isEqualTo(
              answer.work().cost().total()
                  - cost.decoder().of(3L * system, unseen, 0)
                  - keysAtHand);
      assertThat(answer.work().cost().reduction() == 0).isEqualTo(method.startsWith("v2drop"));
      assertThat(answer.tokens().visualLayerMean()).isEqualTo((576 + 576 + kept) / 3.0);
    }
  }

  @Test
  void executedFlopsOfACutAreItsOwnButForTheSystemPrompt() throws IOException {
    List<Question> question = List.of(new Question("What is this?", 1));
    byte[] image = image("wide.png");
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      ImageRequest none = new ImageRequest(image, question, methods("none"));
      long first = lease.answer(none).get(0).work().flopsExecuted();
      int system = systemPrompt(first - lease.answer(none).get(0).work().flopsExecuted());
      CostModel cost = cost();
      for (int kept : new int[] {0, 100}) {
        String method = kept == 0 ? "vtw:layer=2" : "fastv:layer=2,tokens=100";
        Answer answer = lease.answer(new ImageRequest(image, question, methods(method))).get(0);
        long whole = 576 + answer.tokens().text();
        long rest = kept + answer.tokens().text();
        // Two layers see all tokens, the third the kept ones; the system prompt's keys are there.
        long unseen = 2 * system * whole + system * rest;
        assertThat(answer.work().flopsExecuted())
            .isEqualTo(answer.work().cost().total() - cost.decoder().of(3L * system, unseen, 0));
        assertThat(answer.work().cost().reduction())
            .isEqualTo(kept == 0 ? 0 : cost.decoder().evidence().attention(1, 0, whole));
        assertThat(answer.tokens().visualAfter()).isEqualTo(576);
        assertThat(answer.tokens().visualLayerMean()).isEqualTo((576 + 576 + kept) / 3.0);
        assertThat(answer.work().kvCacheBytes())
            .isEqualTo(
                cost.shape()
                        .decoder()
                        .kvCacheElements(TokenSchedule.parse("0:" + whole + ",2:" + rest))
                    * 4);
      }
    }
  }

  private static CostModel cost() {
    return CostModel.of(Checkpoint.open(Path.of(mha().model())).config());
  }

  /** Length of the text whose pass took so many FLOPs, one token asked for. */
  private static int systemPrompt(long flops) {
    CostModel cost = cost();
    return IntStream.range(1, 100)
        .filter(length -> cost.decoder().prefill(length) == flops)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void sharingSavesWhatIsTheSame() throws IOException {
    Question question = new Question("What is this?", 1);
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      List<Answer> two =
          lease.answer(
              new ImageRequest(
                  image("wide.png"), List.of(question, question), methods("prumerge", "none")));
      CostModel cost = cost();
      long saved = two.stream().mapToLong(answer -> answer.work().cost().total()).sum();
      long ran = two.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
      // Saved for certain: the tower three times, one projector pass a method, one set of scores.
      long least =
          3 * cost.tower().features()
              + cost.connector().of(two.get(0).tokens().visualAfter(), 0)
              + cost.connector().of(two.get(1).tokens().visualAfter(), 0)
              + cost.evidence().of(new TowerEvidence.FullWidthAttention());
      assertThat(saved - ran).isGreaterThan(least);
    }
  }

  @Test
  void methodsThatKeepTheSameTokensAreAnsweredOnce() throws IOException {
    List<Question> questions = List.of(new Question("What is this?", 4), new Question("And?", 4));
    byte[] image = image("wide.png");
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      lease.answer(new ImageRequest(image, questions, methods("none"))); // computes what stays
      List<Answer> one = lease.answer(new ImageRequest(image, questions, methods("none")));
      List<Answer> three =
          lease.answer(
              new ImageRequest(
                  image, questions, methods("none", "uniform:tokens=576", "first:tokens=576")));
      assertThat(three.stream().mapToLong(answer -> answer.work().flopsExecuted()).sum())
          .isEqualTo(one.stream().mapToLong(answer -> answer.work().flopsExecuted()).sum());
      for (int q = 0; q < 2; q++) {
        for (int m = 0; m < 3; m++) {
          Answer answer = three.get(3 * q + m);
          assertThat(answer.text()).isEqualTo(one.get(q).text());
          assertThat(answer.work().cost()).isEqualTo(one.get(q).work().cost());
        }
      }
    }
  }

  @Test
  void imagesOfManyRequestsShareBatchesAndAnswerAsEachAlone() throws Exception {
    List<String> files = List.of("wide.png", "gray.png", "interlaced.png");
    List<Question> questions = List.of(new Question("What is this?", 5), new Question("Red?", 2));
    List<ImageRequest> requests = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      byte[] image = i % 7 == 6 ? null : image(files.get(i % 3));
      requests.add(
          new ImageRequest(
              image,
              questions.subList(0, 1 + i % 2),
              i % 5 == 4 ? methods("first:tokens=30") : methods("prumerge", "none")));
    }
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      List<CompletableFuture<List<Answer>>> together = new ArrayList<>();
      for (ImageRequest request : requests) {
        together.add(lease.submit(request, PATIENCE));
      }
      for (int i = 0; i < requests.size(); i++) {
        List<Answer> alone = lease.answer(requests.get(i));
        assertThat(together.get(i).get())
            .extracting(
                Answer::error,
                Answer::text,
                one -> one.work().cost(),
                one -> one.tokens().visualAfter())
            .isEqualTo(
                alone.stream()
                    .map(a -> tuple(a.error(), a.text(), a.work().cost(), a.tokens().visualAfter()))
                    .toList());
      }
    }
  }

  @Test
  void aCancelledRequestDoesNotDisturbTheOthers() throws Exception {
    ImageRequest request =
        new ImageRequest(
            image("wide.png"), List.of(new Question("What is this?", 40)), methods("none"));
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      List<CompletableFuture<List<Answer>>> answers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        answers.add(lease.submit(request, PATIENCE));
      }
      for (int i = 0; i < 12; i += 2) {
        answers.get(i).cancel(true);
      }
      String text = lease.answer(request).get(0).text();
      for (int i = 1; i < 12; i += 2) {
        assertThat(answers.get(i).get()).extracting(Answer::text).containsExactly(text);
      }
    }
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.count()).isZero();
  }

  @Test
  void textOnlyQuestionsAnswerAlikeUnderEveryMethod() {
    ImageRequest request =
        new ImageRequest(
            null,
            List.of(new Question("Which is red?", 1), new Question("Two?", 1)),
            methods("none", "prumerge"));
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      long first =
          lease.answer(request).stream().mapToLong(one -> one.work().flopsExecuted()).sum();
      List<Answer> answers = lease.answer(request);
      assertThat(answers).hasSize(4).allMatch(answer -> answer.error() == null);
      assertThat(answers.get(0).text()).isEqualTo(answers.get(1).text());
      assertThat(answers.get(0).tokens().visualBefore()).isZero();
      assertThat(answers.get(0).work().cost().vision()).isZero();
      long ran = answers.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
      int system = systemPrompt(first - ran);
      long rows = answers.get(0).tokens().text() + answers.get(2).tokens().text() - 2L * system;
      long layers = cost().shape().decoder().layers();
      assertThat(ran)
          .isEqualTo(cost().decoder().of(layers * rows, layers * rows * (system + rows), 2));
    }
  }

  @Test
  void badImagesAndQuestionsAreTypedErrors() throws IOException {
    byte[] whole = image("wide.png");
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length / 2);
    Question fine = new Question("What is this?", 2);
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      assertThat(errors(lease, new byte[0], fine)).allMatch(e -> e.startsWith("image_missing: "));
      assertThat(errors(lease, cut, fine)).allMatch(e -> e.startsWith("image_corrupt: "));
      assertThat(errors(lease, new byte[] {1, 2, 3}, fine))
          .allMatch(e -> e.startsWith("image_unsupported: "));
      assertThat(errors(lease, whole, new Question(" ", 2)))
          .allMatch(e -> e.startsWith("prompt_empty: "));
      assertThat(errors(lease, whole, new Question("A <image> or <image>?", 2)))
          .allMatch(e -> e.startsWith("prompt_placeholder: "));
      List<Answer> mixed =
          lease.answer(
              new ImageRequest(
                  whole, List.of(new Question("", 2), fine), methods("none", "prumerge")));
      assertThat(mixed)
          .extracting(answer -> answer.error() == null)
          .containsExactly(false, false, true, true);
      assertThat(errors(lease, whole, fine, "uniform:tokens=577"))
          .allMatch(e -> e.startsWith("reduction_failed: "));
    }
  }

  @Test
  void nothingIsDroppedWhereTheCheckpointSelectsTheClassTokenToo(@TempDir Path folder)
      throws IOException {
    Goldens.copyCheckpoint("mha", folder);
    Path file = folder.resolve("config.json");
    String config = Files.readString(file);
    Files.writeString(file, config.replace("_strategy\": \"default\"", "_strategy\": \"full\""));
    List<MethodSpec> methods =
        methods("none", "uniform:tokens=576", "uniform:tokens=@none", "first:tokens=9", "prumerge");
    try (ModelLease lease =
        LlavaEngine.acquire(
            EngineConfigs.of(
                folder.toString(),
                DeviceChoice.CPU,
                -1,
                DtypeChoice.FP32,
                ImageAspect.CROP,
                "vicuna_v1"))) {
      List<Answer> answers =
          lease.answer(
              new ImageRequest(
                  image("wide.png"), List.of(new Question("What is it?", 2)), methods));
      assertThat(answers.get(0).error()).isNull();
      assertThat(answers.get(0).tokens().visualBefore()).isEqualTo(577);
      assertThat(answers.get(0).tokens().visualAfter()).isEqualTo(577);
      assertThat(answers.subList(1, 5))
          .extracting(Answer::error)
          .allSatisfy(error -> assertThat(error).startsWith("reduction_failed: ").contains("full"));
    }
  }

  private static List<String> errors(
      ModelLease lease, byte[] image, Question question, String... methods) {
    List<MethodSpec> asked = methods.length == 0 ? methods("none", "prumerge") : methods(methods);
    return lease.answer(new ImageRequest(image, List.of(question), asked)).stream()
        .map(Answer::error)
        .toList();
  }

  @Test
  void tenThreadsLoadOneModelAndLeakNothing() throws Exception {
    byte[] image = image("wide.png");
    int before = LlavaEngine.loads();
    ExecutorService threads = Executors.newFixedThreadPool(10);
    try {
      List<Future<List<String>>> futures = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        futures.add(threads.submit(() -> texts(image)));
      }
      List<String> first = futures.get(0).get();
      for (Future<List<String>> future : futures) {
        assertThat(future.get()).isEqualTo(first);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(LlavaEngine.loads() - before).isEqualTo(1);
    long open = OpenValues.atRest();
    texts(image);
    assertThat(OpenValues.atRest()).isEqualTo(open);
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.count()).isZero();
  }

  private static List<String> texts(byte[] image) {
    try (ModelLease lease = LlavaEngine.acquire(mha())) {
      return lease
          .answer(
              new ImageRequest(
                  image,
                  List.of(new Question("What is it?", 4), new Question("And?", 4)),
                  methods("none", "prumerge+")))
          .stream()
          .map(Answer::text)
          .toList();
    }
  }

  @Test
  void aModelInUseIsNotUnloadedWhateverClosesMeanwhile() throws Exception {
    byte[] image = image("wide.png");
    List<Question> questions =
        IntStream.range(0, 60).mapToObj(i -> new Question("What is number " + i, 8)).toList();
    ModelLease lease = LlavaEngine.acquire(mha());
    long idle = OpenValues.atRest();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<List<Answer>> answers =
          thread.submit(
              () -> lease.answer(new ImageRequest(image, questions, methods("none", "prumerge"))));
      while (OpenValues.count() == idle && !answers.isDone()) {
        Thread.onSpinWait();
      }
      lease.close();
      LlavaEngine.releaseIdle();
      assertThat(answers.get()).hasSize(120).allMatch(answer -> answer.error() == null);
    } finally {
      thread.shutdown();
    }
    assertThatThrownBy(() -> lease.answer(new ImageRequest(image, questions, methods("none"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.count()).isZero();
  }

  @Test
  void wrongConfigurationsFailInOneLine(@TempDir Path empty) {
    assertThatThrownBy(
            () ->
                LlavaEngine.acquire(
                    EngineConfigs.of(
                        empty.toString(),
                        DeviceChoice.CPU,
                        -1,
                        DtypeChoice.FP32,
                        ImageAspect.AUTO,
                        "vicuna_v1")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(empty.toString())
        .hasMessageNotContaining("\n");
    assertThatThrownBy(
            () ->
                LlavaEngine.acquire(
                    EngineConfigs.of(
                        mha().model(),
                        DeviceChoice.CUDA,
                        -1,
                        DtypeChoice.AUTO,
                        ImageAspect.AUTO,
                        "vicuna_v1")))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("CUDA device 0");
  }

  @Test
  void whatResolvesToTheSameIsOneModel() {
    EngineConfig asked = mha();
    EngineConfig automatic =
        EngineConfigs.of(
            asked.model(), DeviceChoice.AUTO, -1, DtypeChoice.AUTO, ImageAspect.CROP, "vicuna_v1");
    try (ModelLease first = LlavaEngine.acquire(automatic)) {
      int loads = LlavaEngine.loads();
      EngineConfig named =
          EngineConfigs.of(
              asked.model(),
              DeviceChoice.CPU,
              3 /* an address the processor has no use for */,
              DtypeChoice.valueOf(first.model().precision().label().toUpperCase(Locale.ROOT)),
              ImageAspect.CROP,
              "vicuna_v1");
      try (ModelLease second = LlavaEngine.acquire(named)) {
        assertThat(second.model().precision().label()).isEqualTo(first.model().precision().label());
        assertThat(LlavaEngine.loads()).isEqualTo(loads);
      }
    }
  }

  @Test
  void bf16AnswersTooAndSaysSo() throws IOException {
    EngineConfig fp32 = mha();
    EngineConfig bf16 =
        EngineConfigs.of(
            fp32.model(), DeviceChoice.CPU, -1, DtypeChoice.BF16, ImageAspect.CROP, "vicuna_v1");
    try (ModelLease lease = LlavaEngine.acquire(bf16)) {
      assertThat(lease.model().precision().label()).isEqualTo("bf16");
      assertThat(lease.model().device()).isEqualTo("cpu");
      Answer answer =
          lease
              .answer(
                  new ImageRequest(
                      image("wide.png"),
                      List.of(new Question("What is it?", 4)),
                      methods("prumerge")))
              .get(0);
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().keptIndices()).isNotEmpty();
      assertThat(answer.work().kvCacheBytes())
          .isEqualTo(
              2L
                  * 3
                  * 48
                  * 2
                  * (answer.tokens().visualAfter()
                      + answer.tokens().text()
                      + answer.tokens().generated()
                      - 1));
    }
  }
}
