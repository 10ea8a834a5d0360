package io.prumerge.metric;

import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Computes metrics literally by their definitions, from one list of questions. */
final class SlowMetrics {

  /** NaN score = missing; an error has score 0. */
  record Question(
      String image,
      Set<String> groups,
      String unit,
      double score,
      boolean failed,
      String said,
      String label) {

    /** How far its box overlaps, which need not follow the score; 0 for an error. */
    double iou() {
      return failed ? 0 : 0.2 + 0.7 * score * score;
    }

    String answer() {
      if (!failed) {
        return said;
      }
      return label.equals("yes") ? "no" : "yes";
    }
  }

  /** A statistic of some of the questions. */
  private interface Measure {
    double of(Statistic statistic, List<Question> some);
  }

  /** The score of a guess for every question. */
  static final double GUESS = 0.25;

  private static final double STEP = 1e-5;

  private final List<Question> questions;
  private final Map<String, Double> weights;

  /**
   * @param weights weight by image; 1 for missing ones
   */
  private SlowMetrics(List<Question> questions, Map<String, Double> weights) {
    this.questions = questions;
    this.weights = weights;
  }

  static SlowMetrics of(List<Question> questions) {
    return new SlowMetrics(questions, Map.of());
  }

  /** Returns the questions with other weights of their images. */
  SlowMetrics weighted(Map<String, Double> others) {
    return new SlowMetrics(questions, others);
  }

