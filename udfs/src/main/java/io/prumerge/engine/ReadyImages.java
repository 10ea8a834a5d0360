package io.prumerge.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** Images whose pixels are made, waiting for the device. Thread-safe. */
final class ReadyImages {

  private final Queue<PendingImage> ready = new ArrayDeque<>();
  private final int takers;
  private final long grace;
  private long came;
  private int preparing;
  private boolean closed;

  /**
   * @param takers that the images are shared out to
   * @param grace how long after an image came the next one is waited for
   */
  ReadyImages(int takers, Duration grace) {
    this.takers = takers;
    this.grace = grace.toNanos();
  }

  /** Announces an image that is being prepared: a batch that has room waits for it. */
  synchronized void expect() {
    preparing++;
  }

  /** Hands over an announced image. */
  synchronized void add(PendingImage image) {
    ready.add(image);
    came = System.nanoTime();
    preparing--;
    notifyAll();
  }

  /** Takes an announcement back: the image could not be prepared. */
  synchronized void withdraw() {
    preparing--;
    notifyAll();
  }

  /** Ends the queue, and wakes those who wait for a batch. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Returns the images that were ready when the queue was closed. */
  synchronized List<PendingImage> left() {
    List<PendingImage> left = List.copyOf(ready);
    ready.clear();
    return left;
  }

  /**
   * Waits for a batch: all that is ready, and where that is less than {@code most}, also what is
   * being prepared already; its share of that where there are other takers. An image that is slow
   * to prepare is not waited for: the batch goes without it when none has come for a while.
   *
   * @return between 1 and {@code most} images; none after {@link #close}
   */
  synchronized List<PendingImage> next(int most) throws InterruptedException {
    while (!closed && (ready.isEmpty() || (ready.size() < share(most) && patience() > 0))) {
      if (ready.isEmpty()) {
        wait();
      } else {
        TimeUnit.NANOSECONDS.timedWait(this, patience());
      }
    }
    int share = share(most);
    List<PendingImage> batch = new ArrayList<>(share); // what is removed is in it: nothing grows
    while (batch.size() < share && !ready.isEmpty() && !closed) {
      batch.add(ready.remove());
    }
    return batch;
  }

  // Nanoseconds that the next image has to come.
  private long patience() {
    return preparing == 0 ? 0 : came + grace - System.nanoTime();
  }

  private int share(int most) {
    return Math.min(most, (ready.size() + preparing + takers - 1) / takers);
  }
}
