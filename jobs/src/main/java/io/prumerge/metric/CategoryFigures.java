package io.prumerge.metric;

import io.prumerge.benchmark.BenchmarkQuestion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Chooses the figure by which the categories of a result are compared. */
final class CategoryFigures {

  /** Figures that stand for a headline which has no value for a single category. */
  private static final List<String> STAND_INS = List.of("score", "accuracy");

  private CategoryFigures() {}

  /**
   * Returns a result with these figures in their family; the result itself if it has no category,
   * one category only, or no headline.
   */
  static MethodResult marked(MethodResult result) {
    Optional<String> name = result.isOwnProfile() ? name(result) : Optional.empty();
    return name.isEmpty()
        ? result
        : result.withMetrics(
            result.metrics().stream()
                .map(
                    one ->
                        isOfCategory(one) && one.name().equals(name.get())
                            ? one.asOfCategory()
                            : one)
                .toList());
  }

  private static Optional<String> name(MethodResult result) {
    List<Metric> all = result.metrics().stream().filter(CategoryFigures::isOfCategory).toList();
    Set<String> names =
        all.stream().map(Metric::name).collect(Collectors.toCollection(TreeSet::new));
    if (all.stream().map(Metric::category).distinct().count() < 2) {
      return Optional.empty();
    }
    return result.metrics().stream()
        .filter(Metric::headline)
        .map(Metric::name)
        .filter(names::contains)
        .findFirst()
        .or(() -> STAND_INS.stream().filter(names::contains).findFirst())
        .or(() -> names.stream().findFirst());
  }

  private static boolean isOfCategory(Metric metric) {
    return !metric.category().equals(BenchmarkQuestion.ALL_CATEGORIES);
  }
}
