package io.prumerge.report;

import io.prumerge.console.Texts;
import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.published.PublishedFigure;
import io.prumerge.published.PublishedNames;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.VisualTokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the figures of a report that published ones are about. */
final class PublishedMatches {

  /** Figures of all questions, not of one category. */
  private static final String ALL = "all";

  private static final String ANSWERED_ONLY = "_answered_only";

  /** Papers round numbers of tokens. */
  private static final double TOKENS_APART = 0.01;

  /** Words may have names of any length from a file. */
  private static final int LONGEST = 200;

  private static final String UNKNOWN = "unknown";

  private final List<Own> all;
  private final Map<String, RunAsking> askings;

  /**
   * A figure of the report.
   *
   * @param tokens visual tokens of its questions, if they were counted
   */
  private record Own(MethodResult result, Metric metric, Optional<VisualTokens> tokens) {

    ScoreKey key() {
      return metric.key();
    }

    /** Returns whether a printed number of tokens is this method's: asked for, or measured. */
    boolean has(double printed) {
      return Stream.concat(
              NominalBudget.of(key().method()).tokens().stream().asDoubleStream().boxed(),
              tokens.stream()
                  .flatMap(own -> Stream.of(own.after(), own.layerMean()))
                  .flatMap(one -> one.stream().boxed()))
          .anyMatch(own -> Math.abs(own - printed) <= TOKENS_APART * printed);
    }
  }

  /**
   * @param askings how each run was asked, by its id
   */
  PublishedMatches(
      List<MethodResult> results, List<EfficiencyRow> efficiency, Map<String, RunAsking> askings) {
    this.askings = askings;
    all = new ArrayList<>();
    for (MethodResult result : results) {
      Optional<VisualTokens> tokens =
          efficiency.stream()
              .filter(row -> MethodKey.of(row).equals(MethodKey.of(result.key())))
              .filter(row -> row.benchmark().equals(result.key().benchmark()))
              .filter(row -> row.split().equals(result.key().split()))
              .findFirst()
              .map(EfficiencyRow::visualTokens);
      result.metrics().stream()
          .filter(metric -> metric.category().equals(ALL))
          .filter(metric -> !metric.name().endsWith(ANSWERED_ONLY)) // nobody prints them
          .forEach(metric -> all.add(new Own(result, metric, tokens)));
    }
  }

  /**
   * Returns the report's figures that a published one is beside.
   *
   * @param misses takes what no figure of the report agrees with, if there is none
   */
  List<BesidePublished> of(PublishedFigure figure, PublishedMisses misses) {
    List<Own> left = all;
    for (PublishedTrait trait : PublishedTrait.values()) {
      List<Own> before = left;
      left = trait == PublishedTrait.METHOD ? ofMethod(figure, left) : of(trait, figure, left);
      if (left.isEmpty()) {
        misses.add(trait, figure, before.stream().map(own -> trait.of(own.metric())).toList());
        return List.of();
      }
    }
    Map<ScoreKey, List<Own>> profiles = new LinkedHashMap<>();
    for (Own own : left) {
      ScoreKey key = own.key();
      profiles
          .computeIfAbsent(
              new ScoreKey(
                  key.runId(), key.model(), key.benchmark(), key.split(), key.method(), ""),
              absent -> new ArrayList<>())
          .add(own);
    }
    return profiles.values().stream().map(own -> beside(scoredAs(figure, own), figure)).toList();
  }

  private List<Own> of(PublishedTrait trait, PublishedFigure figure, List<Own> some) {
    if (trait == PublishedTrait.MODEL) {
      return some.stream().filter(own -> isModel(figure.model(), own.key())).toList();
    }
    Optional<String> there = trait.of(figure);
    if (there.isEmpty()) {
      return some;
    }
    Set<String> here = // a report has many figures and few names
        some.stream()
            .map(own -> trait.of(own.metric()))
            .distinct()
            .filter(name -> PublishedNames.areEqual(name, there.get()))
            .collect(Collectors.toSet());
    return some.stream().filter(own -> here.contains(trait.of(own.metric()))).toList();
  }

  private boolean isModel(String name, ScoreKey key) {
    RunAsking asking = askings.get(key.runId());
    return PublishedNames.areOneModel(name, key.model())
        || asking
            .shape()
            .filter(shape -> PublishedNames.isOfDimensions(name, shape, asking.tiled()))
            .isPresent();
  }

  /** Returns the figures of the same method or, if there is none, of its name with its tokens. */
  private static List<Own> ofMethod(PublishedFigure figure, List<Own> some) {
    Predicate<String> same = same(figure.method());
    List<Own> exact = some.stream().filter(own -> same.test(own.key().method())).toList();
    return !exact.isEmpty() || figure.tokens().isEmpty()
        ? exact
        : some.stream()
            .filter(own -> name(own.key().method()).equalsIgnoreCase(name(figure.method())))
            .filter(own -> own.has(figure.tokens().getAsDouble()))
            .toList();
  }

  private static Predicate<String> same(String printed) {
    if (PublishedNames.isUnreduced(printed)) {
      return MethodSpec.NONE.toString()::equals;
    }
    Optional<String> canonical = canonical(printed);
    return method ->
        method.equals(printed)
            || ScriptSpecs.shown(method).equals(printed)
            || canonical.filter(method::equals).isPresent();
  }

