package io.prumerge.engine;

import io.prumerge.generation.MemoryLimit;
import io.prumerge.host.DaemonThreads;
import io.prumerge.image.codec.ImageException;
import io.prumerge.reduction.ReductionException;
import io.prumerge.torch.TorchException;
import io.prumerge.torch.TorchRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of requests to one device: a few threads make pixels while the device works on the images
 * before, one thread for each of its lanes runs the model over whatever is ready, from all tasks
 * together, and one thread makes texts and costs of what the model has answered, while the model,
 * which may use several threads itself, goes on.
 *
 * <p>Every request is answered once or fails once, and gives its place back before.
 */
final class ImageQueue implements AutoCloseable {

  // On a processor the model's own operators fill the threads.
  private static final int MOST_PREPARERS_BESIDE_MODEL = 4;
  // Each may hold a large picture, of hundreds of megabytes, while it is resized.
  private static final int MOST_PREPARERS = 16;
  // As many as the tower takes at once, twice: those in it, and those that come next.
  private static final int BATCHES_AHEAD = 2;
  // Ten times as long as an ordinary picture takes; one of 89 megapixels takes seconds.
  private static final Duration GRACE = Duration.ofMillis(50);

  private final Answerer answerer;
  private final LaneRunner runner;
  private final Progress progress = new Progress();
  private final PreparedQueue ready;
  private final int ahead;
  private final int places;
  private final Semaphore permits;
  private final ExecutorService preparers;
  private final ExecutorService settling;
  // A model that has one thread of the processor settles there: another would take turns with it.
  private final boolean alone;
  private final List<Thread> lanes;

  /**
   * @param answerer is closed with the queue, or here where the queue cannot be made
   */
  ImageQueue(Answerer answerer) {
    this.answerer = answerer;
    try {
      Lanes device = answerer.lanes();
      this.runner = new LaneRunner(answerer);
      int most = runner.mostImages();
      int next = BATCHES_AHEAD * most * device.count();
      int preparers = preparers(device, answerer.device().equals("cpu"));
      this.ready = new PreparedQueue(next + preparers, device.count(), GRACE);
      this.ahead = answerer.mostOpen() * device.count() + next;
      this.places = ahead + most;
      this.permits = new Semaphore(places, true /* first come, first served */);
      this.preparers =
          Executors.newFixedThreadPool(preparers, DaemonThreads.numbered("prumerge-prepare"));
      this.alone = device.count() * device.threads() == 1;
      this.settling = Executors.newSingleThreadExecutor(DaemonThreads.numbered("prumerge-settle"));
      ThreadFactory factory = DaemonThreads.numbered("prumerge-device");
      this.lanes =
          Stream.generate(() -> answerer.lane(progress::step))
              .limit(device.count())
              .map(lane -> factory.newThread(() -> work(lane, device.threads())))
              .toList();
    } catch (RuntimeException | Error e) {
      answerer.close();
      throw e;
    }
    try {
      lanes.forEach(Thread::start);
    } catch (Error e) { // no more threads
      close();
      throw e;
    }
  }

  /**
   * Returns how many threads make pixels: with a GPU, one for each processor thread that a lane
   * leaves, up to 16; half as many as a model on the processor has, up to 4.
   */
  static int preparers(Lanes device, boolean processor) {
    int threads = device.count() * device.threads();
    return Math.max(
        1,
        processor
            ? Math.min(MOST_PREPARERS_BESIDE_MODEL, threads / 2)
            : Math.min(MOST_PREPARERS, threads - device.count()));
  }

  Answerer answerer() {
    return answerer;
  }

  /** Returns the number of open requests with which one caller keeps the device busy. */
  int ahead() {
    return ahead;
  }

  /** Returns the places of requests that were taken and have not ended. */
  int openRequests() {
    return places - permits.availablePermits();
  }

  /**
   * Takes a request; waits while the queue is full. A request has a place for each image that it
   * counts as. The answers' future may be cancelled.
   *
   * @param released is run before the future is completed, when the model is done with the request
   * @param patience the longest to wait while the model takes no step
   * @throws InterruptedException while waiting; the request was not taken
   * @throws TimeoutException where the model took no step for so long; the request was not taken
   */
  PendingRequest submit(ImageRequest request, Runnable released, Duration patience)
      throws InterruptedException, TimeoutException {
    int weight = answerer.expectedWeight(request);
    int own = Math.min(weight, places);
    PendingRequest pending =
        new PendingRequest(
            request,
            weight,
            () -> {
              permits.release(own);
              released.run();
            },
            this::settle);
    long left = TimeUnit.NANOSECONDS.convert(patience);
    while (!permits.tryAcquire(own, left, TimeUnit.NANOSECONDS)) {
      left = progress.remainingNanos(patience);
      if (left <= 0) {
        throw new TimeoutException(
            "The queue is full, and the model took no step for " + patience.toSeconds() + " s");
      }
    }
    ready.expect();
    try {
      preparers.execute(() -> prepare(pending));
    } catch (RuntimeException | Error e) {
      ready.withdraw(pending);
      permits.release(own);
      throw e;
    }
    return pending;
  }

