package io.prumerge.explain;

import java.util.function.Consumer;

/**
 * An SVG drawing: an element of a page, which sets its colours by CSS classes, or a file of its
 * own.
 *
 * @param label the text alternative
 * @param width in user units
 * @param height in user units
 * @param definitions elements that the content refers to, once per page
 * @param content inside the {@code svg} element
 */
record SvgDrawing(
    String label,
    double width,
    double height,
    Consumer<Markup> definitions,
    Consumer<Markup> content) {

  /** Returns the drawing as an element of a page that has the definitions. */
  String element() {
    Markup svg = new Markup();
    open(svg);
    content.accept(svg);
    return svg.close().toString();
  }

  /** Returns the drawing as an SVG file. */
  String document() {
    Markup svg = new Markup();
    open(svg);
    svg.open("defs");
    definitions.accept(svg);
    svg.close();
    content.accept(svg);
    svg.close();
    return svg.toString();
  }

  private void open(Markup svg) {
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + InvariantNumbers.coordinate(width) + " " + InvariantNumbers.coordinate(height),
        "role",
        "img",
        "aria-label",
        label);
  }
}
