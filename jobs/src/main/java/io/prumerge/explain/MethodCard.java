package io.prumerge.explain;

import io.prumerge.engine.Answer;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The page's card of one method on one image.
 *
 * @param method its spec
 * @param tokens the number of visual tokens, in words
 * @param kept SVG: the kept patches
 * @param caption the number of kept patches
 * @param said the answer; empty if there is none
 * @param error the answer's error; empty if there is none
 * @param costs the cells of the cost table after the method's name
 */
record MethodCard(
    String method,
    String tokens,
    String kept,
    String caption,
    List<String> said,
    List<String> error,
    List<String> costs) {

  static MethodCard of(ImageCanvas ground, ExplainedMethod explained) {
    MethodChoice choice = explained.choice();
    return new MethodCard(
        choice.method().toString(),
        tokens(ground.explanation(), choice),
        KeptDrawing.of(ground, choice).element(),
        caption(choice),
        explained.answered().map(Answer::text).stream().toList(),
        explained.answer().map(Answer::error).stream().toList(),
        costs(explained));
  }

  private static String tokens(Explanation explanation, MethodChoice choice) {
    return choice.tokens() == explanation.tokens()
        ? String.format(Locale.ROOT, "all %d tokens", choice.tokens())
        : String.format(
            Locale.ROOT,
            "%d of %d tokens (%s)",
            choice.tokens(),
            explanation.tokens(),
            InvariantNumbers.percent((double) choice.tokens() / explanation.tokens()));
  }

  private static String caption(MethodChoice choice) {
    String patches = choice.kept().map(kept -> kept.size() + " patches").orElse("Every patch");
    return patches + (choice.work().summary() ? " and one summary token" : "");
  }

  private static List<String> costs(ExplainedMethod explained) {
    Stream<String> image =
        Stream.of(
            Integer.toString(explained.choice().tokens()),
            giga(explained.flopsVision()),
            giga(explained.flopsReduction()),
            giga(explained.flopsProjector()));
    List<String> answer =
        explained.answered().map(MethodCard::costs).orElse(Collections.nCopies(4, "–"));
    return Stream.concat(image, answer.stream()).toList();
  }

  private static List<String> costs(Answer answer) {
    return List.of(
        giga(answer.cost().prefill()),
        giga(answer.cost().decode()),
        giga(answer.cost().total()),
        InvariantNumbers.digits(answer.kvCacheBytes() / 1e3, 4));
  }

  private static String giga(long flops) {
    return InvariantNumbers.digits(flops / 1e9, 3);
  }
}
