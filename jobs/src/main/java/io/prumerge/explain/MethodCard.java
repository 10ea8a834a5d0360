package io.prumerge.explain;

import io.prumerge.engine.Answer;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import java.util.ArrayList;
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
 * @param caption what the tokens are: patches and others
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
        tokens(ground.explanation(), choice) + inLayers(explained),
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

  /** Returns the mean over the decoder's layers, for a method that drops tokens between them. */
  private static String inLayers(ExplainedMethod explained) {
    double tokens = explained.choice().tokens();
    return explained
        .answered()
        .map(Answer::visualTokensLayerMean)
        .filter(mean -> mean < tokens)
        .map(mean -> String.format(Locale.ROOT, ", %.1f in a layer on average", mean))
        .orElse("");
  }

  /** Describes the tokens: patches, others made of several patches or the class token, summary. */
  static String caption(MethodChoice choice) {
    if (choice.kept().isEmpty()) {
      return "Every patch";
    }
    int patches = choice.kept().get().size();
    int mixed = choice.work().kept() - patches;
    List<String> parts = new ArrayList<>();
    if (patches > 0 || choice.tokens() == 0) {
      parts.add(patches + (patches == 1 ? " patch" : " patches"));
    }
    if (mixed > 0) {
      parts.add(mixed + (mixed == 1 ? " mixed token" : " mixed tokens"));
    }
    if (choice.work().summary()) {
      parts.add("one summary token");
    }
    return String.join(" and ", parts);
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
