package io.prumerge.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Images whose pixels are made, waiting for the device, and room for those whose pixels are being
 * made. Thread-safe.
 */
final class PreparedQueue {

  private final Queue<PendingRequest> ready = new ArrayDeque<>();
  private final Deque<PendingRequest> forSpace = new ArrayDeque<>();
  // The room that an image in preparation takes: what it weighs may turn out to be another number.
  private final Map<PendingRequest, Integer> room = new IdentityHashMap<>();
  private final int most;
  private final int takers;
  private final long grace;
  private long came;
  private int preparing;
  private boolean closed;

  /**
   * @param most images at once that are or will be ready, by their weight: each holds its pixels;
   *     one that weighs more is alone
   * @param takers that the images are shared out to
   * @param grace how long after an image came the next one is waited for
   */
  PreparedQueue(int most, int takers, Duration grace) {
    this.most = most;
    this.takers = takers;
    this.grace = grace.toNanos();
  }

  /** Announces an image that is being prepared: a batch that is not full waits for it. */
  synchronized void expect() {
    preparing++;
  }

  /** Waits until there is room for an announced image's pixels; those who wait first go first. */
  synchronized void awaitSpace(PendingRequest pending) throws InterruptedException {
    forSpace.add(pending);
    try {
      while (!closed && (forSpace.element() != pending || !fits(pending.weight()))) {
        wait();
      }
      room.put(pending, pending.weight());
    } finally {
      forSpace.remove(pending);
      notifyAll();
    }
  }

  private boolean fits(int more) {
    int held = weight() + room.values().stream().mapToInt(Integer::intValue).sum();
    return held == 0 || held + more <= most;
  }

  /** Hands over an announced image. */
  synchronized void add(PendingRequest pending) {
    ready.add(pending);
    came = System.nanoTime();
    end(pending);
  }

  /** Takes an announcement back: the image could not be prepared. */
  synchronized void withdraw(PendingRequest pending) {
    end(pending);
  }

  private void end(PendingRequest pending) {
    room.remove(pending);
    preparing--;
    notifyAll();
  }

  /** Ends the queue, and wakes those who wait for a batch. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Returns the images that were ready when the queue was closed. */
  synchronized List<PendingRequest> drain() {
    List<PendingRequest> left = List.copyOf(ready);
    ready.clear();
    return left;
  }

  /**
   * Waits for a batch: all that is ready, and where that is less than {@code upTo}, also what is
   * being prepared already; its share of that where there are other takers. An image that is slow
   * to prepare is not waited for: the batch goes without it when none has come for a while.
   *
   * @param upTo what the images weigh together, but for one that weighs more alone
   * @return at least one image; none after {@link #close}
   */
  synchronized List<PendingRequest> next(int upTo) throws InterruptedException {
    while (!closed && (ready.isEmpty() || worthWaiting(upTo))) {
      if (ready.isEmpty()) {
        wait();
      } else {
        TimeUnit.NANOSECONDS.timedWait(this, patience());
      }
    }
    return take(upTo);
  }

  /** Takes the batch that {@link #next} would return at once; none where that would wait. */
  synchronized List<PendingRequest> poll(int upTo) {
    return ready.isEmpty() || worthWaiting(upTo) ? List.of() : take(upTo);
  }

  private List<PendingRequest> take(int upTo) {
    int share = share(upTo);
    List<PendingRequest> batch = new ArrayList<>(share); // what is removed is in it: nothing grows
    int weight = 0;
    while (batch.size() < share && !ready.isEmpty() && !closed) {
      weight += ready.element().weight();
      if (weight > upTo && !batch.isEmpty()) {
        break;
      }
      batch.add(ready.remove());
    }
    notifyAll();
    return batch;
  }

  private boolean worthWaiting(int upTo) {
    return ready.size() < share(upTo) && weight() < upTo && patience() > 0;
  }

  private int weight() {
    return ready.stream().mapToInt(PendingRequest::weight).sum();
  }

  // Nanoseconds that the next image has to come.
  private long patience() {
    return preparing == 0 ? 0 : came + grace - System.nanoTime();
  }

  private int share(int upTo) {
    return Math.min(upTo, (ready.size() + preparing + takers - 1) / takers);
  }
}
