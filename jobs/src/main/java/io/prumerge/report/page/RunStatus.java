package io.prumerge.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.Metric;
import io.prumerge.report.RunAnswers;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.RunRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was asked, and what came of it: what a reader has to know before any figure. */
final class RunStatus {

  /** In percent: less would be written as none. */
  private static final double LEAST_SHOWN = 0.1;

  private final ReportRows rows;
  private final ReportMethods lineup;
  private final Optional<String> progress;

  /**
   * @param progress how far unfinished runs are; empty if all are finished
   */
  RunStatus(ReportRows rows, ReportMethods lineup, Optional<String> progress) {
    this.rows = rows;
    this.lineup = lineup;
    this.progress = progress;
  }

  List<PageFact> facts() {
    List<PageFact> facts = new ArrayList<>();
    facts.add(PageFact.of("questions asked", questions()));
    facts.add(PageFact.of("answered", Text.format("%,d of %,d", answers() - errors(), answers())));
    facts.add(new PageFact("errors", share(errors()), isDoubtful()));
    facts.add(PageFact.of("undecided", share(undecided())));
    if (progress.isPresent()) {
      facts.add(new PageFact("unfinished", progress.get(), true));
    } else {
      facts.add(PageFact.of("start to end", took()));
      facts.add(PageFact.of("finished", end()));
    }
    facts.add(
        PageFact.of(
            "benchmarks",
            Long.toString(rows.efficiency().stream().map(RunStatus::place).distinct().count())));
    facts.add(PageFact.of("methods", methods()));
    facts.add(PageFact.of("baseline", rows.baseline()));
    String protocols =
        rows.runs().stream()
            .map(Examples::protocol)
            .filter(protocol -> !protocol.isEmpty())
            .distinct()
            .collect(Collectors.joining(", "));
    if (!protocols.isEmpty()) {
      facts.add(PageFact.of("frames", protocols));
    }
    return facts;
  }

  /** Returns why the figures are doubtful as a whole. */
  List<String> doubts() {
    List<String> doubts = new ArrayList<>();
    if (isDoubtful()) {
      doubts.add(
          Text.format(
              "%s; errors count as wrong, so the figures tell of them, too",
              Texts.part(errors(), answers(), "answer", "is an error", "are errors")));
    }
    for (RunRow run : rows.runs()) {
      JsonNode manifest = Examples.manifest(run);
      if (manifest.has("answers")) { // of files
        manifest.path("doubts").forEach(doubt -> doubts.add(doubt.asText()));
      }
    }
    return doubts;
  }

  private boolean isDoubtful() {
    return rows.runs().stream().anyMatch(run -> run.nErrors() > mostErrors(run) * run.nRows());
  }

  /** Returns the largest share of errors with which a run does not fail. */
  private static double mostErrors(RunRow run) {
    return Examples.manifest(run).path("max_error_rate").path(0).asDouble(RunAnswers.MOST_ERRORS);
  }

  private long answers() {
    return rows.runs().stream().mapToLong(RunRow::nRows).sum();
  }

  /** Returns the number of answers that are errors. */
  long errors() {
    return rows.runs().stream().mapToLong(RunRow::nErrors).sum();
  }

  private long undecided() {
    return rows.metrics().stream()
        .filter(Metric::headline)
        .mapToLong(row -> row.counts().unparsed())
        .sum();
  }

  private String share(long some) {
    double percent = 100.0 * some / Math.max(1, answers());
    return some == 0
        ? "0"
        : percent < LEAST_SHOWN
            ? Text.format("%,d (< %.1f %%)", some, LEAST_SHOWN)
            : Text.format("%,d (%.1f %%)", some, percent);
  }

  /** Returns the number of questions; at least so many where methods or runs were asked others. */
  private String questions() {
    Map<String, List<Long>> asked =
        rows.efficiency().stream()
            .collect(
                Collectors.groupingBy(
                    RunStatus::place, Collectors.mapping(EfficiencyRow::n, Collectors.toList())));
    boolean same = asked.values().stream().allMatch(one -> one.stream().distinct().count() == 1);
    long most =
        asked.values().stream()
            .mapToLong(one -> one.stream().mapToLong(Long::longValue).max().orElse(0))
            .sum();
    return Text.format(same ? "%,d" : "at least %,d", most);
  }

  /** Returns how many methods were asked; one that two runs asked counts for each of them. */
  private String methods() {
    int all = lineup.all().size();
    return lineup.several()
        ? Text.format(
            "%,d in %s",
            all, Texts.count(lineup.all().stream().map(MethodRun::runId).distinct().count(), "run"))
        : Text.format("%,d", all);
  }

  private static String place(EfficiencyRow row) {
    return ReportRows.split(row.benchmark(), row.split());
  }

  /** Returns how long the runs took, pauses included; what ran at the same time counts once. */
  private String took() {
    Duration took = Duration.ZERO;
    Instant until = Instant.MIN;
    for (RunRow run :
        rows.runs().stream().sorted(Comparator.comparing(RunRow::startedAt)).toList()) {
      Instant from = run.startedAt().isAfter(until) ? run.startedAt() : until;
      if (run.endedAt().isAfter(from)) {
        took = took.plus(Duration.between(from, run.endedAt()));
        until = run.endedAt();
      }
    }
    if (took.toHours() > 0) {
      return Text.format("%,d h %d min", took.toHours(), took.toMinutesPart());
    }
    return took.toMinutes() > 0
        ? Text.format("%d min %d s", took.toMinutes(), took.toSecondsPart())
        : Text.format("%d s", took.toSeconds());
  }

  private String end() {
    return rows.runs().stream()
        .map(RunRow::endedAt)
        .max(Comparator.naturalOrder())
        .map(end -> end.toString().substring(0, 16).replace('T', ' ') + " UTC")
        .orElse(Values.ABSENT);
  }
}