  /**
   * Returns the images that have a scored question in one of the groups; without groups, any scored
   * question.
   */
  Set<String> images(Set<String> scope) {
    return in(scope).stream()
        .filter(SlowMetrics::scored)
        .map(Question::image)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the figure over all; NaN if undefined. */
  double overall(MetricRule rule) {
    return overall(rule, this::statistic);
  }

  /** Returns the figure over all for guesses, or for answering yes to everything. */
  double chance(MetricRule rule) {
    return overall(rule, this::blind);
  }

  private double overall(MetricRule rule, Measure measure) {
    Set<String> named = rule.groups();
    Set<String> groups = named.isEmpty() ? all() : named;
    if (rule.pooling() == Pooling.QUESTIONS) {
      boolean lacking =
          named.stream()
              .anyMatch(group -> in(Set.of(group)).stream().noneMatch(SlowMetrics::scored));
      return lacking ? Double.NaN : whole(measure, rule.statistic(), in(named));
    }
    List<Double> values = new ArrayList<>();
    for (String group : groups) {
      boolean answered = in(Set.of(group)).stream().anyMatch(SlowMetrics::scored);
      boolean skipped = !answered && (rule.pooling() == Pooling.SUM_OF_GROUPS || named.isEmpty());
      if (!skipped) {
        values.add(whole(measure, rule.statistic(), in(Set.of(group))));
      }
    }
    double sum = values.stream().mapToDouble(Double::doubleValue).sum();
    return values.isEmpty()
        ? Double.NaN
        : rule.pooling() == Pooling.SUM_OF_GROUPS ? sum : sum / values.size();
  }

  double group(MetricRule rule, String group) {
    return whole(this::statistic, rule.statistic(), in(Set.of(group)));
  }

  /** Returns the standard error by numeric differentiation over images. */
  double standardError(ToDoubleFunction<SlowMetrics> figure, Set<String> scope) {
    return standardError(images(scope), weights -> figure.applyAsDouble(weighted(weights)));
  }

  /**
   * Returns the standard error of any function of the images' weights; NaN if it has no value
   * without one of the images, because a share of it is about that image alone.
   *
   * @param figure a function of weights by image; 1 for missing ones
   */
  static double standardError(Set<String> images, ToDoubleFunction<Map<String, Double>> figure) {
    double squares = 0;
    for (String image : images) {
      if (Double.isNaN(figure.applyAsDouble(Map.of(image, 0.0)))) {
        return Double.NaN;
      }
      double up = figure.applyAsDouble(Map.of(image, 1 + STEP));
      double down = figure.applyAsDouble(Map.of(image, 1 - STEP));
      squares += Math.pow((up - down) / (2 * STEP), 2);
    }
    return Math.sqrt(squares * images.size() / (images.size() - 1.0));
  }

  private Set<String> all() {
    return questions.stream()
        .flatMap(question -> question.groups().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Question> in(Set<String> groups) {
    return questions.stream()
        .filter(
            question -> groups.isEmpty() || groups.stream().anyMatch(question.groups()::contains))
        .toList();
  }

  private static boolean scored(Question question) {
    return !Double.isNaN(question.score());
  }

  private double weight(List<Question> some, Predicate<Question> condition) {
    return some.stream()
        .filter(SlowMetrics::scored)
        .filter(condition)
        .mapToDouble(question -> weights.getOrDefault(question.image(), 1.0))
        .sum();
  }

  private double statistic(Statistic statistic, List<Question> some) {
    double n = weight(some, question -> true);
    double yes = weight(some, question -> question.answer().equals("yes"));
    double hit = weight(some, question -> says(question, "yes", "yes"));
    double wrong = weight(some, question -> says(question, "yes", "no"));
    double overlooked = weight(some, question -> says(question, "no", "yes"));
    return switch (statistic) {
      case MEAN -> sum(some, Question::score) / n;
      case MEAN_IOU -> sum(some, Question::iou) / n;
      case UNITS -> units(some);
      case POINTS -> statistic(Statistic.MEAN, some) + units(some);
      case F1 -> 2 * hit / (2 * hit + wrong + overlooked);
      case PRECISION -> hit / (hit + wrong);
      case RECALL -> hit / (hit + overlooked);
      case YES_RATIO -> yes / n;
      default -> throw new IllegalArgumentException("Not among these questions: " + statistic);
    };
  }

  /** The probability that a guess is right; answering yes to everything has a recall of 1. */
  private double blind(Statistic statistic, List<Question> some) {
    double yes = weight(some, question -> question.label().equals("yes"));
    double no = weight(some, question -> question.label().equals("no"));
    return switch (statistic) {
      case MEAN -> some.stream().anyMatch(SlowMetrics::scored) ? GUESS : Double.NaN;
      case UNITS -> guessedUnits(some);
      case POINTS -> blind(Statistic.MEAN, some) + guessedUnits(some);
      case F1 -> 2 * yes / (2 * yes + no);
      case PRECISION -> yes / (yes + no);
      case RECALL -> yes / yes;
      default -> Double.NaN;
    };
  }

  private double sum(List<Question> some, ToDoubleFunction<Question> value) {
    return some.stream()
        .filter(SlowMetrics::scored)
        .mapToDouble(
            question -> value.applyAsDouble(question) * weights.getOrDefault(question.image(), 1.0))
        .sum();
  }

  private static double guessedUnits(List<Question> some) {
    return some.stream()
        .filter(question -> !question.unit().isEmpty())
        .collect(Collectors.groupingBy(question -> List.of(question.image(), question.unit())))
        .values()
        .stream()
        .filter(members -> members.stream().anyMatch(SlowMetrics::scored))
        .mapToDouble(members -> Math.pow(GUESS, members.size()))
        .average()
        .orElse(Double.NaN);
  }

  /** Returns no value if units lack some of their answers. */
  private double whole(Measure measure, Statistic statistic, List<Question> some) {
    boolean partial =
        statistic == Statistic.UNITS
            && some.stream()
                .filter(question -> !question.unit().isEmpty())
                .collect(
                    Collectors.groupingBy(question -> List.of(question.image(), question.unit())))
                .values()
                .stream()
                .anyMatch(
                    unit ->
                        unit.stream().anyMatch(SlowMetrics::scored)
                            && !unit.stream().allMatch(SlowMetrics::scored));
    return partial ? Double.NaN : measure.of(statistic, some);
  }

  private static boolean says(Question question, String said, String label) {
    return question.answer().equals(said) && question.label().equals(label);
  }

  private double units(List<Question> some) {
    double all = 0;
    double right = 0;
    Map<List<String>, List<Question>> units =
        some.stream()
            .filter(question -> !question.unit().isEmpty())
            .collect(Collectors.groupingBy(question -> List.of(question.image(), question.unit())));
    for (Map.Entry<List<String>, List<Question>> unit : units.entrySet()) {
      double weight = weights.getOrDefault(unit.getKey().get(0), 1.0);
      if (unit.getValue().stream().anyMatch(SlowMetrics::scored)) {
        all += weight;
        right += unit.getValue().stream().allMatch(member -> member.score() == 1) ? weight : 0;
      }
    }
    return right / all;
  }
}
