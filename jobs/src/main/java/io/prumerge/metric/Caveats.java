package io.prumerge.metric;

import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.tally.ScoreKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Warnings about figures. */
public final class Caveats {

  /** A warning about some results on a benchmark. */
  private record Caveat(String benchmark, String split, String problem) {}

  /** With fewer answers, a share of undecided ones tells little. */
  private static final int FEWEST_ANSWERS = 10;

  /** Answers of which more than one undecided is much. */
  private static final int MANY = 10;

  private Caveats() {}

  /**
   * Returns one message per benchmark and problem, for results that are over a subset or lack
   * groups; with the methods, unless all of the benchmark's have it.
   */
  public static List<String> of(List<MethodResult> results) {
    return of(results, Caveats::problems, ScoreKey::method, "");
  }

  /**
   * Returns one message per benchmark and what its files have that is not in the figures; with the
   * runs, unless all of the benchmark's say it.
   *
   * @param runs names the run of a result
   */
  public static List<String> ofFiles(List<MethodResult> results, Function<ScoreKey, String> runs) {
    return of(results, MethodResult::ofFiles, runs, "of ");
  }

  private static List<String> of(
      List<MethodResult> results,
      Function<MethodResult, List<String>> problems,
      Function<ScoreKey, String> whose,
      String before) {
    Map<Caveat, Set<String>> caveats = new LinkedHashMap<>();
    Map<List<String>, Set<String>> all = new LinkedHashMap<>();
    for (MethodResult result : results) {
      ScoreKey key = result.key();
      all.computeIfAbsent(List.of(key.benchmark(), key.split()), place -> new LinkedHashSet<>())
          .add(whose.apply(key));
      for (String problem : problems.apply(result)) {
        caveats
            .computeIfAbsent(
                new Caveat(key.benchmark(), key.split(), problem), caveat -> new LinkedHashSet<>())
            .add(whose.apply(key));
      }
    }
    List<String> messages = new ArrayList<>();
    caveats.forEach(
        (caveat, some) ->
            messages.add(
                Text.format(
                    "%s/%s%s: %s",
                    caveat.benchmark(),
                    caveat.split(),
                    some.equals(all.get(List.of(caveat.benchmark(), caveat.split())))
                        ? ""
                        : " " + before + String.join(", ", some),
                    caveat.problem())));
    return messages;
  }

  /**
   * Returns a message per pair of methods and benchmark where the two answered different questions;
   * over all benchmarks for a pair of which only the retention is compared.
   */
  public static List<String> ofContrasts(List<ContrastResult> contrasts) {
    Map<String, List<ContrastResult>> pairs = new LinkedHashMap<>();
    contrasts.forEach(
        one ->
            pairs
                .computeIfAbsent(one.a() + " minus " + one.b(), absent -> new ArrayList<>())
                .add(one));
    List<String> messages = new ArrayList<>();
    pairs.forEach(
        (pair, rows) -> {
          boolean perBenchmark = rows.stream().anyMatch(one -> !one.isRetention());
          rows.stream()
              .filter(one -> !perBenchmark || !one.isRetention())
              .filter(one -> one.caveat().isPresent())
              .forEach(
                  one ->
                      messages.add(
                          Text.format(
                              "%s on %s: %s",
                              pair,
                              one.isRetention()
                                  ? "all benchmarks"
                                  : one.benchmark() + "/" + one.split(),
                              one.caveat().orElseThrow())));
        });
    return messages;
  }

  /**
   * Names the parser of the benchmark's own profile where it leaves many answers undecided; without
   * their number, so that methods share a message.
   */
  private static Optional<String> undecided(MethodResult result) {
    QuestionCounts counts = result.counts();
    long answers = counts.n() - counts.errors();
    boolean many = answers >= FEWEST_ANSWERS && MANY * counts.unparsed() > answers;
    return result.isOwnProfile() && many
        ? result.metrics().stream()
            .flatMap(metric -> metric.parser().stream())
            .findFirst()
            .map(
                parser ->
                    Text.format(
                        "over a tenth of the answers are undecided for the parser %s (n_unparsed);"
                            + " look at some: raise %s where they are cut, as within"
                            + " a thought (finish_reason length), else ask for shorter answers or"
                            + " name another parser",
                        parser, Setting.MAX_NEW_TOKENS.flag()))
        : Optional.empty();
  }

  private static List<String> problems(MethodResult result) {
    List<String> problems = new ArrayList<>();
    QuestionCounts counts = result.counts();
    if (counts.missing() > 0) {
      problems.add(
          Text.format(
              "%s no answer, so these figures are over a subset",
              Texts.part(
                  counts.missing(), counts.n() + counts.missing(), "question", "has", "have")));
    }
    undecided(result).ifPresent(problems::add);
    problems.addAll(result.gaps());
    return problems;
  }
}
