package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.plan.PreparedTables;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.source.TableVersion;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The content of {@code manifest.json}, written before the first task: one run, or a list with one
 * run per model in their order, and of each model one per protocol of frames. All have the same
 * number of chunks, and the folder numbers the chunks of all runs consecutively.
 */
record Manifests(List<Manifest> runs) {

  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  Manifests {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("it lists no run");
    }
    if (runs.stream().map(Manifest::runId).distinct().count() < runs.size()) {
      throw new IllegalArgumentException("two runs have the same run_id");
    }
    int chunks = runs.get(0).chunks();
    if (runs.stream().anyMatch(run -> run.chunks() != chunks)) {
      throw new IllegalArgumentException("runs have different numbers of chunks");
    }
    if ((long) chunks * runs.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          Text.format("chunks is %d for each of %d runs, expected fewer", chunks, runs.size()));
    }
  }

  /**
   * Creates new runs. The ids of several runs differ in their last number and sort in the runs'
   * order.
   */
  static Manifests begin(
      int chunks, Environment environment, List<RunConfiguration> configurations) {
    Instant now = Instant.now();
    String id = newId(now);
    int digits = Integer.toString(configurations.size()).length();
    List<Manifest> runs = new ArrayList<>();
    for (RunConfiguration configuration : configurations) {
      String number = Text.format(("-%0" + digits + "d"), runs.size() + 1);
      runs.add(
          Manifest.builder(
                  configurations.size() == 1 ? id : id + number,
                  now.toString(),
                  chunks,
                  environment,
                  configuration)
              .build());
    }
    return new Manifests(runs);
  }

  /** Returns the id of a new run. */
  static String newId(Instant now) {
    return ID_TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** Returns a copy of all runs with one more environment. */
  Manifests changed(Environment environment) {
    EnvironmentChange change = new EnvironmentChange(Instant.now().toString(), environment);
    return new Manifests(runs.stream().map(run -> run.changed(change)).toList());
  }

  /** Returns a copy of all runs that fail if a larger share of answers are errors. */
  Manifests failingAbove(double share) {
    return new Manifests(runs.stream().map(run -> run.failingAbove(share)).toList());
  }

  /**
   * Returns a copy of runs whose servers may not see all frames of videos.
   *
   * @param reasons of each run, in their order
   */
  Manifests doubting(List<List<String>> reasons) {
    return new Manifests(
        IntStream.range(0, runs.size())
            .mapToObj(run -> runs.get(run).doubting(reasons.get(run)))
            .toList());
  }

  /**
   * Returns the tables of catalogs that the examples come from, which are the same for all runs.
   */
  List<TableVersion> tables() {
    return runs.get(0).tables();
  }

  /** Returns a copy of all runs whose examples come from these tables. */
  Manifests on(PreparedTables tables) {
    return new Manifests(runs.stream().map(run -> run.on(tables)).toList());
  }

  /** Returns the latest environment, which is the same for all runs. */
  Environment latest() {
    return runs.get(0).latest();
  }

  /** Returns the number of chunks of each run. */
  int chunks() {
    return runs.get(0).chunks();
  }

  /** Returns the number of a run's chunk among the chunks of all runs. */
  int number(int run, int chunk) {
    return run * chunks() + chunk;
  }

  /** Returns the number of chunks of all runs together. */
  int allChunks() {
    return number(runs.size(), 0);
  }

  /**
   * Returns how many more answers there would be if the data of users' own benchmarks could be read
   * whole. With a limit, nobody knows whether a row would have been asked.
   */
  long unread() {
    return runs.stream().mapToLong(Manifest::unread).sum();
  }

  /** Returns the ids of the runs. */
  List<String> runIds() {
    return runs.stream().map(Manifest::runId).toList();
  }

  /** Returns the runs' models, each once for all its protocols of frames. */
  List<String> models() {
    return ofModels(RunConfiguration::model);
  }

  /**
   * Returns the models' conversation templates, in the order of {@link #models}; empty of a model
   * behind an endpoint.
   */
  List<Optional<String>> templates() {
    return ofModels(configuration -> configuration.settings().find(RunSetting.CONVERSATION));
  }

  private <T> List<T> ofModels(Function<RunConfiguration, T> part) {
    String first = protocols().get(0);
    return runs.stream()
        .map(Manifest::configuration)
        .filter(configuration -> configuration.protocol().equals(first))
        .map(part)
        .toList();
  }

  /** Returns the protocols of frames that each model is asked under; one that is empty without. */
  List<String> protocols() {
    return runs.stream().map(run -> run.configuration().protocol()).distinct().toList();
  }

  /** Returns the ids of the runs as one text. */
  String ids() {
    return String.join(", ", runIds());
  }

  /**
   * Returns the settings in which other runs differ, each as a text; none if they are equal.
   *
   * @param others all or some settings of each run, by their names in JSON
   */
  List<Wording> differences(List<Map<String, Object>> others) {
    List<Object> chosen = others.stream().map(run -> run.get("protocol")).distinct().toList();
    if (!chosen.equals(protocols())) {
      return List.of(Wording.of("the protocol of frames was %s, is now %s", protocols(), chosen));
    }
    List<Object> theirs = others.stream().map(run -> run.get("model")).toList();
    if (runs.size() != theirs.size()) {
      return List.of(Wording.of("%s was %s, is now %s", Setting.MODEL, models(), theirs));
    }
    return IntStream.range(0, runs.size())
        .mapToObj(run -> runs.get(run).configuration().differences(others.get(run)))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  /**
   * Checks that a run has these settings.
   *
   * @param output the run's folder in the error
   * @param others as in {@link #differences}
   * @param chunks requested number of chunks, if any
   * @throws UsageException naming the settings in which it was started with others
   */
  void require(String output, List<Map<String, Object>> others, OptionalInt chunks) {
    List<Wording> differences = new ArrayList<>(differences(others));
    if (chunks.isPresent() && chunks.getAsInt() != chunks()) {
      differences.add(
          Wording.of("%s was %d, is now %d", Setting.CHUNKS, chunks(), chunks.getAsInt()));
    }
    if (!differences.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "Cannot resume %s with other settings: %s", output, Wording.join("; ", differences)));
    }
  }
}
