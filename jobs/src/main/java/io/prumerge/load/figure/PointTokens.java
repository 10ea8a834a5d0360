package io.prumerge.load.figure;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * How many tokens a point's answers took.
 *
 * @param prompt mean over the point's answers of all phases; null where the server does not state
 *     them of each, as the next three
 * @param visual likewise
 * @param cached likewise
 * @param generated likewise
 * @param contradicted what the server does, where the tokens that it states are no number of what
 *     came; null where they may be
 */
public record PointTokens(
    @ColumnNames("prompt_tokens_mean") OptionalDouble prompt,
    @ColumnNames("visual_tokens_mean") OptionalDouble visual,
    @ColumnNames("cached_tokens_mean") OptionalDouble cached,
    @ColumnNames("generated_tokens_mean") OptionalDouble generated,
    @AddedLater @ColumnNames("tokens_contradicted") Optional<String> contradicted) {

  static PointTokens of(PointRequests requests) {
    List<LoadRow> answers = requests.all().stream().filter(LoadRow::isAnswered).toList();
    return new PointTokens(
        mean(answers, LoadRow::promptTokens),
        mean(answers, LoadRow::visualTokens),
        mean(answers, LoadRow::cachedTokens),
        mean(answers, LoadRow::generatedTokens),
        ContradictedTokens.of(requests));
  }

  private static OptionalDouble mean(List<LoadRow> answers, Function<LoadRow, OptionalInt> count) {
    return answers.stream().map(count).allMatch(OptionalInt::isPresent)
        ? answers.stream().map(count).mapToInt(OptionalInt::getAsInt).average()
        : OptionalDouble.empty();
  }
}
