package io.prumerge.explain;

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

  static List<String> lines(PatchMap map, MethodChoice choice) {
    List<Merge> merges = map.merges(choice);
    Set<Integer> kept = merges.stream().map(Merge::kept).collect(Collectors.toSet());
    Map<Integer, Long> uses =
        merges.stream()
            .flatMap(merge -> merge.neighbours().stream())
            .collect(Collectors.groupingBy(Merge.Neighbour::patch, Collectors.counting()));
    long several = uses.values().stream().filter(count -> count > 1).count();
    Set<Integer> nowhere = new HashSet<>(IntStream.range(0, map.count()).boxed().toList());
    nowhere.removeAll(uses.keySet());
    nowhere.removeAll(kept);
    String merged =
        String.format(
            Locale.ROOT,
            "The feature of each kept patch is summed with those of its %d most similar patches%s (by their keys), each weighted by its attention. %d patches are merged into one kept patch, %d into several, %d into none.",
            merges.get(0).neighbours().size(),
            map.isTiled() ? " of the same tile" : "",
            uses.size() - several,
            several,
            nowhere.size());
    return map.summaries(choice) > 0 ? List.of(merged, summary(map, kept)) : List.of(merged);
  }

  private static String summary(PatchMap map, Set<Integer> kept) {
    List<Integer> dropped =
        IntStream.range(0, map.count()).filter(patch -> !kept.contains(patch)).boxed().toList();
    double weights = dropped.stream().mapToDouble(map.attention()::get).sum();
    return String.format(
        Locale.ROOT,
        map.isTiled()
            ? "The last token of each tile is the sum of its dropped patches, %d in all tiles, each weighted by its attention; the weights of all tiles add up to %s."
            : "The last token is the sum of the %d dropped patches, each weighted by its attention; the weights add up to %s.",
        dropped.size(),
        InvariantNumbers.digits(weights, 3));
  }

  static String caption(PatchMap map, Merge merge, int number) {
    double sum = merge.neighbours().stream().mapToDouble(Merge.Neighbour::weight).sum();
    return String.format(
        Locale.ROOT,
        "%d: attention %s, merged weight %s",
        number,
        InvariantNumbers.digits(map.attention().get(merge.kept()), DIGITS),
        InvariantNumbers.digits(sum, DIGITS));
  }

  static String neighbours(PatchMap map, Merge merge) {
    Function<Merge.Neighbour, String> one =
        neighbour ->
            place(map, neighbour.patch())
                + " × "
                + InvariantNumbers.digits(neighbour.weight(), DIGITS);
    return merge.neighbours().stream().map(one).collect(Collectors.joining(", "));
  }

  /** Returns row and column, from 1. */
  static String place(PatchMap map, int patch) {
    return (patch / map.cols() + 1) + "." + (patch % map.cols() + 1);
  }
}
