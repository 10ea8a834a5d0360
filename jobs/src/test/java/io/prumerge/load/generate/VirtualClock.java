package io.prumerge.load.generate;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A time that goes on to the next action as soon as one has run. */
public final class VirtualClock implements LoadClock {

  private record Action(long nanos, long number, Runnable code) {}

  private final PriorityQueue<Action> actions =
      new PriorityQueue<>(Comparator.comparingLong(Action::nanos).thenComparing(Action::number));

  private long now = TimeUnit.DAYS.toNanos(1); // not 0, which a start must not be taken for
  private long numbers;

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public void at(long nanos, Runnable action) {
    actions.add(new Action(Math.max(nanos, now), numbers++, action));
  }

  @Override
  public void aside(Runnable work) {
    work.run();
  }

  /** Runs actions until there is a result. */
  public <T> T await(CompletableFuture<T> result) {
    while (!result.isDone()) {
      Action next = actions.remove();
      now = next.nanos();
      next.code().run();
    }
    return result.join();
  }
}
