package io.prumerge.load;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.console.Work;
import io.prumerge.endpoint.EndpointException;
import io.prumerge.lang.Text;
import io.prumerge.load.figure.LoadPoints;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.LoadSeries;
import io.prumerge.load.figure.LoadSubject;
import io.prumerge.load.generate.CountedServer;
import io.prumerge.load.generate.LoadGenerator;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.load.generate.LoadServer;
import io.prumerge.load.generate.MachineClock;
import io.prumerge.load.generate.PointPlan;
import io.prumerge.load.generate.PointPlans;
import io.prumerge.load.generate.PointRun;
import io.prumerge.load.generate.Sweep;
import io.prumerge.load.generate.WatchedServer;
import io.prumerge.load.server.ChosenQuestions;
import io.prumerge.load.server.LoadQuestions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.NamedModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Puts the loads on the servers: each load on one server after another, so that what changes slowly
 * changes for all alike.
 */
final class MeasuredLoads {

  /** Between the seeds of shares, whose arrivals must not coincide. */
  private static final long SHARE = 1_000_003;

  /** In flight where requests are sent as fast as possible, at most. */
  private static final int MOST_IN_FLIGHT = 128;

  /** Without an answer but with errors, after which a server is asked whether it answers at all. */
  private static final Duration SILENCE = Duration.ofSeconds(20);

  private final LoadOptions options;
  private final LoadQuestions questions;
  private final Map<NamedModel, LoadServer> servers;
  private final LoadFolder folder;
  private final String runId;
  private final Console console;
  private final PointPlans plans;
  private final Map<LoadSeries, List<LoadRow>> points = new LinkedHashMap<>();
  private int loads;

  /** Of the sweep: repeats are of the same points, so those of the first one. */
  private List<LoadPattern> between = List.of();

  /**
   * @param folder keeps each point
   * @param runId the test's
   */
  MeasuredLoads(
      LoadOptions options,
      LoadQuestions questions,
      Map<NamedModel, LoadServer> servers,
      LoadFolder folder,
      String runId,
      Console console) {
    this.options = options;
    this.questions = questions;
    this.servers = servers;
    this.folder = folder;
    this.runId = runId;
    this.console = console;
    ChosenQuestions asked = options.questions();
    plans =
        new PointPlans(
            IntStream.range(0, questions.count()).boxed().toList(),
            asked.seed() + SHARE * (asked.share().number() - 1),
            Duration.ofNanos(Math.round(options.loads().drainSeconds() * 1e9)));
  }

  /** Returns the requests of all points, without scores. The folder may have had some. */
  List<LoadRow> measure() throws IOException {
    for (int repeat = 1; repeat <= options.loads().repeats(); repeat++) {
      for (LoadPattern pattern : options.loads().patterns()) {
        measure(pattern, repeat);
      }
      if (options.loads().sweepRates().isPresent()) {
        sweep(options.loads().sweepRates().getAsInt(), repeat);
      }
    }
    return points.values().stream().flatMap(List::stream).toList();
  }

  private void sweep(int rates, int repeat) throws IOException {
    Sweep sweep = new Sweep(MOST_IN_FLIGHT, rates, options.loads().burstiness());
    List<LoadRow> slowest = measure(sweep.oneAtATime(), repeat);
    List<LoadRow> fastest = measure(sweep.asFastAsPossible(), repeat);
    if (repeat == 1) {
      double one = rates(slowest).min().orElse(0);
      double most = rates(fastest).max().orElse(0);
      if (!(most > 0)) {
        throw new Failure("No server answered a request, so there is no rate to sweep to");
      }
      between = sweep.between(one, most);
    }
    for (LoadPattern rate : between) {
      measure(rate, repeat);
    }
  }

  /** Returns the requests a second that servers answered. */
  private DoubleStream rates(List<LoadRow> load) {
    return LoadPoints.of(load, Optional.empty(), MethodSpec.NONE.toString()).stream()
        .flatMapToDouble(point -> point.rates().requestsPerSecond().stream());
  }

  /** Returns the requests of a load, of all servers. */
  private List<LoadRow> measure(LoadPattern pattern, int repeat) throws IOException {
    PointPlan plan = plans.point(loads, pattern.part(options.questions().share()));
    loads++;
    List<LoadRow> measured = new ArrayList<>();
    for (Map.Entry<NamedModel, LoadServer> server : servers.entrySet()) {
      LoadSeries series = series(server.getKey(), pattern, repeat);
      Optional<List<LoadRow>> before = folder.point(series);
      List<LoadRow> point =
          before.isPresent() ? before.get() : rows(series, run(plan, server.getValue(), series));
      if (before.isEmpty()) {
        folder.keep(series, point);
      }
      points.put(series, point);
      measured.addAll(point);
    }
    return measured;
  }

  private LoadSeries series(NamedModel target, LoadPattern pattern, int repeat) {
    return new LoadSeries(
        LoadSubject.of(
            runId, target, questions.benchmark().benchmark(), questions.benchmark().split()),
        pattern,
        repeat,
        options.questions().share().toString());
  }

  private List<LoadRow> rows(LoadSeries series, PointRun run) {
    return LoadRow.of(series, run, options.loads().phases(), questions::question);
  }

  private PointRun run(PointPlan plan, LoadServer server, LoadSeries series) {
    String name =
        Text.format("Asking %s at %s", series.subject().server(), series.pattern().name());
    try (Phase phase = console.counted(name, "requests", new Work(plan.questions().size()));
        MachineClock clock = new MachineClock()) {
      WatchedServer watched = new WatchedServer(new CountedServer(server, phase), SILENCE);
      CompletableFuture<PointRun> asked = LoadGenerator.run(plan, watched, clock);
      watched.lost().whenComplete((none, failure) -> asked.completeExceptionally(failure));
      PointRun run = await(asked);
      if (run.endsInError()) {
        server.requireAnswering();
      }
      return run;
    } catch (EndpointException e) {
      throw new Failure(
          Wording.of(
              "%s answers no question any more: %s; %s asks its point %s again",
              series.subject().server(), e.getMessage(), Setting.RESUME, series.pattern().name()));
    }
  }

  private static PointRun await(CompletableFuture<PointRun> run) {
    try {
      return run.get();
    } catch (InterruptedException e) {
      run.cancel(true); // gives up the requests in flight
      Thread.currentThread().interrupt();
      throw new Failure("Interrupted while a server was asked");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("Cannot put a load on", e.getCause());
    }
  }
}
