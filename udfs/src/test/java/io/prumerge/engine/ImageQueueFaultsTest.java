package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.engine.ImageQueue.LaneRunner;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.model.DeviceFailures;
import io.prumerge.torch.TorchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tasks, images and devices do to a queue without being asked. */
@Timeout(600)
class ImageQueueFaultsTest {

  private static final Lanes ONE_LANE = new Lanes(1, 2);
  private static final ImageRequest REQUEST = new ImageRequest(null, List.of(), List.of());
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final AtomicInteger released = new AtomicInteger();

  private CompletableFuture<List<Answer>> submit(ImageQueue queue) throws Exception {
    return queue.submit(REQUEST, released::incrementAndGet, PATIENCE).answers();
  }

  @Test
  void whatIsCancelledAtAnyMomentGivesItsPlaceBack() throws Exception {
    int requests = 20_000;
    Queue<CompletableFuture<List<Answer>>> victims = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread canceller =
        new Thread(
            () -> {
              while (!over.get()) {
                CompletableFuture<List<Answer>> victim = victims.poll();
                if (victim != null) {
                  victim.cancel(true);
                }
              }
            });
    canceller.start();
    try (ImageQueue queue = new ImageQueue(new QuickAnswerer(new Lanes(2, 1), 4))) {
      for (int r = 0; r < requests; r++) {
        victims.add(submit(queue));
      }
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (released.get() < requests && System.nanoTime() < deadline) {
        Thread.sleep(1);
      }
    } finally {
      over.set(true);
      canceller.join();
    }
    assertThat(released).hasValue(requests);
  }

  @Test
  void anErrorThatCannotBeWrittenDownFailsItsRequestAlone() throws Exception {
    Answerer unable =
        new QuickAnswerer(ONE_LANE, 4) {
          @Override
          public void prepare(PendingRequest image) throws ImageException {
            if (image.request() != REQUEST) {
              ImageDecoder.decode(new byte[0], ImageLimits.DEFAULT);
            }
          }

          @Override
          public List<Answer> failed(PendingRequest image, String error) {
            throw new IllegalStateException("no words for " + error);
          }
        };
    try (ImageQueue queue = new ImageQueue(unable)) {
      ImageRequest empty = new ImageRequest(null, List.of(), List.of());
      CompletableFuture<List<Answer>> failed =
          queue.submit(empty, released::incrementAndGet, PATIENCE).answers();
      assertThatThrownBy(() -> failed.get(1, TimeUnit.MINUTES))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("no words for image_missing: The image has no bytes");
      assertThat(submit(queue).get(1, TimeUnit.MINUTES)).isEmpty();
    }
    assertThat(released).hasValue(2);
  }

  @Test
  void aLaneOutlivesWhateverIsThrownOnIt() throws Exception {
    AtomicBoolean full = new AtomicBoolean(true);
    Answerer unable =
        new QuickAnswerer(ONE_LANE, 4) {
          @Override
          List<List<Answer>> answer(List<PendingRequest> images, Runnable passed) {
            if (full.get()) {
              throw DeviceFailures.outOfMemory();
            }
            return super.answer(images, passed);
          }

          @Override
          public List<Answer> failed(PendingRequest image, String error) {
            throw new StackOverflowError("no words");
          }
        };
    try (ImageQueue queue = new ImageQueue(unable)) {
      CompletableFuture<List<Answer>> failed = submit(queue);
      assertThatThrownBy(() -> failed.get(1, TimeUnit.MINUTES))
          .hasCauseInstanceOf(StackOverflowError.class);
      full.set(false);
      assertThat(submit(queue).get(1, TimeUnit.MINUTES)).isEmpty();
    }
    assertThat(released).hasValue(2);
  }

