package io.prumerge.explain;

import java.util.List;

/** Drawings of one size beside each other in rows, each with a line of text below it. */
final class StripDrawing {

  private static final int COLUMNS = 4;
  private static final double GAP = 30;
  private static final double LINE = 90;
  private static final String FONT_SIZE = "56";

  private StripDrawing() {}

  /**
   * Returns one drawing of all.
   *
   * @param lines the text below each
   */
  static SvgDrawing of(String label, List<SvgDrawing> drawings, List<String> lines) {
    int columns = Math.min(COLUMNS, drawings.size());
    int rows = (drawings.size() + columns - 1) / columns;
    double width = drawings.stream().mapToDouble(SvgDrawing::width).max().orElseThrow() + GAP;
    double height = drawings.stream().mapToDouble(SvgDrawing::height).max().orElseThrow() + LINE;
    return new SvgDrawing(
        label,
        columns * width - GAP,
        rows * height,
        svg -> drawings.forEach(one -> one.definitions().accept(svg)),
        svg -> {
          for (int i = 0; i < drawings.size(); i++) {
            String left = InvariantNumbers.coordinate(i % columns * width);
            String top = InvariantNumbers.coordinate(i / columns * height);
            svg.open("g", "transform", "translate(" + left + " " + top + ")");
            drawings.get(i).content().accept(svg);
            text(lines.get(i), drawings.get(i).height(), svg);
            svg.close();
          }
        });
  }

  private static void text(String line, double above, Markup svg) {
    svg.element(
        "text",
        line,
        "x",
        "0",
        "y",
        InvariantNumbers.coordinate(above + LINE * 2 / 3),
        "font-family",
        "sans-serif",
        "font-size",
        FONT_SIZE,
        "fill",
        "#1f2933");
  }
}
