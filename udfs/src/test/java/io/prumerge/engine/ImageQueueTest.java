package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.Goldens;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.DeviceFailures;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.TorchException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageQueueTest {

  private static final Lanes ONE_LANE = new Lanes(1, 2);

  private final AtomicInteger released = new AtomicInteger();

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(OpenValues.count()).isZero();
  }

  private static ImageQueue queue(Consumer<List<PendingRequest>> failure) {
    return queue(ONE_LANE, failure);
  }

  private static ImageQueue queue(Lanes lanes, Consumer<List<PendingRequest>> failure) {
    EngineConfig config = LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
    return new ImageQueue(new FailingAnswerer(ImageAnswerer.load(config, 2), lanes, failure));
  }

  private static ImageRequest request(String image) throws IOException {
    return new ImageRequest(
        Files.readAllBytes(Goldens.path("images/" + image)),
        List.of(new Question("What is this?", 3)),
        List.of(MethodSpec.parse("prumerge")));
  }

  private List<CompletableFuture<List<Answer>>> submit(ImageQueue queue, int count)
      throws Exception {
    List<CompletableFuture<List<Answer>>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(submit(queue, request(i % 2 == 0 ? "wide.png" : "gray.png")));
    }
    return answers;
  }

  private CompletableFuture<List<Answer>> submit(ImageQueue queue, ImageRequest request)
      throws InterruptedException, TimeoutException {
    return queue.submit(request, released::incrementAndGet, Duration.ofMinutes(1)).answers();
  }

  @Test
  void aGpuLeavesTheProcessorToThoseWhoMakePixels() {
    assertThat(ImageQueue.preparers(new Lanes(1, 1), false)).isEqualTo(1);
    assertThat(ImageQueue.preparers(new Lanes(1, 8), false)).isEqualTo(7);
    assertThat(ImageQueue.preparers(new Lanes(1, 64), false)).isEqualTo(16);
    assertThat(ImageQueue.preparers(new Lanes(1, 1), true)).isEqualTo(1);
    assertThat(ImageQueue.preparers(new Lanes(1, 5), true)).isEqualTo(2);
    assertThat(ImageQueue.preparers(new Lanes(4, 16), true)).isEqualTo(4);
  }

  @Test
  void aFullQueueIsWaitedForOnlySoLong() throws Exception {
    CountDownLatch back = new CountDownLatch(1);
    List<CompletableFuture<List<Answer>>> taken = new ArrayList<>();
    try (ImageQueue queue =
        queue(
            images -> {
              try {
                back.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            })) {
      taken.addAll(submit(queue, queue.ahead() + queue.answerer().mostImages()));
      ImageRequest more = request("wide.png");
      assertThatThrownBy(() -> queue.submit(more, released::incrementAndGet, Duration.ofMillis(20)))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("full");
      assertThat(released).hasValue(0);
      back.countDown();
      for (CompletableFuture<List<Answer>> answers : taken) {
        assertThat(answers.get()).extracting(Answer::error).containsOnlyNulls();
      }
      assertThat(submit(queue, more).get()).extracting(Answer::error).containsOnlyNulls();
    }
    assertThat(released).hasValue(taken.size() + 1);
  }

  /** A task that reads ahead holds as many bytes of frames as of pictures. */
  @Test
  void aVideoHasAPlaceForEachOfItsViews() throws Exception {
    CountDownLatch back = new CountDownLatch(1);
    Answerer videos =
        new QuickAnswerer(ONE_LANE, 4) {
          @Override
          public int expectedWeight(ImageRequest request) {
            return 1_000;
          }

          @Override
          List<List<Answer>> answer(List<PendingRequest> images, Runnable passed) {
            try {
              back.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return super.answer(images, passed);
          }
        };
    try (ImageQueue queue = new ImageQueue(videos)) {
      ImageRequest request = request("wide.png");
      CompletableFuture<List<Answer>> first = submit(queue, request);
      assertThat(queue.openRequests()).as("all of them").isGreaterThan(1);
      assertThatThrownBy(
              () -> queue.submit(request, released::incrementAndGet, Duration.ofMillis(20)))
          .isInstanceOf(TimeoutException.class);
      back.countDown();
      first.get();
      submit(queue, request).get();
      assertThat(queue.openRequests()).isZero();
    }
  }

  @Test
  void aBatchThatDoesNotFitIsCutUntilItDoesAndLaterOnesStaySmall() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    try (ImageQueue queue =
        queue(
            images -> {
              sizes.add(images.size());
              if (images.size() > 2) {
                throw DeviceFailures.outOfMemory();
              }
            })) {
      int asked = 0;
      do { // where pixels come slowly, no batch may have been too large
        for (CompletableFuture<List<Answer>> answers : submit(queue, 12)) {
          assertThat(answers.get()).extracting(Answer::error).containsOnlyNulls();
        }
        asked += 12;
      } while (Collections.max(sizes) <= 2);
      assertThat(released).hasValue(asked);
      sizes.clear();
      for (CompletableFuture<List<Answer>> answers : submit(queue, 6)) {
        assertThat(answers.get()).extracting(Answer::error).containsOnlyNulls();
      }
      assertThat(sizes).allMatch(size -> size <= 2);
      assertThat(released).hasValue(asked + 6);
    }
  }

  @Test
  void twoLanesRunTwoBatchesAtOnceAndAnswerAsOneDoes() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    List<List<Answer>> expected = new ArrayList<>();
    try (ImageQueue queue = queue(images -> {})) {
      for (CompletableFuture<List<Answer>> answers : submit(queue, 2)) {
        expected.add(answers.get());
      }
    }
    try (ImageQueue queue =
        queue(
            new Lanes(2, 1),
            images -> {
              try {
                both.await(5, TimeUnit.MINUTES);
              } catch (Exception e) {
                throw new IllegalStateException("No second batch came while one was running", e);
              }
            })) {
      List<CompletableFuture<List<Answer>>> found = submit(queue, 2);
      for (int i = 0; i < 2; i++) {
        assertThat(found.get(i).get())
            .extracting(Answer::text)
            .isEqualTo(expected.get(i).stream().map(Answer::text).toList());
      }
    }
  }

  @Test
  void anImageThatDoesNotFitAloneIsATypedError() throws Exception {
    try (ImageQueue queue =
        queue(
            images -> {
              throw DeviceFailures.outOfMemory();
            })) {
      for (CompletableFuture<List<Answer>> answers : submit(queue, 5)) {
        assertThat(answers.get())
            .hasSize(1)
            .allMatch(answer -> answer.error().startsWith("device_out_of_memory: "));
      }
    }
    assertThat(released).hasValue(5);
  }

  @Test
  void aBatchThatFailsTakesOnlyItsOwnImageWithIt() throws Exception {
    ImageRequest poison = request("wide.png");
    try (ImageQueue queue =
        queue(
            images -> {
              if (images.stream().anyMatch(image -> image.request() == poison)) {
                throw DeviceFailures.wrong();
              }
            })) {
      List<CompletableFuture<List<Answer>>> before = submit(queue, 3);
      CompletableFuture<List<Answer>> failed = submit(queue, poison);
      List<CompletableFuture<List<Answer>>> after = submit(queue, 3);
      assertThatThrownBy(failed::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TorchException.class);
      before.addAll(after);
      for (CompletableFuture<List<Answer>> answers : before) {
        assertThat(answers.get()).extracting(Answer::error).containsOnlyNulls();
      }
    }
    assertThat(released).hasValue(7);
  }

  @Test
  void whatIsCancelledBeforeItsTurnNeverRuns() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    List<PendingRequest> ran = new CopyOnWriteArrayList<>();
    try (ImageQueue queue =
        queue(
            images -> {
              ran.addAll(images);
              await(gate);
            })) {
      CompletableFuture<List<Answer>> first = submit(queue, request("wide.png"));
      while (ran.isEmpty()) {
        Thread.onSpinWait();
      }
      List<CompletableFuture<List<Answer>>> later = submit(queue, 4);
      later.get(1).cancel(true);
      later.get(2).cancel(true);
      gate.countDown();
      assertThat(first.get()).hasSize(1);
      assertThat(later.get(0).get()).hasSize(1);
      assertThat(later.get(3).get()).hasSize(1);
      assertThat(ran).hasSize(3);
    }
    assertThat(released).hasValue(5);
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyRequestEndsWhenTheModelIsUnloaded() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    ImageQueue queue =
        queue(
            images -> {
              started.countDown();
              await(gate);
            });
    CompletableFuture<List<Answer>> running = submit(queue, request("wide.png"));
    await(started);
    List<CompletableFuture<List<Answer>>> waiting = submit(queue, 2);
    Thread closing = new Thread(queue::close);
    closing.start();
    gate.countDown();
    closing.join();
    assertThat(running.get()).hasSize(1);
    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(released).hasValue(3);
  }
}
