package io.prumerge.load;

import static java.util.stream.Collectors.joining;

import io.prumerge.console.Versions;
import io.prumerge.load.figure.GoodputLimits;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.load.generate.LoadShare;
import io.prumerge.load.server.ChosenQuestions;
import io.prumerge.plan.PlanContents;
import io.prumerge.settings.NamedModel;
import io.prumerge.spark.HostName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What a load test is of, as {@code load.json} has it.
 *
 * @param runId in the column {@code run_id}
 * @param asked what must be the same when it is resumed, and in the parts of one load
 * @param share this process's part
 * @param host that sends the requests
 * @param processors that it may use
 */
public record LoadManifest(
    String runId,
    Asked asked,
    String share,
    String startedAt,
    String codeVersion,
    String codeCommit,
    String java,
    String host,
    int processors) {

  /**
   * The questions and loads of a test.
   *
   * @param examplesSha256 as of a run
   * @param promptsSha256 as of a run
   * @param points the names of the asked ones
   * @param sweepRates 0 without a sweep
   * @param limit 0 without one
   * @param maxNewTokens 0: as the examples say
   */
  public record Asked(
      List<NamedModel> servers,
      String examplesSha256,
      String promptsSha256,
      String questionsPerPicture,
      int limit,
      int maxNewTokens,
      long seed,
      List<String> points,
      int sweepRates,
      double burstiness,
      int repeats,
      double warmup,
      double cooldown,
      double drainSeconds,
      String goodput) {

    public Asked {
      servers = List.copyOf(servers);
      points = List.copyOf(points);
    }
  }

  static LoadManifest of(LoadOptions options, PlanContents contents) {
    ChosenQuestions questions = options.questions();
    LoadOptions.AskedLoads loads = options.loads();
    return new LoadManifest(
        UUID.randomUUID().toString(),
        new Asked(
            options.servers(),
            contents.examplesSha256(),
            contents.promptsSha256(),
            questions.perPicture().name().toLowerCase(Locale.ROOT),
            questions.limit().orElse(0),
            questions.maxNewTokens().orElse(0),
            questions.seed(),
            loads.patterns().stream().map(LoadPattern::name).toList(),
            loads.sweepRates().orElse(0),
            loads.burstiness(),
            loads.repeats(),
            loads.phases().warmUp(),
            loads.phases().coolDown(),
            loads.drainSeconds(),
            options.limits().map(GoodputLimits::toString).orElse("")),
        questions.share().toString(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Versions.project(),
        Versions.commit().orElse(""),
        System.getProperty("java.version"),
        HostName.ofThisHost(),
        Runtime.getRuntime().availableProcessors());
  }

  /** Returns the limits that goodput is counted by. */
  Optional<GoodputLimits> limits() {
    return asked.goodput().isEmpty()
        ? Optional.empty()
        : Optional.of(GoodputLimits.parse(List.of(asked.goodput().split(" "))));
  }

  /** Returns the manifest of all parts of one load. */
  LoadManifest together(List<LoadManifest> parts) {
    return new LoadManifest(
        parts.stream().map(LoadManifest::runId).collect(joining(" ")),
        asked,
        LoadShare.WHOLE.toString(),
        startedAt,
        codeVersion,
        codeCommit,
        java,
        parts.stream().map(LoadManifest::host).distinct().collect(joining(" ")),
        processors);
  }

  /** Returns whether another test asks the same. */
  boolean asksTheSame(LoadManifest other) {
    return asked.equals(other.asked) && share.equals(other.share);
  }
}
