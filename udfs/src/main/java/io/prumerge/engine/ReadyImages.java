package io.prumerge.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Images whose pixels are made, waiting for the device. Thread-safe. */
final class ReadyImages {

  private final Queue<PendingImage> ready = new ArrayDeque<>();
  private final int takers;
  private int preparing;
  private boolean closed;

  /**
   * @param takers that the images are shared out to
   */
  ReadyImages(int takers) {
    this.takers = takers;
  }

  /** Announces an image that is being prepared: a batch that has room waits for it. */
  synchronized void expect() {
    preparing++;
  }

  /** Hands over an announced image. */
  synchronized void add(PendingImage image) {
    ready.add(image);
    preparing--;
    notifyAll();
  }

  /** Takes an announcement back: the image could not be prepared. */
  synchronized void withdraw() {
    preparing--;
    notifyAll();
  }

  /** No more images: whoever waits for a batch is told so. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** What was ready when the queue was closed. */
  synchronized List<PendingImage> left() {
    List<PendingImage> left = List.copyOf(ready);
    ready.clear();
    return left;
  }

  /**
   * Waits for a batch: all that is ready, and where that is less than {@code most}, also what is
   * being prepared already; its share of that where there are other takers.
   *
   * @return between 1 and {@code most} images; none after {@link #close}
   */
  synchronized List<PendingImage> next(int most) throws InterruptedException {
    while (!closed && (ready.isEmpty() || (ready.size() < share(most) && preparing > 0))) {
      wait();
    }
    int share = share(most);
    List<PendingImage> batch = new ArrayList<>();
    while (batch.size() < share && !ready.isEmpty() && !closed) {
      batch.add(ready.remove());
    }
    return batch;
  }

  private int share(int most) {
    return Math.min(most, (ready.size() + preparing + takers - 1) / takers);
  }
}
