package io.prumerge.load.generate;

import io.prumerge.host.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Finds out while a point is asked that its server answers nothing any more, as the rest of a long
 * point would only wait for it. The server is asked once more where errors alone came for a while.
 */
public final class WatchedServer implements LoadServer {

  /** In a row; fewer may be those of a rate of one every now and then. */
  private static final int ERRORS = 5;

  private final LoadServer server;
  private final Duration silence;
  private final CompletableFuture<Void> lost = new CompletableFuture<>();
  private int errors;
  private long since;
  private boolean looking;

  /**
   * @param silence time without an answer after which the server is looked after
   */
  public WatchedServer(LoadServer server, Duration silence) {
    this.server = server;
    this.silence = silence;
  }

  /** Returns what fails with the server's error once it answers nothing any more. */
  public CompletableFuture<Void> lost() {
    return lost;
  }

  @Override
  public void make(int question) {
    server.make(question);
  }

  @Override
  public CompletableFuture<LoadReply> ask(int question) {
    CompletableFuture<LoadReply> reply = server.ask(question);
    reply.whenComplete((came, failure) -> ended(came != null && came.error().isEmpty()));
    return reply;
  }

  @Override
  public void requireAnswering() {
    server.requireAnswering();
  }

  private synchronized void ended(boolean answered) {
    long now = System.nanoTime();
    if (answered) {
      errors = 0;
      return;
    }
    if (errors == 0) {
      since = now;
    }
    errors++;
    if (!looking && errors >= ERRORS && now - since >= silence.toNanos()) {
      looking = true;
      DaemonThreads.named("load-look").newThread(this::look).start();
    }
  }

  private void look() {
    try {
      requireAnswering();
    } catch (RuntimeException e) {
      lost.completeExceptionally(e);
      return;
    }
    synchronized (this) {
      errors = 0;
      looking = false;
    }
  }
}
