package io.prumerge.explain;

import io.prumerge.console.Texts;
import io.prumerge.engine.ExplainedView;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.lang.Text;
import io.prumerge.reduction.run.Merge;
import io.prumerge.reduction.run.Neighbour;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The page's section about one image or video.
 *
 * @param name of its file or folder
 * @param source path of it
 * @param definitions SVG elements that the drawings refer to
 * @param facts its size and its numbers of patches and outliers
 * @param methods the card of each method
 * @param viewTitles titles of the columns of tokens by view; none without tiles
 * @param merges the merges of the methods that merge; of a video, none are drawn
 */
record ImageSection(
    String name,
    String source,
    String definitions,
    String facts,
    Attention attention,
    List<MethodCard> methods,
    List<String> viewTitles,
    List<MergeSection> merges) {

  /**
   * The attention to the patches.
   *
   * @param layout CSS class of the figures' place
   * @param figures attention to each patch of the whole image, and of the tiles if there are some,
   *     each with whose attention it is; of a video, to those of each drawn frame
   * @param whole numbers about the whole image; none of a video
   * @param tiles the same about each tile, or about each drawn frame
   */
  private record Attention(
      String layout,
      List<MethodCard.Figure> figures,
      List<ViewSection> whole,
      List<ViewSection> tiles) {

    private static Attention of(
        List<ImageCanvas> grounds, Explanation explanation, List<String> names) {
      AttentionSource source = AttentionSource.of(explanation);
      return new Attention(
          "figures",
          grounds.stream()
              .map(AttentionDrawing::of)
              .map(drawing -> new MethodCard.Figure(drawing.element(), source.caption()))
              .toList(),
          List.of(ViewSection.of(names.get(0), explanation.wholeImage(), source)),
          IntStream.range(1, names.size())
              .mapToObj(
                  view -> ViewSection.of(names.get(view), explanation.views().get(view), source))
              .toList());
    }

    private static Attention of(
        List<ImageCanvas> grounds, Explanation explanation, VideoStrip video) {
      AttentionSource source = AttentionSource.of(explanation);
      List<Integer> shown = video.shown();
      return new Attention(
          "strip",
          IntStream.range(0, shown.size())
              .mapToObj(
                  place ->
                      new MethodCard.Figure(
                          AttentionDrawing.of(grounds.get(place)).element(),
                          video.name(shown.get(place))))
              .toList(),
          List.of(),
          shown.stream()
              .map(view -> ViewSection.of(video.name(view), explanation.views().get(view), source))
              .toList());
    }
  }

  static ImageSection of(ExplainedImage image) {
    return image.video().map(video -> of(image, video)).orElseGet(() -> ofPicture(image));
  }

  private static ImageSection of(ExplainedImage image, VideoStrip video) {
    Explanation explanation = image.explanation();
    List<ImageCanvas> grounds = image.grounds();
    Markup definitions = new Markup();
    grounds.forEach(ground -> ground.define(definitions));
    return new ImageSection(
        image.source().substring(image.source().lastIndexOf('/') + 1),
        image.source(),
        definitions.toString(),
        facts(explanation, video),
        Attention.of(grounds, explanation, video),
        image.methods().stream()
            .map(method -> MethodCard.of(grounds, explanation, video, method))
            .toList(),
        List.of(),
        List.of());
  }

  private static ImageSection ofPicture(ExplainedImage image) {
    Explanation explanation = image.explanation();
    List<ImageCanvas> grounds = image.grounds();
    List<String> names = ViewSection.names(explanation);
    Markup definitions = new Markup();
    grounds.get(0).define(definitions);
    return new ImageSection(
        image.source().substring(image.source().lastIndexOf('/') + 1),
        image.source(),
        definitions.toString(),
        facts(explanation),
        Attention.of(grounds, explanation, names),
        image.methods().stream()
            .map(method -> MethodCard.of(grounds, explanation, method))
            .toList(),
        explanation.grid().tiles() == 0 ? List.of() : titles(names),
        image.methods().stream()
            .flatMap(method -> MergeSection.of(grounds, method.choice()).stream())
            .toList());
  }

  /** Returns whether it is a video. */
  boolean video() {
    return attention.whole().isEmpty();
  }

  /** Returns whether there are views beside that of a whole image: tiles, or a video's. */
  boolean several() {
    return !attention.tiles().isEmpty();
  }

  /** Returns what such a view is. */
  String view() {
    return video() ? "frame" : "tile";
  }

  /** Returns whether the image is also seen in tiles. */
  boolean tiled() {
    return !video() && several();
  }

  private static List<String> titles(List<String> names) {
    List<String> titles = new ArrayList<>(names);
    titles.add("line ends");
    titles.add("all");
    return titles;
  }

  private static String facts(Explanation explanation) {
    String patches =
        Text.format(
            "%d × %d pixels as %d × %d patches",
            explanation.picture().width(),
            explanation.picture().height(),
            explanation.patchGrid().cols(),
            explanation.patchGrid().rows());
    String tiles =
        explanation.grid().tiles() == 0
            ? ""
            : Text.format(
                ", and in %d × %d tiles of as many",
                explanation.grid().rows(), explanation.grid().cols());
    return patches + tiles + ". " + outliers(explanation);
  }

  private static String facts(Explanation explanation, VideoStrip video) {
    String drawn =
        video.hidden().isEmpty() ? "" : Text.format(" %d are drawn.", video.shown().size());
    return Text.format(
        "%s of %d × %d pixels, each seen as %d × %d patches.%s %s %s",
        Texts.count(video.frames().size(), "frame"),
        explanation.picture().width(),
        explanation.picture().height(),
        explanation.patchGrid().cols(),
        explanation.patchGrid().rows(),
        drawn,
        outliers(explanation),
        AttentionSource.of(explanation).caption());
  }

  private static String outliers(Explanation explanation) {
    int outliers =
        explanation.views().stream().map(ExplainedView::outliers).mapToInt(List::size).sum();
    int patches = explanation.views().size() * explanation.patches();
    return outliers == 0
        ? "No patch is an outlier of the attention."
        : Text.format(
            "%d of them (%s) are outliers of the attention%s.",
            outliers,
            InvariantNumbers.percent((double) outliers / patches),
            explanation.views().size() == 1 ? "" : " in their view");
  }

  /**
   * The page's section about one method's merges in the whole image or in its tiles.
   *
   * @param title the method, and which patches these are
   * @param drawing SVG: a map of the merge
   * @param lines a description
   * @param tokens those that something is merged into
   */
  private record MergeSection(
      String title, String drawing, List<String> lines, List<Token> tokens) {

    /**
     * One token.
     *
     * @param number from 1
     * @param drawing SVG: the patches that are merged into it
     * @param caption attention to the patch that it stands for, and merged weight
     * @param place row and column of that patch; empty without one
     * @param neighbours the patches that are merged into it, with weights
     */
    private record Token(
        int number, String drawing, String caption, String place, String neighbours) {

      private static Token of(ImageCanvas ground, Merge merge, int number) {
        PatchMap map = ground.map();
        return new Token(
            number,
            TokenDrawing.of(ground, merge, number).element(),
            MergeText.caption(map, merge, number),
            merge.patch().isPresent() ? MergeText.place(map, merge.patch().getAsInt()) : "",
            MergeText.neighbours(map, merge));
      }
    }

    /** Returns a section for each canvas on which something is merged. */
    static List<MergeSection> of(List<ImageCanvas> grounds, MethodChoice choice) {
      return grounds.stream()
          .filter(ground -> !ground.map().merges(choice).isEmpty())
          .map(ground -> of(ground, choice))
          .toList();
    }

    private static MergeSection of(ImageCanvas ground, MethodChoice choice) {
      List<Merge> merges = ground.map().merges(choice);
      return new MergeSection(
          choice.method() + (ground.map().isTiled() ? " in the tiles" : ""),
          MergeDrawing.of(ground, choice).element(),
          MergeText.lines(ground.map(), choice),
          IntStream.range(0, merges.size())
              .filter(i -> !merges.get(i).neighbours().isEmpty())
              .mapToObj(i -> Token.of(ground, merges.get(i), i + 1))
              .toList());
    }
  }

  /**
   * The patch that a token stands for and those that are merged into it; the stronger the colour,
   * the larger the weight.
   */
  static final class TokenDrawing {

    private static final int SHADES = 5;
    private static final double STRONGEST = 0.85;

    private TokenDrawing() {}

    static SvgDrawing of(ImageCanvas ground, Merge merge, int number) {
      return ground.drawing(
          Text.format(
              merge.patch().isPresent()
                  ? "Token %d: a patch and the %d merged into it"
                  : "Token %d: the %d patches merged into it",
              number,
              merge.neighbours().size()),
          svg -> {
            List<Integer> centre = merge.patch().stream().boxed().toList();
            List<Integer> involved = new ArrayList<>(centre);
            merge.neighbours().forEach(neighbour -> involved.add(neighbour.patch()));
            ground.picture(svg);
            ground.veil(svg, involved);
            for (int shade = 1; shade <= SHADES; shade++) {
              List<Integer> patches = shaded(merge, shade);
              if (!patches.isEmpty()) {
                svg.leaf(
                    "path",
                    "d",
                    ground.path(patches),
                    "fill",
                    "#c1440a",
                    "fill-opacity",
                    InvariantNumbers.coordinate(STRONGEST * shade / SHADES));
              }
            }
            ImageCanvas.frame(ground.path(centre), "#ffffff", "16", svg);
            ImageCanvas.frame(ground.path(centre), "#000000", "8", svg);
          });
    }

    /** Returns the neighbours of one of five shades, by their share of the largest weight. */
    private static List<Integer> shaded(Merge merge, int shade) {
      double most =
          merge.neighbours().stream().mapToDouble(one -> Math.abs(one.weight())).max().orElse(0);
      return merge.neighbours().stream()
          .filter(neighbour -> shade(Math.abs(neighbour.weight()), most) == shade)
          .map(Neighbour::patch)
          .toList();
    }

    static int shade(double weight, double most) {
      return most == 0 ? 1 : Math.max(1, (int) Math.ceil(SHADES * weight / most));
    }
  }

  /** Describes merges in words. */
  static final class MergeText {

    private static final int DIGITS = 2;

    private MergeText() {}

    static List<String> lines(PatchMap map, MethodChoice choice) {
      List<Merge> merges = map.merges(choice);
      Set<Integer> kept =
          merges.stream()
              .flatMapToInt(merge -> merge.patch().stream())
              .boxed()
              .collect(Collectors.toSet());
      Map<Integer, Long> uses =
          merges.stream()
              .flatMap(merge -> merge.neighbours().stream())
              .collect(Collectors.groupingBy(Neighbour::patch, Collectors.counting()));
      long several = uses.values().stream().filter(count -> count > 1).count();
      Set<Integer> nowhere = new HashSet<>(IntStream.range(0, map.count()).boxed().toList());
      nowhere.removeAll(uses.keySet());
      nowhere.removeAll(kept);
      String merged =
          Text.format(
              "%s %d patches are merged into one token, %d into several, %d into none.",
              sums(map, merges), uses.size() - several, several, nowhere.size());
      return map.summaries(choice) > 0 ? List.of(merged, summary(map, kept)) : List.of(merged);
    }

    private static String sums(PatchMap map, List<Merge> merges) {
      List<Merge> sums = merges.stream().filter(merge -> !merge.neighbours().isEmpty()).toList();
      if (sums.get(0).neighbours().get(0).cosine().isPresent()) {
        return Text.format(
            "The feature of each kept patch is summed with those of its %d most similar patches%s"
                + " (by their keys), each weighted by its attention.",
            sums.get(0).neighbours().size(), map.isTiled() ? " of the same tile" : "");
      }
      IntSummaryStatistics sizes =
          sums.stream()
              .mapToInt(sum -> sum.neighbours().size() + (int) sum.patch().stream().count())
              .summaryStatistics();
      return Text.format(
          "%d of the %d tokens are weighted sums, of %s.",
          sums.size(),
          merges.size(),
          sizes.getMin() == sizes.getMax()
              ? sizes.getMin() + " patches"
              : sizes.getMin() + " to " + sizes.getMax() + " patches");
    }

    private static String summary(PatchMap map, Set<Integer> kept) {
      List<Integer> dropped =
          IntStream.range(0, map.count()).filter(patch -> !kept.contains(patch)).boxed().toList();
      double weights = dropped.stream().mapToDouble(map.attention()::get).sum();
      return Text.format(
          map.isTiled()
              ? "The last token of each tile is the sum of its dropped patches, %d in all tiles,"
                  + " each weighted by its attention; the weights of all tiles add up to %s."
              : "The last token is the sum of the %d dropped patches, each weighted by its"
                  + " attention; the weights add up to %s.",
          dropped.size(),
          InvariantNumbers.digits(weights, 3));
    }

    static String caption(PatchMap map, Merge merge, int number) {
      double sum = merge.neighbours().stream().mapToDouble(Neighbour::weight).sum();
      String attention =
          merge.patch().stream()
              .mapToObj(map.attention()::get)
              .map(score -> "attention " + InvariantNumbers.digits(score, DIGITS) + ", ")
              .collect(Collectors.joining());
      return Text.format(
          "%d: %smerged weight %s", number, attention, InvariantNumbers.digits(sum, DIGITS));
    }

    static String neighbours(PatchMap map, Merge merge) {
      Function<Neighbour, String> one =
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
}
