package io.prumerge.load.report;

import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.LoadRows;
import io.prumerge.load.figure.LoadRows.Request;
import io.prumerge.load.figure.LoadSeries;
import io.prumerge.load.figure.PhaseShares;
import io.prumerge.load.generate.LoadPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.Stream;

/** Servers that never were, each with a time for an answer that is drawn around a mean. */
final class MadeServers {

  private static final int REQUESTS = 400;

  private MadeServers() {}

  static List<LoadRow> none(int concurrency) {
    return server("none", concurrency, 100, 576, 1);
  }

  static List<LoadRow> pruned(int concurrency) {
    return server("pruned", concurrency, 60, 144, 0.97);
  }

  static List<LoadRow> both() {
    return Stream.of(none(4), pruned(4)).flatMap(List::stream).toList();
  }

  /**
   * Returns a closed loop's requests.
   *
   * @param millis mean of an answer
   * @param kept share of the questions with a number below 300 that are answered right; those above
   *     are wrong
   */
  static List<LoadRow> server(
      String name, int concurrency, double millis, int visual, double kept) {
    Random random = new Random(concurrency + visual);
    LoadSeries series = LoadRows.closed(name, concurrency);
    PriorityQueue<Double> connections = new PriorityQueue<>();
    for (int i = 0; i < concurrency; i++) {
      connections.add(0.0);
    }
    List<LoadRow> rows = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      double due = connections.remove();
      double end = due + millis * (0.5 + random.nextDouble());
      connections.add(end);
      boolean right = i < 300 * kept;
      rows.add(
          new Request(series, i)
              .phase(PhaseShares.DEFAULT.of(i, REQUESTS))
              .sent(due, due)
              .answered(end)
              .tokens(visual, 0, 3)
              .says(right ? "yes" : "no", right ? 1 : 0)
              .row());
    }
    return rows;
  }

  /** Returns the requests of an open loop to one worker. */
  static List<LoadRow> open(String name, LoadPattern pattern, double millis, int visual) {
    LoadSeries series = LoadRows.series(name, pattern, 1, "1/1");
    Random random = new Random(1);
    List<LoadRow> rows = new ArrayList<>();
    double due = 0;
    double free = 0;
    for (int i = 0; i < REQUESTS; i++) {
      due -= Math.log(1 - random.nextDouble()) * 1000 / series.pattern().rate().orElseThrow();
      free = Math.max(free, due) + millis;
      rows.add(
          new Request(series, i)
              .phase(PhaseShares.DEFAULT.of(i, REQUESTS))
              .sent(due, due)
              .answered(free)
              .tokens(visual, 0, 3)
              .says("yes", 1)
              .row());
    }
    return rows;
  }
}
