package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.List;
import java.util.Locale;

/**
 * The page's section about one image.
 *
 * @param name of its file
 * @param source path of the image
 * @param definitions SVG elements that the drawings refer to
 * @param facts its size and its numbers of patches and outliers
 * @param attention SVG: attention to each patch
 * @param histogram SVG: histogram of the attention
 * @param numbers the attention's quartiles and sums
 * @param methods the card of each method
 * @param merges the merges of the methods that merge
 */
record ImageSection(
    String name,
    String source,
    String definitions,
    String facts,
    String attention,
    String histogram,
    List<NamedNumber> numbers,
    List<MethodCard> methods,
    List<MergeSection> merges) {

  /** A number with its name. */
  record NamedNumber(String title, String value) {

    private static NamedNumber of(String title, double value) {
      return new NamedNumber(title, InvariantNumbers.digits(value, 4));
    }
  }

  static ImageSection of(ExplainedImage image) {
    Explanation explanation = image.explanation();
    ImageCanvas ground = image.ground();
    Markup definitions = new Markup();
    ground.define(definitions);
    return new ImageSection(
        image.source().substring(image.source().lastIndexOf('/') + 1),
        image.source(),
        definitions.toString(),
        String.format(
            Locale.ROOT,
            "%d × %d pixels as %d × %d patches. %s",
            explanation.picture().width(),
            explanation.picture().height(),
            explanation.gridSide(),
            explanation.gridSide(),
            outliers(explanation)),
        AttentionDrawing.of(ground).element(),
        HistogramDrawing.of(explanation).element(),
        numbers(explanation),
        image.methods().stream().map(method -> MethodCard.of(ground, method)).toList(),
        image.methods().stream()
            .map(ExplainedMethod::choice)
            .filter(choice -> !choice.merges().isEmpty())
            .map(choice -> MergeSection.of(ground, choice))
            .toList());
  }

  private static String outliers(Explanation explanation) {
    int outliers = explanation.outliers().size();
    return outliers == 0
        ? "No patch is an outlier of the attention."
        : String.format(
            Locale.ROOT,
            "%d of them (%s) are outliers of the attention.",
            outliers,
            InvariantNumbers.percent((double) outliers / explanation.attention().size()));
  }

  private static List<NamedNumber> numbers(Explanation explanation) {
    Quartiles quartiles = explanation.quartiles();
    List<Float> attention = explanation.attention();
    return List.of(
        NamedNumber.of("Q1", quartiles.first()),
        NamedNumber.of("Q3", quartiles.third()),
        NamedNumber.of("outlier threshold, Q3 + 1.5 (Q3 − Q1)", quartiles.fence()),
        NamedNumber.of(
            "largest", attention.stream().mapToDouble(Float::doubleValue).max().orElseThrow()),
        NamedNumber.of(
            "sum over all patches", attention.stream().mapToDouble(Float::doubleValue).sum()),
        NamedNumber.of(
            "sum over outliers",
            explanation.outliers().stream().mapToDouble(attention::get).sum()));
  }
}
