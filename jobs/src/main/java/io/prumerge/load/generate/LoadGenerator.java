package io.prumerge.load.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the questions of one point when they are due, each once. All that it knows changes in
 * actions of its clock, one after another, so that nothing is locked or polled.
 *
 * <p>A point stops when every request has ended, or when none was sent for {@link PointPlan#drain}
 * and none is due any more: those still in flight are given up then. In a closed loop that is so,
 * too, if all its connections wait for a server that has stopped answering.
 */
public final class LoadGenerator {

  /**
   * Requests that are made but not sent, at most; before the point's start those that are due then,
   * if they are more. Enough for a burst, and about 64 MB of pictures of 1.5 MB in base64.
   */
  static final int AHEAD = 32;

  private final PointPlan plan;
  private final LoadServer server;
  private final LoadClock clock;
  private final CompletableFuture<PointRun> run = new CompletableFuture<>();
  private final List<PlannedRequest> requests = new ArrayList<>();

  /** Whether a request is due as soon as there is room for it. */
  private final boolean closed;

  /** Those of a closed loop are all 0: its slots say when a request is due. */
  private final long[] arrivals;

  private final RequestSlots slots;
  private final int madeFirst;

  /** Numbers of the requests that come next. */
  private int toMake;

  private int toArrive;
  private int toSend;

  private int made;
  private int ended;
  private boolean started;
  private long start;
  private long lastSent;
  private GeneratorMeter meter;

  private LoadGenerator(PointPlan plan, LoadServer server, LoadClock clock) {
    this.plan = plan;
    this.server = server;
    this.clock = clock;
    int count = plan.questions().size();
    this.closed = plan.pattern().isClosed();
    this.arrivals = plan.pattern().due(count, plan.seed());
    for (int i = 0; i < count; i++) {
      requests.add(new PlannedRequest(i, plan.questions().get(i), arrivals[i]));
    }
    this.slots = new RequestSlots(plan.pattern().concurrency(), count);
    this.madeFirst = Math.min(Math.max(AHEAD, dueAtStart()), count);
  }

  /**
   * Asks a point's questions. Cancelling what it returns gives up those in flight.
   *
   * @return the point, once it is asked whole; it fails only if the program does
   */
  public static CompletableFuture<PointRun> run(
      PointPlan plan, LoadServer server, LoadClock clock) {
    LoadGenerator generator = new LoadGenerator(plan, server, clock);
    generator.at(clock.nanos(), generator::begin);
    generator.run.whenComplete(
        (point, failure) -> {
          if (failure != null) {
            clock.at(clock.nanos(), generator::giveUp);
          }
        });
    return generator.run;
  }

  private int dueAtStart() {
    int due = 0;
    int most = plan.pattern().concurrency().orElse(arrivals.length);
    while (due < Math.min(arrivals.length, most) && arrivals[due] == 0) {
      due++;
    }
    return due;
  }

  private void begin() {
    if (requests.isEmpty()) {
      start();
    } else {
      makeAhead();
    }
  }

  private void makeAhead() {
    int most = started ? AHEAD : madeFirst;
    while (toMake < requests.size() && toMake - toSend < most) {
      PlannedRequest request = requests.get(toMake);
      toMake++;
      clock.aside(() -> make(request));
    }
  }

  private void make(PlannedRequest request) {
    try {
      server.make(request.question());
      at(clock.nanos(), () -> made(request, Optional.empty()));
    } catch (RuntimeException e) {
      at(clock.nanos(), () -> made(request, Optional.of(e)));
    } catch (Error e) { // as of memory: not the server's, so not the request's
      run.completeExceptionally(e);
    }
  }

  private void made(PlannedRequest request, Optional<RuntimeException> failure) {
    request.made(failure);
    made++;
    if (!started && made == madeFirst) {
      start();
    } else if (started) {
      send();
    }
  }

  private void start() {
    started = true;
    meter = new GeneratorMeter();
    start = clock.nanos();
    if (requests.isEmpty()) {
      finish();
    } else {
      arrive();
      watch();
    }
  }

  private void arrive() {
    long now = now();
    while (toArrive < requests.size() && arrivals[toArrive] <= now) {
      toArrive++;
    }
    if (toArrive < requests.size()) {
      at(start + arrivals[toArrive], this::arrive);
    }
    send();
  }

  private void send() {
    while (toSend < toArrive && slots.isFree() && requests.get(toSend).isMade()) {
      int number = toSend++;
      PlannedRequest request = requests.get(number);
      long free = slots.take();
      request.due(closed ? free : arrivals[number], Math.max(free, arrivals[number]));
      ask(request);
    }
    makeAhead();
  }

  private void ask(PlannedRequest request) {
    if (request.unmade().isPresent()) {
      LoadReply reply = PlannedRequest.failed(request.unmade().get(), clock);
      at(clock.nanos(), () -> ended(request, reply));
      return;
    }
    lastSent = now();
    CompletableFuture<LoadReply> asked = asked(request.question());
    request.sent(lastSent, asked);
    meter.sent(request.delay());
    asked.whenComplete(
        (none, failure) -> {
          LoadReply reply = PlannedRequest.said(asked, clock);
          at(clock.nanos(), () -> ended(request, reply));
        });
  }

  private CompletableFuture<LoadReply> asked(int question) {
    try {
      return Objects.requireNonNull(server.ask(question), "the server's reply");
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void ended(PlannedRequest request, LoadReply reply) {
    request.ended(reply);
    slots.give(reply.end() - start);
    ended++;
    if (ended == requests.size()) {
      finish();
    } else {
      send();
    }
  }

  /** Stops the point at its deadline, which each request that is sent puts off. */
  private void watch() {
    long deadline = Math.max(lastArrival(), lastSent) + plan.drain().toNanos();
    if (now() < deadline) {
      at(start + deadline, this::watch);
    } else {
      giveUp();
      if (closed) {
        long stopped = now();
        requests.subList(toSend, requests.size()).forEach(left -> left.due(stopped, stopped));
      }
      finish();
    }
  }

  private void giveUp() {
    requests.stream()
        .filter(PlannedRequest::isInFlight)
        .forEach(request -> request.giveUp(clock).ifPresent(request::ended));
  }

  private void finish() {
    long stopped = clock.nanos();
    List<LoadRequest> records =
        requests.stream().map(request -> request.record(start, window(), stopped)).toList();
    run.complete(new PointRun(plan, records, meter.use()));
  }

  /** Returns when the point's last request was due, or sent if it was due by an answer. */
  private long window() {
    return lastArrival() > 0 ? lastArrival() : lastSent;
  }

  private long lastArrival() {
    return arrivals.length == 0 ? 0 : arrivals[arrivals.length - 1];
  }

  private long now() {
    return clock.nanos() - start;
  }

  /** Runs a step at a time, unless the point has ended by then; what it throws ends the point. */
  private void at(long nanos, Runnable step) {
    clock.at(
        nanos,
        () -> {
          if (run.isDone()) {
            return;
          }
          try {
            step.run();
          } catch (Throwable e) { // otherwise a waiting caller would never hear of it
            run.completeExceptionally(e);
          }
        });
  }
}
