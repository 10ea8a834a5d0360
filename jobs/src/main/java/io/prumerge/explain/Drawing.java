package io.prumerge.explain;

import java.util.function.Consumer;

/**
 * A picture made of shapes: an element of a page, which colours it for light and dark by its
 * classes, or a document of its own.
 *
 * @param label says what is seen to those who do not see it
 * @param width in its own units
 * @param height likewise
 * @param definitions what the content refers to, once per page
 * @param content inside the {@code svg} element
 */
record Drawing(
    String label,
    double width,
    double height,
    Consumer<Markup> definitions,
    Consumer<Markup> content) {

  /** As part of a page that holds the definitions already. */
  String element() {
    Markup svg = new Markup();
    open(svg);
    content.accept(svg);
    return svg.close().toString();
  }

  /** As an SVG file. */
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
