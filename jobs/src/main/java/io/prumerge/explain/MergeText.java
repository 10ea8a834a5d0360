package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.reduction.Merge;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Describes merges in words. */
final class MergeText {

  private static final int DIGITS = 2;

  private MergeText() {}

  static List<String> lines(Explanation explanation, MethodChoice choice) {
    int patches = explanation.attention().size();
    List<Merge> merges = choice.merges();
    Set<Integer> kept = merges.stream().map(Merge::kept).collect(Collectors.toSet());
    Map<Integer, Long> uses =
        merges.stream()
            .flatMap(merge -> merge.neighbours().stream())
            .collect(Collectors.groupingBy(Merge.Neighbour::patch, Collectors.counting()));
    long several = uses.values().stream().filter(count -> count > 1).count();
    Set<Integer> nowhere = new HashSet<>(IntStream.range(0, patches).boxed().toList());
    nowhere.removeAll(uses.keySet());
    nowhere.removeAll(kept);
    String merged =
        String.format(
            Locale.ROOT,
            "The feature of each kept patch is summed with those of its %d most similar patches (by their keys), each weighted by its attention. %d patches are merged into one kept patch, %d into several, %d into none.",
            merges.get(0).neighbours().size(),
            uses.size() - several,
            several,
            nowhere.size());
    return choice.work().summary() ? List.of(merged, summary(explanation, kept)) : List.of(merged);
  }

  private static String summary(Explanation explanation, Set<Integer> kept) {
    List<Integer> dropped =
        IntStream.range(0, explanation.attention().size())
            .filter(patch -> !kept.contains(patch))
            .boxed()
            .toList();
    return String.format(
        Locale.ROOT,
        "The last token is the sum of the %d dropped patches, each weighted by its attention; the weights add up to %s.",
        dropped.size(),
        InvariantNumbers.digits(
            dropped.stream().mapToDouble(explanation.attention()::get).sum(), 3));
  }

  static String caption(Explanation explanation, Merge merge, int number) {
    double sum = merge.neighbours().stream().mapToDouble(Merge.Neighbour::weight).sum();
    return String.format(
        Locale.ROOT,
        "%d: attention %s, merged weight %s",
        number,
        InvariantNumbers.digits(explanation.attention().get(merge.kept()), DIGITS),
        InvariantNumbers.digits(sum, DIGITS));
  }

  static String neighbours(Explanation explanation, Merge merge) {
    Function<Merge.Neighbour, String> one =
        neighbour ->
            place(explanation, neighbour.patch())
                + " × "
                + InvariantNumbers.digits(neighbour.weight(), DIGITS);
    return merge.neighbours().stream().map(one).collect(Collectors.joining(", "));
  }

  /** Returns row and column, from 1. */
  static String place(Explanation explanation, int patch) {
    int side = explanation.gridSide();
    return (patch / side + 1) + "." + (patch % side + 1);
  }
}
