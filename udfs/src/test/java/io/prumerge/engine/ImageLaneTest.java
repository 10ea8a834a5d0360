package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.Goldens;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.DeviceOptions;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests in one lane, step by step. */
class ImageLaneTest {

  private final AtomicInteger released = new AtomicInteger();
  private final AtomicInteger passes = new AtomicInteger();
  private ImageAnswerer answerer;
  private Lane lane;

  @BeforeEach
  void load() {
    answerer = ImageAnswerer.load(LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1"), 1);
    lane = answerer.lane(passes::incrementAndGet);
  }

  @AfterEach
  void unload() {
    lane.close();
    answerer.close();
    assertThat(OpenValues.count()).isZero();
  }

  private PendingRequest image(int newTokens, String... methods) throws Exception {
    ImageRequest request =
        new ImageRequest(
            Files.readAllBytes(Goldens.path("images/wide.png")),
            List.of(new Question("What is this?", newTokens), new Question("Red?", 2)),
            Stream.of(methods).map(MethodSpec::parse).toList());
    PendingRequest image = new PendingRequest(request, 1, released::incrementAndGet, Runnable::run);
    answerer.prepare(image);
    return image;
  }

  private void run() {
    while (lane.busy()) {
      lane.step();
    }
  }

  private List<String> alone(int newTokens, String... methods) throws Exception {
    PendingRequest image = image(newTokens, methods);
    lane.take(List.of(image));
    run();
    return image.answers().get().stream().map(Answer::text).toList();
  }

  @Test
  void animageIsAnsweredAsSoonAsItsOwnQuestionsAre() throws Exception {
    List<String> longTexts = alone(30, "none", "prumerge");
    List<String> shortTexts = alone(3, "prumerge");
    PendingRequest longer = image(30, "none", "prumerge");
    PendingRequest shorter = image(3, "prumerge");
    lane.take(List.of(longer));
    for (int turn = 0; turn < 10; turn++) {
      lane.step();
    }
    assertThat(lane.wantsMore()).isTrue();
    lane.take(List.of(shorter));
    int before = passes.get();
    while (!shorter.answers().isDone()) {
      lane.step();
    }
    assertThat(passes.get() - before).isEqualTo(3);
    assertThat(longer.answers()).isNotDone();
    run();
    assertThat(longer.answers().get()).extracting(Answer::text).isEqualTo(longTexts);
    assertThat(shorter.answers().get()).extracting(Answer::text).isEqualTo(shortTexts);
    assertThat(released).hasValue(4);
  }

  @Test
  void aCancelledImageGivesItsPlaceBackWhereverItIs() throws Exception {
    PendingRequest encoded = image(30, "none");
    PendingRequest decoding = image(30, "none");
    PendingRequest other = image(5, "none");
    lane.take(List.of(decoding, other));
    for (int turn = 0; turn < 4; turn++) {
      lane.step();
    }
    lane.take(List.of(encoded));
    encoded.answers().cancel(true);
    decoding.answers().cancel(true);
    lane.step();
    lane.step();
    assertThat(released).hasValue(2);
    run();
    assertThat(other.answers().get()).extracting(Answer::error).containsOnlyNulls();
    assertThat(released).hasValue(3);
  }

  @Test
  void allThatWasTakenFailsWithTheDevice() throws Exception {
    PendingRequest decoding = image(30, "none", "prumerge");
    PendingRequest encoded = image(30, "none");
    lane.take(List.of(decoding));
    for (int turn = 0; turn < 4; turn++) {
      lane.step();
    }
    lane.take(List.of(encoded));
    lane.fail(new IllegalStateException("gone"));
    assertThat(lane.busy()).isFalse();
    for (PendingRequest image : List.of(decoding, encoded)) {
      assertThatThrownBy(() -> image.answers().get())
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("gone");
    }
    assertThat(released).hasValue(2);
  }

  /** Tasks that are run when a test says so, by a thread of their own. */
  private static final class Held implements Executor {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private int came;

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
      came++;
    }

    Thread start() {
      List<Runnable> all = List.copyOf(tasks);
      tasks.clear();
      Thread thread = new Thread(() -> all.forEach(Runnable::run));
      thread.start();
      return thread;
    }
  }

  private Held held() {
    lane.close();
    Held held = new Held();
    lane = answerer.lane(passes::incrementAndGet, Optional.of(held));
    return held;
  }

  @Test
  void methodsChooseOnOtherThreadsAndTheTowerGoesOnMeanwhile() throws Exception {
    List<String> texts = alone(5, "none", "prumerge", "divprune:tokens=32");
    Held held = held();
    PendingRequest first = image(5, "none", "prumerge", "divprune:tokens=32");
    PendingRequest second = image(5, "none", "prumerge", "divprune:tokens=32");
    lane.take(List.of(first));
    assertThat(lane.wantsMore()).isTrue();
    lane.take(List.of(second));
    assertThat(held.came).isEqualTo(2);
    Thread choosing = held.start();
    run();
    choosing.join();
    for (PendingRequest one : List.of(first, second)) {
      assertThat(one.answers().get()).extracting(Answer::text).isEqualTo(texts);
      assertThat(one.answers().get()).extracting(Answer::error).containsOnlyNulls();
    }
    assertThat(held.came).isEqualTo(2);
    assertThat(released).hasValue(3);
  }

  @Test
  void whatIsChosenOnOtherThreadsIsFreedWithTheRequest() throws Exception {
    Held held = held();
    PendingRequest cancelled = image(5, "prumerge");
    PendingRequest failed = image(5, "prumerge");
    lane.take(List.of(cancelled, failed));
    cancelled.answers().cancel(true);
    Thread choosing = held.start();
    lane.step();
    lane.fail(new IllegalStateException("gone"));
    choosing.join();
    assertThat(lane.busy()).isFalse();
    assertThat(failed.answers()).isCompletedExceptionally();
    assertThat(released).hasValue(2);
  }

  @Test
  void anAnswererHasThreadsForThatWhereItIsAskedFor() throws Exception {
    lane.close();
    answerer.close();
    answerer =
        DeviceOptions.with(
            () ->
                ImageAnswerer.load(LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1"), 2),
            DeviceOption.REDUCE_ASIDE);
    lane = answerer.lane(passes::incrementAndGet);
    assertThat(reducers()).isEmpty();
    assertThat(alone(3, "prumerge")).hasSize(2);
    assertThat(reducers()).isNotEmpty();
  }

  private static List<String> reducers() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("prumerge-reduce"))
        .toList();
  }
}
