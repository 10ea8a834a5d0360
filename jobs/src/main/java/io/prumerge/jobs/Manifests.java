package io.prumerge.jobs;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What stands in {@code manifest.json}, written before the first task: one run, or a list of one
 * run per model in the order in which they are asked. All have as many chunks; the folder numbers
 * them through.
 */
record Manifests(List<Manifest> runs) {

  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

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
          "chunks is %d for each of %d runs, expected fewer".formatted(chunks, runs.size()));
    }
  }

  /** New runs; the names of several differ in their last figure and sort in their order. */
  static Manifests begin(int chunks, List<RunConfiguration> configurations) {
    Instant now = Instant.now();
    String id = ID_TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8);
    int digits = Integer.toString(configurations.size()).length();
    List<Manifest> runs = new ArrayList<>();
    for (RunConfiguration configuration : configurations) {
      String number = ("-%0" + digits + "d").formatted(runs.size() + 1);
      runs.add(
          new Manifest(
              configurations.size() == 1 ? id : id + number,
              now.toString(),
              Versions.project(),
              chunks,
              configuration));
    }
    return new Manifests(runs);
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

  /** The runs' names, for people. */
  String ids() {
    return runs.stream().map(Manifest::runId).collect(Collectors.joining(", "));
  }

  /** The settings in which {@code others} differ, for people; empty when equal. */
  String differences(List<RunConfiguration> others) {
    List<String> models = runs.stream().map(run -> run.configuration().model()).toList();
    List<String> theirs = others.stream().map(RunConfiguration::model).toList();
    if (models.size() != theirs.size()) {
      return "models were %s, are now %s".formatted(models, theirs);
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