  /**
   * Waits for the answers to a request of this queue.
   *
   * @param patience the longest to wait while the model takes no step
   * @throws TimeoutException where it took none for so long
   * @throws ExecutionException where there are no answers
   */
  List<Answer> await(CompletableFuture<List<Answer>> answers, Duration patience)
      throws InterruptedException, ExecutionException, TimeoutException {
    long left = TimeUnit.NANOSECONDS.convert(patience);
    while (true) {
      try {
        return answers.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        left = progress.remainingNanos(patience);
        if (left <= 0) {
          throw e;
        }
      }
    }
  }

  private void prepare(PendingRequest pending) {
    try {
      ready.awaitSpace(pending);
      progress.step();
      if (pending.isOpen()) {
        answerer.prepare(pending);
      }
      ready.add(pending);
    } catch (ImageException e) {
      ready.withdraw(pending);
      refuse(pending, ErrorKind.of(e));
    } catch (ReductionException e) { // there is no picture so small
      ready.withdraw(pending);
      refuse(pending, ErrorKind.REDUCTION_FAILED.with(e.getMessage()));
    } catch (InterruptedException | RuntimeException | Error e) {
      ready.withdraw(pending);
      pending.fail(e);
    } finally {
      progress.idle();
    }
  }

  private void settle(Runnable work) {
    if (alone) {
      work.run();
      return;
    }
    settling.execute(
        () -> {
          progress.step();
          try {
            work.run();
          } finally {
            progress.idle();
          }
        });
  }

  private void refuse(PendingRequest pending, String error) {
    try {
      pending.answer(answerer.failed(pending, error));
    } catch (RuntimeException | Error e) {
      pending.fail(e);
    }
  }

