package io.prumerge.explain;

import io.prumerge.engine.ExplainedView;
import io.prumerge.engine.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The page's section about one image.
 *
 * @param name of its file
 * @param source path of the image
 * @param definitions SVG elements that the drawings refer to
 * @param facts its size and its numbers of patches and outliers
 * @param attentionCaption whose attention it is
 * @param attention SVG: attention to each patch of the whole image, and of the tiles if there are
 *     some
 * @param whole numbers about the whole image
 * @param tiles the same about each tile
 * @param methods the card of each method
 * @param viewTitles titles of the columns of tokens by view; none without tiles
 * @param merges the merges of the methods that merge
 */
record ImageSection(
    String name,
    String source,
    String definitions,
    String facts,
    String attentionCaption,
    List<String> attention,
    ViewSection whole,
    List<ViewSection> tiles,
    List<MethodCard> methods,
    List<String> viewTitles,
    List<MergeSection> merges) {

  static ImageSection of(ExplainedImage image) {
    Explanation explanation = image.explanation();
    List<ImageCanvas> grounds = image.grounds();
    List<String> names = ViewSection.names(explanation);
    Looker looker = Looker.of(explanation);
    Markup definitions = new Markup();
    grounds.get(0).define(definitions);
    return new ImageSection(
        image.source().substring(image.source().lastIndexOf('/') + 1),
        image.source(),
        definitions.toString(),
        facts(explanation),
        looker.caption(),
        grounds.stream().map(ground -> AttentionDrawing.of(ground).element()).toList(),
        ViewSection.of(names.get(0), explanation.whole(), looker),
        IntStream.range(1, names.size())
            .mapToObj(
                view -> ViewSection.of(names.get(view), explanation.views().get(view), looker))
            .toList(),
        image.methods().stream()
            .map(method -> MethodCard.of(grounds, explanation, method))
            .toList(),
        explanation.grid().tiles() == 0 ? List.of() : titles(names),
        image.methods().stream()
            .flatMap(method -> MergeSection.of(grounds, method.choice()).stream())
            .toList());
  }

  /** Whether the image is also seen in tiles. */
  boolean tiled() {
    return !tiles.isEmpty();
  }

  private static List<String> titles(List<String> names) {
    List<String> titles = new ArrayList<>(names);
    titles.add("line ends");
    titles.add("all");
    return titles;
  }

  private static String facts(Explanation explanation) {
    String patches =
        String.format(
            Locale.ROOT,
            "%d × %d pixels as %d × %d patches",
            explanation.picture().width(),
            explanation.picture().height(),
            explanation.gridSide(),
            explanation.gridSide());
    String tiles =
        explanation.grid().tiles() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                ", and in %d × %d tiles of as many",
                explanation.grid().rows(),
                explanation.grid().cols());
    return patches + tiles + ". " + outliers(explanation);
  }

  private static String outliers(Explanation explanation) {
    int outliers =
        explanation.views().stream().map(ExplainedView::outliers).mapToInt(List::size).sum();
    int patches = explanation.views().size() * explanation.patches();
    return outliers == 0
        ? "No patch is an outlier of the attention."
        : String.format(
            Locale.ROOT,
            "%d of them (%s) are outliers of the attention%s.",
            outliers,
            InvariantNumbers.percent((double) outliers / patches),
            explanation.grid().tiles() == 0 ? "" : " in their view");
  }
}
