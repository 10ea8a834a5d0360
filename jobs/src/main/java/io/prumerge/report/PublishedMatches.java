package io.prumerge.report;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
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
      left =
          switch (trait) {
            case MODEL -> ofModel(figure, left);
            case METHOD -> ofMethod(figure, left);
            default -> named(trait, figure, left);
          };
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

  /** Returns the figures of the one name that is meant; none if it may be several. */
  private static List<Own> named(PublishedTrait trait, PublishedFigure figure, List<Own> some) {
    Optional<String> there = trait.of(figure);
    if (there.isEmpty()) {
      return some;
    }
    List<String> here = PublishedNames.meant(there.get(), names(trait, some));
    return here.size() == 1
        ? some.stream().filter(own -> trait.of(own.metric()).equals(here.get(0))).toList()
        : List.of();
  }

  // A report has many figures and few names.
  private static Set<String> names(PublishedTrait trait, List<Own> some) {
    return some.stream().map(own -> trait.of(own.metric())).collect(Collectors.toSet());
  }

  /** Returns the figures of the same model or, if there is none, of models of its dimensions. */
  private List<Own> ofModel(PublishedFigure figure, List<Own> some) {
    List<String> same =
        PublishedNames.meantModels(figure.model(), names(PublishedTrait.MODEL, some));
    return same.isEmpty()
        ? some.stream().filter(own -> isOfDimensions(figure.model(), own.key())).toList()
        : some.stream().filter(own -> same.contains(own.key().model())).toList();
  }

  private boolean isOfDimensions(String name, ScoreKey key) {
    RunAsking asking = askings.get(key.runId());
    return asking
        .shape()
        .filter(shape -> PublishedNames.isOfDimensions(name, shape, asking.tiled()))
        .isPresent();
  }

  /**
   * Returns the figures of the same method or, if there is none, of its name with its tokens: of
   * those that are the same but for the key of their tokens, else of all.
   */
  private static List<Own> ofMethod(PublishedFigure figure, List<Own> some) {
    List<Own> exact = ofMethod(figure.method(), some);
    if (!exact.isEmpty() || figure.tokens().isEmpty()) {
      return exact;
    }
    List<Own> called =
        some.stream()
            .filter(own -> PublishedNames.areEqual(name(own.key().method()), name(figure.method())))
            .filter(own -> own.has(figure.tokens().getAsDouble()))
            .toList();
    List<String> same =
        PublishedNames.meant(
            withoutTokens(figure.method()),
            called.stream().map(own -> withoutTokens(own.key().method())).toList());
    return same.isEmpty()
        ? called
        : called.stream().filter(own -> same.contains(withoutTokens(own.key().method()))).toList();
  }

  /** Returns the figures of a method by the first of its spellings that the report has. */
  private static List<Own> ofMethod(String printed, List<Own> some) {
    return spellings(printed).stream()
        .map(same -> some.stream().filter(own -> same.test(own.key().method())).toList())
        .filter(own -> !own.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** Returns what tells a method that is printed so, the surest first. */
  private static List<Predicate<String>> spellings(String printed) {
    Optional<String> canonical =
        PublishedNames.isUnreduced(printed)
            ? Optional.of(MethodSpec.NONE.toString())
            : canonical(printed);
    return List.of(
        printed::equals,
        method -> ScriptSpecs.shown(method).equals(printed),
        method -> canonical.filter(method::equals).isPresent());
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

  private static String withoutTokens(String method) {
    try {
      return MethodSpec.read(method).without("tokens").toString();
    } catch (IllegalArgumentException e) { // a paper's own name of a method
      return method;
    }
  }

  private static String name(String method) {
    return method.replaceFirst(":.*", "");
  }

  /** Returns the figure of the profile that was printed or, without it, of the benchmark's own. */
  private static Own scoredAs(PublishedFigure figure, List<Own> profiles) {
    List<String> meant =
        figure.profile().stream()
            .flatMap(
                printed ->
                    PublishedNames.meant(
                        printed, profiles.stream().map(own -> own.key().profile()).toList())
                        .stream())
            .toList();
    return profiles.stream()
        .filter(own -> meant.equals(List.of(own.key().profile())))
        .findFirst()
        .or(() -> profiles.stream().filter(own -> own.result().isOwnProfile()).findFirst())
        .orElse(profiles.get(0));
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
      unlike.add(Text.format("model %s there, of the same dimensions", figure.model()));
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
    if (spellings(figure.method()).stream().noneMatch(same -> same.test(own.key().method()))) {
      unlike.add(Text.format("method %s there", figure.method()));
    }
    OptionalDouble here = own.tokens().map(VisualTokens::after).orElse(OptionalDouble.empty());
    if (figure.tokens().isPresent()
        && here.isPresent()
        && !own.has(figure.tokens().getAsDouble())) {
      unlike.add(
          Text.format(
              "visual tokens %.0f there, %.0f here",
              figure.tokens().getAsDouble(), here.getAsDouble()));
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
            Text.format("%s %s there, %s here", what, there.orElse(UNKNOWN), here.orElse(UNKNOWN)));
  }

  private List<String> ofQuestions(Own own) {
    RunAsking asking = askings.get(own.key().runId());
    List<String> unlike = new ArrayList<>();
    if (asking.limit() > 0) {
      unlike.add(Text.format("questions limited here: %,d", own.metric().counts().n()));
    }
    own.metric().caveat().ifPresent(unlike::add);
    if (own.metric().counts().errors() > 0) {
      unlike.add(Text.format("errors counted as wrong here: %,d", own.metric().counts().errors()));
    }
    if (asking.byLetters()) {
      unlike.add("answered by the letters' logits here");
    }
    return unlike;
  }
}
