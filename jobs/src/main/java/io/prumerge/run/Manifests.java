package io.prumerge.run;

import io.prumerge.plan.RunConfiguration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * What stands in {@code manifest.json}, written before the first task: one run, or a list of one
 * run per model in the order in which they are asked. All have as many chunks; the folder numbers
 * them through.
 */
record Manifests(List<Manifest> runs) {

  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  Manifests {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a folder without a run");
    }
    if (runs.stream().map(Manifest::runId).distinct().count() < runs.size()) {
      throw new IllegalArgumentException("two runs of the same run_id");
    }
    int chunks = runs.get(0).chunks();
    if (runs.stream().anyMatch(run -> run.chunks() != chunks)) {
      throw new IllegalArgumentException("runs of unlike chunks");
    }
    if ((long) chunks * runs.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "chunks is %d for each of %d runs, expected fewer",
              chunks,
              runs.size()));
    }
  }

  /** New runs; the names of several differ in their last figure and sort in their order. */
  static Manifests begin(
      int chunks, Environment environment, List<RunConfiguration> configurations) {
    Instant now = Instant.now();
    String id = ID_TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8);
    int digits = Integer.toString(configurations.size()).length();
    List<Manifest> runs = new ArrayList<>();
    for (RunConfiguration configuration : configurations) {
      String number = String.format(Locale.ROOT, ("-%0" + digits + "d"), runs.size() + 1);
      runs.add(
          new Manifest(
              configurations.size() == 1 ? id : id + number,
              now.toString(),
              chunks,
              environment,
              List.of(),
              configuration));
    }
    return new Manifests(runs);
  }

  /** The same, gone on with in another environment. */
  Manifests changed(Environment environment) {
    Manifest.Change change = new Manifest.Change(Instant.now().toString(), environment);
    return new Manifests(runs.stream().map(run -> run.changed(change)).toList());
  }

  /** What all were answered in last. */
  Environment latest() {
    return runs.get(0).latest();
  }

  /** Chunks of every run. */
  int chunks() {
    return runs.get(0).chunks();
  }

  /** Where a run's chunk stands among those of all runs. */
  int number(int run, int chunk) {
    return run * chunks() + chunk;
  }

  /** Chunks of all runs together. */
  int allChunks() {
    return number(runs.size(), 0);
  }

  /** The runs' names. */
  List<String> runIds() {
    return runs.stream().map(Manifest::runId).toList();
  }

  /** The runs' names, for people. */
  String ids() {
    return String.join(", ", runIds());
  }

  /** The settings in which {@code others} differ, for people; empty when equal. */
  String differences(List<RunConfiguration> others) {
    List<String> models = runs.stream().map(run -> run.configuration().model()).toList();
    List<String> theirs = others.stream().map(RunConfiguration::model).toList();
    if (models.size() != theirs.size()) {
      return String.format(Locale.ROOT, "models were %s, are now %s", models, theirs);
    }
    List<String> differences = new ArrayList<>();
    for (int run = 0; run < runs.size(); run++) {
      String difference = runs.get(run).configuration().differences(others.get(run));
      if (!difference.isEmpty() && !differences.contains(difference)) {
        differences.add(difference);
      }
    }
    return String.join("; ", differences);
  }
}
