package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.Goldens;
import io.prumerge.image.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.ExecutionException;
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
    PendingRequest image = new PendingRequest(request, released::incrementAndGet, Runnable::run);
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
}