  /** Returns a method as reports spell it; no script, whose file would be read. */
  private static Optional<String> canonical(String printed) {
    try {
      MethodSpec spec = MethodSpec.read(printed.toLowerCase(Locale.ROOT));
      return spec.methods().stream().anyMatch(ScriptSpecs::isScript)
          ? Optional.empty()
          : Optional.of(MethodSpec.canonical(spec).toString());
    } catch (IllegalArgumentException e) { // a paper's own name of a method
      return Optional.empty();
    }
  }

  private static String name(String method) {
    return method.replaceFirst(":.*", "");
  }

  /** Returns the figure of the profile that was printed or, without it, of the benchmark's own. */
  private static Own scoredAs(PublishedFigure figure, List<Own> profiles) {
    return profiles.stream()
        .filter(own -> isScoredAs(figure, own))
        .findFirst()
        .or(() -> profiles.stream().filter(own -> own.result().isOwnProfile()).findFirst())
        .orElse(profiles.get(0));
  }

  private static boolean isScoredAs(PublishedFigure figure, Own own) {
    return figure
        .profile()
        .filter(profile -> PublishedNames.areEqual(profile, own.key().profile()))
        .isPresent();
  }

  private BesidePublished beside(Own own, PublishedFigure figure) {
    OptionalDouble value = own.metric().value();
    boolean isShare =
        value.isPresent() && figure.score() > 0 && figure.score() <= 1 && value.getAsDouble() > 1;
    Optional<String> prompts =
        Optional.ofNullable(
            askings
                .get(own.key().runId())
                .prompts()
                .get(own.key().benchmark() + "/" + own.key().split()));
    List<String> unlike = new ArrayList<>();
    if (figure.split().isEmpty()) {
      unlike.add("split unknown there, so no difference");
    }
    if (isShare) {
      unlike.add("seems to be a share there, is percent here, so no difference");
    }
    unlike.addAll(ofModel(own, figure));
    unlike.addAll(ofMethod(own, figure));
    compare("prompts", figure.prompts(), prompts).ifPresent(unlike::add);
    compare("scoring", figure.profile(), Optional.of(own.key().profile())).ifPresent(unlike::add);
    unlike.addAll(ofQuestions(own));
    return new BesidePublished(
        own.key(),
        own.metric().name(),
        prompts,
        value,
        own.metric().interval(),
        own.metric().counts().n(),
        own.tokens().map(VisualTokens::after).orElse(OptionalDouble.empty()),
        new BesidePublished.Printed(
            figure.method(),
            figure.model(),
            figure.prompts(),
            figure.profile(),
            figure.tokens(),
            figure.score(),
            figure.place(),
            figure.source(),
            figure.remark()),
        value.isEmpty() || figure.split().isEmpty() || isShare
            ? OptionalDouble.empty()
            : OptionalDouble.of(value.getAsDouble() - figure.score()),
        unlike.stream().map(one -> Texts.inLine(one, LONGEST)).toList());
  }

  private List<String> ofModel(Own own, PublishedFigure figure) {
    RunAsking asking = askings.get(own.key().runId());
    List<String> unlike = new ArrayList<>();
    if (!PublishedNames.areOneModel(figure.model(), own.key().model())) {
      unlike.add(
          String.format(Locale.ROOT, "model %s there, of the same dimensions", figure.model()));
    } else if (asking
        .shape()
        .filter(shape -> PublishedNames.isOfOtherDimensions(figure.model(), shape, asking.tiled()))
        .isPresent()) {
      unlike.add("model of other dimensions here than " + figure.model());
    }
    return unlike;
  }

  private static List<String> ofMethod(Own own, PublishedFigure figure) {
    List<String> unlike = new ArrayList<>();
    if (!same(figure.method()).test(own.key().method())) {
      unlike.add(String.format(Locale.ROOT, "method %s there", figure.method()));
    }
    OptionalDouble here = own.tokens().map(VisualTokens::after).orElse(OptionalDouble.empty());
    if (figure.tokens().isPresent()
        && here.isPresent()
        && !own.has(figure.tokens().getAsDouble())) {
      unlike.add(
          String.format(
              Locale.ROOT,
              "visual tokens %.0f there, %.0f here",
              figure.tokens().getAsDouble(),
              here.getAsDouble()));
    }
    return unlike;
  }

  private static Optional<String> compare(
      String what, Optional<String> there, Optional<String> here) {
    if (there.isEmpty() && here.isEmpty()) {
      return Optional.of(what + " " + UNKNOWN);
    }
    return there.isPresent() && here.isPresent() && PublishedNames.areEqual(there.get(), here.get())
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s %s there, %s here",
                what,
                there.orElse(UNKNOWN),
                here.orElse(UNKNOWN)));
  }

  private List<String> ofQuestions(Own own) {
    RunAsking asking = askings.get(own.key().runId());
    List<String> unlike = new ArrayList<>();
    if (asking.limit() > 0) {
      unlike.add(
          String.format(Locale.ROOT, "questions limited here: %,d", own.metric().counts().n()));
    }
    own.metric().caveat().ifPresent(unlike::add);
    if (own.metric().counts().errors() > 0) {
      unlike.add(
          String.format(
              Locale.ROOT, "errors counted as wrong here: %,d", own.metric().counts().errors()));
    }
    if (asking.byLetters()) {
      unlike.add("answered by the letters' logits here");
    }
    return unlike;
  }
}
