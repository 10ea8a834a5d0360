package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tasks that are killed at random while the queue is full, as Spark kills them: the thread is
 * interrupted wherever it waits, what was asked is cancelled, the lease is given back.
 */
@Timeout(600)
@Tag("model")
class CancellationStormTest {

  private static final int TASKS_AT_ONCE = 12;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int ENOUGH = 100;

  private final AtomicInteger submitted = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();
  private final AtomicInteger killed = new AtomicInteger();
  private final AtomicInteger full = new AtomicInteger();

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  /** How a task asks. */
  private interface Caller {
    CompletableFuture<List<Answer>> ask(Random random) throws Exception;
  }

  @Test
  void everyPlaceAndLeaseComesBack() throws Exception {
    EngineConfig config = LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
    byte[] image = Files.readAllBytes(Goldens.path("images/square-96.png"));
    try (ModelLease watch = LlavaEngine.acquire(config)) {
      watch.answer(request(image, new Random(1))); // the first pass makes values that stay
      long idle = OpenValues.atRest();
      storm(
          Duration.ofSeconds(3),
          8 /* ms */,
          random -> {
            try (ModelLease lease = LlavaEngine.acquire(config)) {
              task(lease.ahead(), each -> lease.submit(request(image, each), PATIENCE), random);
            }
          },
          () -> LlavaEngine.openRequests() > watch.ahead());
      waitUntil(() -> LlavaEngine.openRequests() == 0 && LlavaEngine.leases() == 1);
      assertThat(LlavaEngine.openRequests()).isZero();
      assertThat(LlavaEngine.leases()).as("leases, with this test's own").isEqualTo(1);
      assertThat(watch.answer(request(image, new Random(1))))
          .extracting(Answer::error)
          .containsOnlyNulls();
      assertThat(OpenValues.atRest()).as("with another system prompt").isBetween(idle, idle + 1);
    }
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.count()).isZero();
  }

  /** Many more of them, on a device that takes no time: at any moment of a request's life. */
  @Test
  void everyPlaceComesBackWheneverItsRequestIsCancelled() throws Exception {
    ImageRequest request = new ImageRequest(null, List.of(), List.of());
    try (ImageQueue queue = new ImageQueue(new QuickAnswerer(new Lanes(2, 1), 16))) {
      storm(
          Duration.ofSeconds(2),
          1,
          random ->
              task(
                  queue.ahead(),
                  each -> queue.submit(request, released::incrementAndGet, PATIENCE).answers(),
                  random),
          () -> queue.openRequests() > queue.ahead());
      waitUntil(() -> released.get() == submitted.get()); // told after its place is given back
      assertThat(released).hasValue(submitted.get());
      assertThat(queue.openRequests()).isZero();
    }
  }

  private void storm(Duration time, int millis, Consumer<Random> task, BooleanSupplier isFull)
      throws InterruptedException {
    Random random = new Random(11);
    long end = System.nanoTime() + time.toNanos();
    long latest = System.nanoTime() + PATIENCE.toNanos(); // for a busy machine
    List<Thread> tasks = new ArrayList<>();
    while (System.nanoTime() < end || !isEnough() && System.nanoTime() < latest) {
      while (tasks.size() < TASKS_AT_ONCE) {
        long seed = random.nextLong();
        Thread started = new Thread(() -> task.accept(new Random(seed)));
        started.start();
        tasks.add(started);
      }
      Thread.sleep(random.nextInt(millis + 1));
      full.addAndGet(isFull.getAsBoolean() ? 1 : 0);
      tasks.remove(random.nextInt(tasks.size())).interrupt();
    }
    tasks.forEach(Thread::interrupt);
    for (Thread left : tasks) {
      left.join();
    }
    assertThat(killed).hasValueGreaterThan(ENOUGH);
    assertThat(full).hasPositiveValue();
    assertThat(submitted).hasValueGreaterThan(ENOUGH);
  }

  private boolean isEnough() {
    return killed.get() > ENOUGH && full.get() > 0 && submitted.get() > ENOUGH;
  }

  private void task(int ahead, Caller asker, Random random) {
    Queue<CompletableFuture<List<Answer>>> asked = new ArrayDeque<>();
    try {
      while (true) {
        while (asked.size() < ahead) {
          asked.add(asker.ask(random));
          submitted.incrementAndGet();
        }
        asked.remove().get();
      }
    } catch (InterruptedException e) {
      killed.incrementAndGet();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      asked.forEach(answers -> answers.cancel(true));
    }
  }

  private static void waitUntil(BooleanSupplier over) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!over.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
  }

  private static ImageRequest request(byte[] image, Random random) {
    return new ImageRequest(
        random.nextInt(4) == 0 ? null : image,
        List.of(new Question("What is this?", 1 + random.nextInt(12))),
        List.of(MethodSpec.parse(random.nextBoolean() ? "prumerge" : "first:tokens=9")));
  }
}