  private void work(Lane lane, int threads) {
    TorchRuntime.useThreads(threads);
    try (lane) {
      boolean more = true;
      while (more) {
        more = step(lane);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; there is no one to tell
    }
  }

  // Returns whether there may be more to do: not when the queue is closed and all is done.
  private boolean step(Lane lane) throws InterruptedException {
    List<PendingRequest> batch = List.of();
    if (!lane.busy()) {
      progress.idle();
      batch = ready.next(runner.mostImages());
    } else if (lane.wantsMore()) {
      batch = ready.poll(runner.mostImages());
    }
    if (batch.isEmpty() && !lane.busy()) {
      return false;
    }
    progress.step();
    if (batch.isEmpty()) {
      runner.step(lane);
    } else {
      runner.take(lane, batch);
    }
    return true;
  }

  /** Ends the threads and unloads the model; requests that are still waiting fail. */
  @Override
  public void close() {
    preparers.shutdown(); // those that began end soon, and then nothing comes after them
    boolean interrupted = Thread.interrupted();
    while (!ended()) {
      interrupted = true; // the model must not be closed under the threads, nor be left loaded
    }
    IllegalStateException closed = new IllegalStateException("The model was unloaded");
    ready.drain().forEach(pending -> pending.fail(closed));
    answerer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean ended() {
    try {
      preparers.awaitTermination(1, TimeUnit.MINUTES);
      ready.close();
      for (Thread lane : lanes) {
        lane.join();
      }
      settling.shutdown(); // the lanes give it nothing more
      settling.awaitTermination(1, TimeUnit.MINUTES);
      return settling.isTerminated();
    } catch (InterruptedException e) {
      return false;
    }
  }

  /**
   * Whether the threads that work for a queue get on: how long ago each of them took its last step.
   * A device that hangs is known by that, however long its work takes. Thread-safe.
   */
  private static final class Progress {

    private final Map<Thread, Long> working = new ConcurrentHashMap<>();
    private volatile long last = System.nanoTime();

    /** Notes that the calling thread begins something, or took a step of it. */
    void step() {
      last = System.nanoTime();
      working.put(Thread.currentThread(), last);
    }

    /** Notes that the calling thread has nothing to do any more. */
    void idle() {
      last = System.nanoTime();
      working.remove(Thread.currentThread());
    }

    /**
     * Returns the rest of the time that a caller waits.
     *
     * @param patience how long to wait while the slowest thread takes no step
     * @return nanoseconds, not positive where it is over
     */
    long remainingNanos(Duration patience) {
      long now = System.nanoTime();
      long quiet = working.values().stream().mapToLong(step -> now - step).max().orElse(now - last);
      return TimeUnit.NANOSECONDS.convert(patience) - quiet;
    }
  }

  /**
   * Runs the lanes of a model and sees to it that each request ends. Thread-safe: each lane is run
   * by a thread of its own.
   *
   * <p>Images that the device's memory does not hold at once are cut in halves, and so are later
   * ones for some time ({@link MemoryLimit}); one that does not fit with what the decoder has waits
   * for it, and one that does not fit alone gets typed errors. Images that it fails on otherwise
   * are cut too, so that one image cannot fail the others. A device that is lost is not asked
   * again: all that comes later fails as what was asked last.
   */
  static final class LaneRunner {

    private static final Logger LOG = LoggerFactory.getLogger(LaneRunner.class);

    private final Answerer answerer;
    private final MemoryLimit most;
    private volatile TorchException lost;

    LaneRunner(Answerer answerer) {
      this.answerer = answerer;
      this.most = new MemoryLimit(answerer.mostImages());
    }

    /** Returns the number of images that go through the tower at once, at most, by their weight. */
    int mostImages() {
      return (int) most.now();
    }

    /** Gives images to a lane; those that it does not take are ended here. */
    void take(Lane lane, List<PendingRequest> batch) {
      take(lane, batch, 1);
    }

    // steps: of the decoder before an image is tried again that does not fit with it
    private void take(Lane lane, List<PendingRequest> batch, int steps) {
      try {
        // A request may be cancelled at any moment, so each is looked at once.
        Map<Boolean, List<PendingRequest>> wanted =
            batch.stream().collect(Collectors.partitioningBy(PendingRequest::isOpen));
        wanted.get(false).forEach(pending -> pending.answer(List.of()));
        if (!wanted.get(true).isEmpty()) {
          takeWanted(lane, wanted.get(true), steps);
        }
      } catch (RuntimeException | Error e) {
        batch.forEach(pending -> pending.fail(e)); // those that have not ended
      }
    }

    private void takeWanted(Lane lane, List<PendingRequest> requests, int steps) {
      if (lost != null) {
        throw lost;
      }
      try {
        lane.take(requests);
        most.passed();
      } catch (RuntimeException e) {
        takeLess(lane, requests, steps, e);
      }
    }

    /** Does one step of a lane that is busy. */
    void step(Lane lane) {
      try {
        if (lost != null) {
          throw lost;
        }
        lane.step();
      } catch (RuntimeException | Error e) {
        if (e instanceof TorchException torch && torch.deviceLost()) {
          lost = torch;
        }
        lane.fail(e);
      }
    }

    private void lower(int images) {
      if (most.lower(images)) {
        LOG.warn(
            "{} ran out of memory: from now on at most {} images go through the tower at once",
            answerer.device(),
            images);
      }
    }

    private void takeLess(
        Lane lane, List<PendingRequest> requests, int steps, RuntimeException why) {
      if (why instanceof TorchException torch && torch.deviceLost()) {
        lost = torch;
        lane.fail(torch);
        throw torch;
      }
      boolean memory = why instanceof TorchException torch && torch.outOfMemory();
      int half = requests.size() / 2;
      if (memory && half == 0 && lane.busy()) {
        for (int step = 0; step < steps && lane.busy(); step++) {
          step(lane); // so that the decoder gives back what it has
        }
        take(lane, requests, 2 * steps);
      } else if (half > 0) {
        if (memory) {
          lower(Math.max(1, requests.stream().mapToInt(PendingRequest::weight).sum() / 2));
        }
        int end = 0;
        while (end < requests.size()) {
          int start = end;
          end = Math.min(requests.size(), start + (memory ? Math.min(half, mostImages()) : half));
          take(lane, requests.subList(start, end));
        }
      } else if (memory) {
        PendingRequest pending = requests.get(0);
        String error = ErrorKind.DEVICE_OUT_OF_MEMORY.with(why.getMessage());
        pending.answer(answerer.failed(pending, error));
      } else {
        throw why;
      }
    }
  }
}
