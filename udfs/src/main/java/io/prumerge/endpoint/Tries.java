package io.prumerge.endpoint;

import io.prumerge.lang.Text;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The tries of one request. Not thread-safe. */
final class Tries {

  private final Patience patience;
  private final long start = System.nanoTime();
  private Duration pause;
  private int sent;
  private int failed;
  private int faults;

  Tries(Patience patience) {
    this.patience = patience;
    this.pause = patience.firstPause();
  }

  /** Counts a try, whatever comes of it. */
  void send() {
    sent++;
  }

  int sent() {
    return sent;
  }

  /**
   * Counts a failed try and waits before the next one.
   *
   * @param asked how long the service wants to be left alone
   * @throws ChatException if there is no next one
   */
  void again(ChatFailure failure, String problem, Optional<Duration> asked)
      throws ChatException, InterruptedException {
    Optional<ChatException> refusal = failure.refusal(problem);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    failed++;
    faults += failure == ChatFailure.FAULT || failure == ChatFailure.BROKEN ? 1 : 0;
    Duration wait = longer(jittered(pause), asked.orElse(Duration.ZERO));
    if (asked.isPresent() && asked.get().compareTo(Patience.LONGEST_WAIT) > 0) {
      throw new ChatException(
          ChatErrorKind.SERVICE_REFUSED,
          Text.format(
              "accepts the next request in %d s only; run the same command again later: %s",
              asked.get().toSeconds(), problem));
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    if (failed >= patience.tries()
        || faults >= patience.faults()
        || elapsed.plus(wait).compareTo(patience.total()) > 0) {
      throw new ChatException(
          failure.kindInTheEnd(),
          Text.format("failed %d times, the last time with: %s", failed, problem));
    }
    Thread.sleep(wait.toMillis());
    pause = pause.multipliedBy(2);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** Spreads the retries of requests that were refused at the same time. */
  private static Duration jittered(Duration pause) {
    return Duration.ofNanos(
        (long) (pause.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1.5)));
  }
}
