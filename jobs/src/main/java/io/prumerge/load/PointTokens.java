package io.prumerge.load;

import io.prumerge.spark.ColumnNames;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * How many tokens a point's answers took.
 *
 * @param prompt mean over the point's answers of all phases; null where the server does not state
 *     them of each, as the next three
 * @param visual likewise
 * @param cached likewise
 * @param generated likewise
 */
public record PointTokens(
    @ColumnNames("prompt_tokens_mean") OptionalDouble prompt,
    @ColumnNames("visual_tokens_mean") OptionalDouble visual,
    @ColumnNames("cached_tokens_mean") OptionalDouble cached,
    @ColumnNames("generated_tokens_mean") OptionalDouble generated) {

  static PointTokens of(PointRequests requests) {
    List<LoadRow> answers = requests.all().stream().filter(LoadRow::isAnswered).toList();
    return new PointTokens(
        mean(answers, LoadRow::promptTokens),
        mean(answers, LoadRow::visualTokens),
        mean(answers, LoadRow::cachedTokens),
        mean(answers, LoadRow::generatedTokens));
  }

  private static OptionalDouble mean(
      List<LoadRow> answers, Function<LoadRow, Optional<Integer>> count) {
    return answers.stream().map(count).allMatch(Optional::isPresent)
        ? answers.stream().map(count).mapToInt(Optional::orElseThrow).average()
        : OptionalDouble.empty();
  }
}
