package io.prumerge.explain;

import io.prumerge.console.Texts;
import io.prumerge.engine.Answer;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.engine.QueryAttention;
import io.prumerge.engine.StayingTokens;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The page's card of one method on one image.
 *
 * @param method its spec
 * @param tokens the number of visual tokens, in words
 * @param kept the kept patches of the whole image, and of its tiles if it has some, then those that
 *     are left after each cut inside the decoder; of a model with a Q-Former what the queries look
 *     at that are left after each
 * @param strips of a video, the kept patches of each drawn frame, then those that are left after
 *     each cut inside the decoder; none of a picture
 * @param views the number of tokens of each view, those after lines of tiles, and all; none without
 *     tiles
 * @param said the answer; empty if there is none
 * @param error the answer's error; empty if there is none
 * @param costs the cells of the cost table after the method's name
 */
record MethodCard(
    String method,
    String tokens,
    List<Figure> kept,
    List<Strip> strips,
    List<Integer> views,
    List<String> said,
    List<String> error,
    List<String> costs) {

  /**
   * A drawing of patches.
   *
   * @param drawing SVG
   * @param caption what the tokens are: patches and others
   */
  record Figure(String drawing, String caption) {}

  /**
   * The drawings of a video's frames.
   *
   * @param caption what is left of the patches of all frames, and of those that are not drawn
   */
  private record Strip(String caption, List<Figure> figures) {

    /**
     * @param kept the patches of all frames that are left, numbered through all
     * @param figures one for each drawn frame
     */
    static Strip of(
        Explanation explanation, VideoStrip video, List<Integer> kept, List<Figure> figures) {
      int patches = explanation.patches();
      String all =
          Text.format("%d of %d patches", kept.size(), patches * explanation.views().size());
      List<Integer> hidden = video.hidden();
      String rest =
          hidden.isEmpty()
              ? ""
              : Text.format(
                  "; %d of %d in the %d frames that are not drawn",
                  kept.stream().filter(patch -> hidden.contains(patch / patches)).count(),
                  patches * hidden.size(),
                  hidden.size());
      return new Strip(all + rest, figures);
    }
  }

  /** Returns the card of a video. */
  static MethodCard of(
      List<ImageCanvas> grounds,
      Explanation explanation,
      VideoStrip video,
      ExplainedMethod explained) {
    MethodChoice choice = explained.choice();
    List<String> names = video.shown().stream().map(video::name).toList();
    List<Strip> strips = new ArrayList<>();
    int patches = explanation.patches() * explanation.views().size();
    strips.add(
        Strip.of(
            explanation,
            video,
            choice.kept().orElse(IntStream.range(0, patches).boxed().toList()),
            figures(
                grounds,
                ground -> KeptDrawing.of(ground, choice),
                KeptDrawing.counts(grounds, names, map -> map.kept(choice)))));
    for (StayingTokens staying : choice.staying()) {
      Strip strip =
          Strip.of(
              explanation,
              video,
              staying.patches(),
              figures(
                  grounds,
                  ground -> KeptDrawing.of(ground, choice, staying),
                  KeptDrawing.counts(
                      grounds, names, map -> Optional.of(map.here(staying.patches())))));
      String tokens = StayingText.tokens(staying, choice.allTokens());
      strips.add(new Strip(tokens + ": " + strip.caption(), strip.figures()));
    }
    return of(explanation, explained, List.of(), strips, List.of());
  }

  private static List<Figure> figures(
      List<ImageCanvas> grounds, Function<ImageCanvas, SvgDrawing> drawing, List<String> captions) {
    return IntStream.range(0, grounds.size())
        .mapToObj(
            view -> new Figure(drawing.apply(grounds.get(view)).element(), captions.get(view)))
        .toList();
  }

  static MethodCard of(
      List<ImageCanvas> grounds, Explanation explanation, ExplainedMethod explained) {
    MethodChoice choice = explained.choice();
    return of(
        explanation,
        explained,
        explanation
            .queries()
            .map(looks -> queries(grounds.get(0), looks, choice))
            .orElseGet(() -> patches(grounds, choice)),
        List.of(),
        grounds.size() == 1 ? List.of() : views(choice));
  }

  private static MethodCard of(
      Explanation explanation,
      ExplainedMethod explained,
      List<Figure> kept,
      List<Strip> strips,
      List<Integer> views) {
    MethodChoice choice = explained.choice();
    return new MethodCard(
        choice.method().toString(),
        tokens(explanation.tokens(), choice) + inLayers(explained),
        kept,
        strips,
        views,
        explained.answered().map(Answer::text).stream().toList(),
        explained.answer().map(Answer::error).stream().toList(),
        costs(explained));
  }

  private static List<Figure> patches(List<ImageCanvas> grounds, MethodChoice choice) {
    List<Figure> figures = new ArrayList<>();
    for (ImageCanvas ground : grounds) {
      figures.add(
          new Figure(
              KeptDrawing.of(ground, choice).element(),
              uncut(choice, caption(ground.map(), choice))));
    }
    for (StayingTokens staying : choice.staying()) {
      String tokens = StayingText.tokens(staying, choice.allTokens());
      for (ImageCanvas ground : grounds) {
        figures.add(
            new Figure(
                KeptDrawing.of(ground, choice, staying).element(),
                grounds.size() == 1 ? tokens : here(ground.map(), staying, tokens)));
      }
    }
    return figures;
  }

  // With the layers before the first cut.
  private static String uncut(MethodChoice choice, String caption) {
    return choice.staying().stream()
        .findFirst()
        .map(
            first ->
                Text.format(
                    "%s: %s",
                    StayingText.layers(0, first.layer() - 1), caption.toLowerCase(Locale.ROOT)))
        .orElse(caption);
  }

  private static String here(PatchMap map, StayingTokens staying, String tokens) {
    return Text.format(
        "%s; %s of %s",
        tokens,
        StayingText.count(map.here(staying.patches()).size(), "patch", "patches"),
        map.isTiled() ? "the tiles" : "the whole image");
  }

  private static List<Figure> queries(
      ImageCanvas ground, QueryAttention looks, MethodChoice choice) {
    int all = looks.queries().size();
    if (choice.staying().isEmpty()) {
      String caption = Text.format("All %d queries", all);
      return List.of(new Figure(AttentionDrawing.of(ground).element(), caption));
    }
    return choice.staying().stream()
        .map(
            staying ->
                new Figure(
                    AttentionDrawing.of(ground, looks, staying).element(),
                    StayingText.queries(staying, all)))
        .toList();
  }

  private static String tokens(int before, MethodChoice choice) {
    return choice.allTokens() == before
        ? Text.format("all %d tokens", choice.allTokens())
        : Text.format(
            "%d of %d tokens (%s)",
            choice.allTokens(),
            before,
            InvariantNumbers.percent((double) choice.allTokens() / before));
  }

  private static List<Integer> views(MethodChoice choice) {
    List<Integer> views = new ArrayList<>(choice.tokens());
    views.add(choice.learned());
    views.add(choice.allTokens());
    return views;
  }

  /** Returns the mean over the decoder's layers, for a method that drops tokens between them. */
  private static String inLayers(ExplainedMethod explained) {
    double tokens = explained.choice().allTokens();
    return explained
        .answered()
        .map(one -> one.tokens().visualLayerMean())
        .filter(mean -> mean < tokens)
        .map(mean -> Text.format(", %.1f in a layer on average", mean))
        .orElse("");
  }

  /** Returns the tokens in words: patches, sums of patches or of the class token, a summary. */
  static String caption(PatchMap map, MethodChoice choice) {
    Optional<List<Integer>> kept = map.kept(choice);
    if (kept.isEmpty()) {
      int fed = map.tokens(choice);
      return fed < map.count()
          ? Texts.count(fed, "token") + " of all patches but those of padding"
          : "Every patch";
    }
    int patches = kept.get().size();
    int mixed = map.made(choice) - patches;
    int summaries = map.summaries(choice);
    List<String> parts = new ArrayList<>();
    if (patches > 0 || map.made(choice) + summaries == 0) {
      parts.add(StayingText.count(patches, "patch", "patches"));
    }
    if (mixed > 0) {
      parts.add(Texts.count(mixed, "mixed token"));
    }
    if (summaries > 0) {
      parts.add(summaries == 1 ? "one summary token" : summaries + " summary tokens");
    }
    return String.join(" and ", parts);
  }

  private static List<String> costs(ExplainedMethod explained) {
    Stream<String> image =
        Stream.of(
            Integer.toString(explained.choice().allTokens()),
            giga(explained.flopsVision()),
            giga(explained.flopsReduction()),
            giga(explained.flopsProjector()));
    List<String> answer =
        explained.answered().map(MethodCard::costs).orElse(Collections.nCopies(4, "–"));
    return Stream.concat(image, answer.stream()).toList();
  }

  private static List<String> costs(Answer answer) {
    return List.of(
        giga(answer.work().cost().prefill()),
        giga(answer.work().cost().decode()),
        giga(answer.work().cost().total()),
        InvariantNumbers.digits(answer.work().kvCacheBytes() / 1e3, 4));
  }

  private static String giga(long flops) {
    return InvariantNumbers.digits(flops / 1e9, 3);
  }
}
