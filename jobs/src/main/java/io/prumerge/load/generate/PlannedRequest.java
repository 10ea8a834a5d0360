package io.prumerge.load.generate;

import io.prumerge.engine.ErrorKind;
import io.prumerge.location.CauseText;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of a request while its point is asked. Times are in nanoseconds after the point's
 * start, except those of the reply.
 */
final class PlannedRequest {

  private static final double NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final int number;
  private final int question;
  private boolean made;
  private Optional<RuntimeException> unmade = Optional.empty();
  private long planned;
  private long possible;
  private long sent;
  private CompletableFuture<LoadReply> asked;
  private LoadReply reply;

  /**
   * @param planned when it is due, as far as is known before the point starts
   */
  PlannedRequest(int number, int question, long planned) {
    this.number = number;
    this.question = question;
    this.planned = planned;
  }

  int question() {
    return question;
  }

  /**
   * Notes that it can be sent, or why it cannot.
   *
   * @param failure empty if it can
   */
  void made(Optional<RuntimeException> failure) {
    made = true;
    unmade = failure;
  }

  boolean isMade() {
    return made;
  }

  Optional<RuntimeException> unmade() {
    return unmade;
  }

  /**
   * Notes when it was due, and when it could have been sent.
   *
   * @param possible not before it was due
   */
  void due(long planned, long possible) {
    this.planned = planned;
    this.possible = possible;
  }

  void sent(long nanos, CompletableFuture<LoadReply> asked) {
    this.sent = nanos;
    this.asked = asked;
  }

  boolean isSent() {
    return asked != null;
  }

  /** Returns how much later it was sent than it could have been, in milliseconds. */
  double delay() {
    return (sent - possible) / NANOS;
  }

  void ended(LoadReply reply) {
    this.reply = reply;
  }

  boolean isEnded() {
    return reply != null;
  }

  boolean isInFlight() {
    return isSent() && !isEnded();
  }

  /** Gives it up, and returns its reply if it was there just before. */
  Optional<LoadReply> giveUp(LoadClock clock) {
    if (asked.isDone()) {
      return Optional.of(said(asked, clock));
    }
    asked.cancel(true); // an HTTP client may reply to that, with an error which is not the server's
    return Optional.empty();
  }

  /** Returns what came of a request, also where the server failed to give a reply. */
  static LoadReply said(CompletableFuture<LoadReply> ended, LoadClock clock) {
    return ended.handle((reply, failure) -> reply != null ? reply : failed(failure, clock)).join();
  }

  /**
   * Returns the reply in the place of one that is missing.
   *
   * @param failure null if the server gave nothing at all
   */
  static LoadReply failed(Throwable failure, LoadClock clock) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String words = cause == null ? "there is no reply" : CauseText.of(cause);
    return LoadReply.failed(ErrorKind.ENDPOINT_FAILED.with(words), clock.nanos());
  }

  /**
   * Returns what is kept of it once its point has stopped.
   *
   * @param start of the point, by the clock
   * @param window when the last request was due, or sent
   * @param stopped when the point did, by the clock
   */
  LoadRequest record(long start, long window, long stopped) {
    LoadReply came = isEnded() ? reply : unanswered(stopped);
    return new LoadRequest(
        number,
        question,
        planned / NANOS,
        isSent() ? OptionalDouble.of(sent / NANOS) : OptionalDouble.empty(),
        LoadChunks.of(came.chunks(), start),
        isEnded() ? OptionalDouble.of((came.end() - start) / NANOS) : OptionalDouble.empty(),
        outcome(start, window),
        came);
  }

  private LoadOutcome outcome(long start, long window) {
    if (!isEnded()) {
      return LoadOutcome.UNFINISHED;
    }
    if (reply.error().isPresent()) {
      return LoadOutcome.ERROR;
    }
    return reply.end() - start <= window ? LoadOutcome.DONE : LoadOutcome.LATE;
  }

  private LoadReply unanswered(long stopped) {
    return LoadReply.failed(
        ErrorKind.ENDPOINT_FAILED.with(
            isSent()
                ? "no answer when the point stopped waiting"
                : "not sent before the point stopped waiting"),
        stopped);
  }
}
