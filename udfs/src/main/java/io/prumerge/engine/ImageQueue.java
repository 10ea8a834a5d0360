package io.prumerge.engine;

import io.prumerge.image.ImageException;
import io.prumerge.model.TorchException;
import io.prumerge.model.TorchRuntime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The way of requests to one device: a few threads make pixels while the device works on the images
 * before, one thread for each of its lanes runs the model over whatever is ready, from all tasks
 * together.
 *
 * <p>Every request is answered once or fails once. A batch that the device has no room for is cut
 * in halves, and so are all later ones; an image that does not fit alone gets typed errors. A batch
 * that fails otherwise is cut too, so that one image cannot take the others with it.
 */
final class ImageQueue implements AutoCloseable {

  private static final int MOST_PREPARERS = 4;
  // As many as a batch, twice: those being worked on, and those that come next.
  private static final int BATCHES_AHEAD = 2;

  private final BatchAnswerer answerer;
  private final ReadyImages ready;
  private final int ahead;
  private final Semaphore room;
  private final ExecutorService preparers;
  private final List<Thread> lanes;
  private volatile int most;

  ImageQueue(BatchAnswerer answerer) {
    Lanes device = answerer.lanes();
    this.answerer = answerer;
    this.most = answerer.mostImages();
    this.ready = new ReadyImages(device.count());
    this.ahead = BATCHES_AHEAD * most * device.count();
    this.room = new Semaphore(ahead + most, true /* first come, first served */);
    int threads = device.count() * device.threads();
    this.preparers =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(MOST_PREPARERS, threads / 2)), daemons("prumerge-prepare"));
    ThreadFactory factory = daemons("prumerge-device");
    this.lanes =
        Stream.generate(() -> factory.newThread(() -> work(device.threads())))
            .limit(device.count())
            .toList();
    lanes.forEach(Thread::start);
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger made = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + made.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  BatchAnswerer answerer() {
    return answerer;
  }

  /** How many requests one caller should have under way to keep the device busy. */
  int ahead() {
    return ahead;
  }

  /**
   * Takes a request; waits while the queue is full. The answers' future may be cancelled.
   *
   * @param released is run before the future is completed, when the model is done with the request
   * @param patience the longest to wait
   * @throws InterruptedException while waiting; the request was not taken
   * @throws TimeoutException where the queue was full for so long; the request was not taken
   */
  PendingImage submit(ImageRequest request, Runnable released, Duration patience)
      throws InterruptedException, TimeoutException {
    PendingImage image = new PendingImage(request, released);
    if (!room.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TimeoutException("The queue has been full for " + patience);
    }
    ready.expect();
    preparers.execute(() -> prepare(image));
    return image;
  }

  private void prepare(PendingImage image) {
    try {
      if (image.wanted()) {
        answerer.prepare(image);
      }
      ready.add(image);
    } catch (ImageException e) {
      ready.withdraw();
      answer(image, answerer.failed(image, ErrorKind.of(e)));
    } catch (RuntimeException | Error e) {
      ready.withdraw();
      fail(image, e);
    }
  }

  private void work(int threads) {
    TorchRuntime.useThreads(threads);
    try {
      List<PendingImage> batch = ready.next(most);
      while (!batch.isEmpty()) {
        run(batch);
        batch = ready.next(most);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; there is no one to tell
    }
  }

  private void run(List<PendingImage> batch) {
    batch.stream().filter(image -> !image.wanted()).forEach(image -> answer(image, List.of()));
    List<PendingImage> wanted = batch.stream().filter(image -> !image.answers().isDone()).toList();
    if (wanted.isEmpty()) {
      return;
    }
    List<List<Answer>> answers;
    try {
      answers = answerer.answer(wanted);
    } catch (RuntimeException e) {
      runSmaller(wanted, e);
      return;
    } catch (Error e) {
      wanted.forEach(image -> fail(image, e));
      return;
    }
    for (int i = 0; i < answers.size(); i++) {
      answer(wanted.get(i), answers.get(i));
    }
  }

  private void runSmaller(List<PendingImage> images, RuntimeException why) {
    boolean memory = why instanceof TorchException torch && torch.outOfMemory();
    int half = images.size() / 2;
    if (half > 0) {
      most = memory ? Math.min(most, half) : most;
      run(images.subList(0, half));
      run(images.subList(half, images.size()));
    } else if (memory) {
      PendingImage image = images.get(0);
      String error = ErrorKind.DEVICE_OUT_OF_MEMORY.with(why.getMessage());
      answer(image, answerer.failed(image, error));
    } else {
      fail(images.get(0), why);
    }
  }

  private void answer(PendingImage image, List<Answer> answers) {
    release(image);
    image.answers().complete(answers);
  }

  private void fail(PendingImage image, Throwable why) {
    release(image);
    image.answers().completeExceptionally(why);
  }

  private void release(PendingImage image) {
    room.release();
    image.released().run();
  }

  /** Ends the threads and unloads the model; requests that are still waiting fail. */
  @Override
  public void close() {
    preparers.shutdown(); // those that began end soon, and then nothing comes after them
    try {
      preparers.awaitTermination(1, TimeUnit.MINUTES);
      ready.close();
      for (Thread lane : lanes) {
        lane.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the model must not be closed under the thread
      return;
    }
    IllegalStateException closed = new IllegalStateException("The model was unloaded");
    ready.left().forEach(image -> fail(image, closed));
    answerer.close();
  }
}
