package io.prumerge.explain;

import io.prumerge.engine.ExplainedView;
import io.prumerge.engine.Explanation;
import io.prumerge.lang.Text;
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.ArrayList;
import java.util.List;

/**
 * The page's numbers about the attention in one view.
 *
 * @param name of the view
 * @param histogram SVG: histogram of the attention
 * @param numbers the attention's quartiles and sums
 */
record ViewSection(String name, String histogram, List<NamedNumber> numbers) {

  /** A number with its name. */
  record NamedNumber(String title, String value) {

    private static NamedNumber of(String title, double value) {
      return new NamedNumber(title, InvariantNumbers.digits(value, 4));
    }
  }

  static ViewSection of(String name, ExplainedView view, AttentionSource source) {
    return new ViewSection(name, HistogramDrawing.of(view, source).element(), numbers(view));
  }

  /**
   * Returns the names of a picture's views: the whole image, and the tiles by row and column, from
   * 1.
   */
  static List<String> names(Explanation explanation) {
    List<String> names = new ArrayList<>();
    names.add("whole image");
    for (int row = 1; row <= explanation.grid().rows(); row++) {
      for (int col = 1; col <= explanation.grid().cols(); col++) {
        names.add(Text.format("tile %d.%d", row, col));
      }
    }
    return names;
  }

  private static List<NamedNumber> numbers(ExplainedView view) {
    Quartiles quartiles = view.quartiles();
    List<Float> attention = view.attention();
    return List.of(
        NamedNumber.of("Q1", quartiles.first()),
        NamedNumber.of("Q3", quartiles.third()),
        NamedNumber.of("outlier threshold, Q3 + 1.5 (Q3 − Q1)", quartiles.fence()),
        NamedNumber.of(
            "largest", attention.stream().mapToDouble(Float::doubleValue).max().orElseThrow()),
        NamedNumber.of(
            "sum over all patches", attention.stream().mapToDouble(Float::doubleValue).sum()),
        NamedNumber.of(
            "sum over outliers", view.outliers().stream().mapToDouble(attention::get).sum()));
  }
}