  @Test
  void answersAreSettledBesideTheDeviceAndInTheirOrder() throws Exception {
    CountDownLatch taken = new CountDownLatch(2);
    CountDownLatch settle = new CountDownLatch(1);
    Queue<Thread> settling = new ConcurrentLinkedQueue<>();
    Answerer slow =
        new QuickAnswerer(ONE_LANE, 1) {
          @Override
          List<List<Answer>> answer(List<PendingRequest> images, Runnable passed) {
            taken.countDown();
            return super.answer(images, passed);
          }

          @Override
          List<Answer> settled(List<Answer> answers) {
            settling.add(Thread.currentThread());
            try {
              settle.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return answers;
          }
        };
    Queue<String> ended = new ConcurrentLinkedQueue<>();
    try (ImageQueue queue = new ImageQueue(slow)) {
      queue.submit(REQUEST, () -> ended.add("first"), PATIENCE);
      queue.submit(REQUEST, () -> ended.add("second"), PATIENCE);
      assertThat(taken.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(ended).isEmpty();
      assertThat(queue.openRequests()).as("places that the two still have").isEqualTo(2);
      settle.countDown();
    }
    assertThat(ended).as("closing waits for both").containsExactly("first", "second");
    for (Thread thread : settling) {
      thread.join(PATIENCE.toMillis()); // its executor calls itself ended shortly before it has
    }
    assertThat(settling).hasSize(2).noneMatch(Thread::isAlive);
    assertThat(settling).extracting(Thread::getName).containsOnly("prumerge-settle-1");
  }

  @Test
  void whatFailsWhileItIsSettledFailsAlone() throws Exception {
    AtomicBoolean unable = new AtomicBoolean(true);
    Answerer answerer =
        new QuickAnswerer(ONE_LANE, 1) {
          @Override
          List<Answer> settled(List<Answer> answers) {
            if (unable.getAndSet(false)) {
              throw new IllegalStateException("no cost");
            }
            return answers;
          }
        };
    try (ImageQueue queue = new ImageQueue(answerer)) {
      CompletableFuture<List<Answer>> failed = submit(queue);
      assertThatThrownBy(() -> failed.get(1, TimeUnit.MINUTES)).hasRootCauseMessage("no cost");
      assertThat(submit(queue).get(1, TimeUnit.MINUTES)).isEmpty();
    }
    assertThat(released).hasValue(2);
  }

  /** Another process has the memory while the first images come. */
  @Test
  void theTowersBatchGrowsBackWhenThereIsMemoryAgain() {
    AtomicBoolean full = new AtomicBoolean(true);
    QuickAnswerer answerer =
        new QuickAnswerer(ONE_LANE, 8) {
          @Override
          List<List<Answer>> answer(List<PendingRequest> images, Runnable passed) {
            if (full.get() && images.size() > 2) {
              throw DeviceFailures.outOfMemory();
            }
            return super.answer(images, passed);
          }
        };
    LaneRunner runner = new LaneRunner(answerer);
    Lane lane = answerer.lane(() -> {});
    runner.take(lane, images(8));
    assertThat(released).hasValue(8);
    assertThat(runner.mostImages()).isEqualTo(2);
    full.set(false);
    List<Integer> most = new ArrayList<>();
    for (int batch = 0; batch < 130; batch++) {
      runner.take(lane, images(runner.mostImages()));
      most.add(runner.mostImages());
    }
    assertThat(most).startsWith(2, 2, 2).contains(4).endsWith(8, 8);
  }

  private List<PendingRequest> images(int count) {
    return Stream.generate(
            () -> new PendingRequest(REQUEST, 1, released::incrementAndGet, Runnable::run))
        .limit(count)
        .toList();
  }

  /** The decoder ends something after 20 and after 1,000 turns; then there is room. */
  @Test
  void anImageWithoutRoomDoesNotWaitUntilTheDecoderIsDone() {
    AtomicInteger turns = new AtomicInteger();
    AtomicInteger tried = new AtomicInteger();
    Lane lane =
        new Lane() {
          @Override
          public boolean wantsMore() {
            return true;
          }

          @Override
          public boolean busy() {
            return turns.get() < 1000;
          }

          @Override
          public void take(List<PendingRequest> images) {
            tried.incrementAndGet();
            if (turns.get() < 20) {
              throw DeviceFailures.outOfMemory();
            }
            images.forEach(image -> image.answer(List.of()));
          }

          @Override
          public void step() {
            turns.incrementAndGet();
          }

          @Override
          public void fail(Throwable why) {}

          @Override
          public void close() {}
        };
    new LaneRunner(new QuickAnswerer(ONE_LANE, 1)).take(lane, images(1));
    assertThat(released).hasValue(1);
    assertThat(turns.get()).isBetween(20, 40);
    assertThat(tried.get()).isLessThan(8);
  }

  @Test
  void anInterruptedThreadUnloadsTheModelAllTheSame() throws Exception {
    AtomicBoolean unloaded = new AtomicBoolean();
    ImageQueue queue =
        new ImageQueue(
            new QuickAnswerer(ONE_LANE, 4) {
              @Override
              public void close() {
                unloaded.set(true);
              }
            });
    Thread.currentThread().interrupt();
    queue.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(unloaded).isTrue();
  }

  @Test
  void aModelWhoseQueueCannotBeMadeIsUnloaded() {
    AtomicBoolean unloaded = new AtomicBoolean();
    Answerer unable =
        new QuickAnswerer(ONE_LANE, 4) {
          @Override
          public int mostImages() {
            throw new IllegalStateException("no limits");
          }

          @Override
          public void close() {
            unloaded.set(true);
          }
        };
    assertThatThrownBy(() -> new ImageQueue(unable)).hasMessage("no limits");
    assertThat(unloaded).isTrue();
  }

  @Test
  void aFullQueueAndAnAnswerAreWaitedForWhileTheDeviceTakesSteps() throws Exception {
    Duration patience = Duration.ofSeconds(2); // a thread of a busy machine may stand still for one
    AtomicInteger image = new AtomicInteger();
    CountDownLatch gate = new CountDownLatch(1);
    Answerer slow =
        new QuickAnswerer(ONE_LANE, 1) {
          @Override
          List<List<Answer>> answer(List<PendingRequest> images, Runnable passed) {
            switch (image.incrementAndGet()) {
              case 1, 4 -> takeSteps(patience.multipliedBy(5).dividedBy(4), passed);
              case 5 -> await(gate);
              default -> {}
            }
            return super.answer(images, passed);
          }
        };
    try (ImageQueue queue = new ImageQueue(slow)) {
      for (int i = 0; i < 3; i++) {
        submit(queue);
      }
      CompletableFuture<List<Answer>> fourth =
          queue.submit(REQUEST, released::incrementAndGet, patience).answers();
      assertThat(queue.await(fourth, patience)).isEmpty();
      CompletableFuture<List<Answer>> fifth = submit(queue);
      assertThatThrownBy(() -> queue.await(fifth, patience)).isInstanceOf(TimeoutException.class);
      gate.countDown();
      assertThat(queue.await(fifth, PATIENCE)).isEmpty();
    }
    assertThat(released).hasValue(5);
  }

  private static void takeSteps(Duration time, Runnable passed) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      passed.run();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(25));
    }
  }

  @Test
  void aLostDeviceIsNotAskedAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch gate = new CountDownLatch(1);
    Answerer lost =
        new QuickAnswerer(ONE_LANE, 4) {
          @Override
          public void prepare(PendingRequest image) {
            await(gate);
          }

          @Override
          List<List<Answer>> answer(List<PendingRequest> images, Runnable passed) {
            asked.incrementAndGet();
            throw DeviceFailures.broken();
          }
        };
    try (ImageQueue queue = new ImageQueue(lost)) {
      List<CompletableFuture<List<Answer>>> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        all.add(submit(queue));
      }
      gate.countDown();
      for (CompletableFuture<List<Answer>> answers : all) {
        assertThatThrownBy(() -> answers.get(1, TimeUnit.MINUTES))
            .hasCauseInstanceOf(TorchException.class);
      }
      assertThatThrownBy(() -> submit(queue).get(1, TimeUnit.MINUTES))
          .hasCauseInstanceOf(TorchException.class);
    }
    assertThat(asked).hasValue(1);
    assertThat(released).hasValue(7);
  }

  /** It was lost in the decoder, when all images were through the tower. */
  @Test
  void aDeviceThatIsLostInTheDecoderTakesNoImage() {
    AtomicInteger taken = new AtomicInteger();
    List<Throwable> failures = new ArrayList<>();
    Lane lane =
        new Lane() {
          @Override
          public boolean wantsMore() {
            return true;
          }

          @Override
          public boolean busy() {
            return true;
          }

          @Override
          public void take(List<PendingRequest> images) {
            taken.incrementAndGet();
          }

          @Override
          public void step() {
            throw DeviceFailures.broken();
          }

          @Override
          public void fail(Throwable why) {
            failures.add(why);
          }

          @Override
          public void close() {}
        };
    LaneRunner runner = new LaneRunner(new QuickAnswerer(ONE_LANE, 4));

    runner.step(lane);
    List<PendingRequest> next = images(2);
    runner.take(lane, next);

    assertThat(failures).singleElement().isInstanceOf(TorchException.class);
    assertThat(taken).hasValue(0);
    assertThat(released).hasValue(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
