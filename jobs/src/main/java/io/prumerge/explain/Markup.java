package io.prumerge.explain;

import io.prumerge.template.Templates;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes the elements of drawings, as SVG files and as HTML, which takes them in the same spelling.
 * Text and attributes are escaped as those of a page are; every element gets its end tag.
 */
final class Markup {

  private final StringBuilder text = new StringBuilder();
  private final Deque<String> begun = new ArrayDeque<>();

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String name, String... attributes) {
    tag(name, attributes);
    text.append('>');
    begun.push(name);
    return this;
  }

  /** Ends the element that was begun last and is not ended. */
  Markup close() {
    text.append("</").append(begun.pop()).append('>');
    return this;
  }

  /** An element that holds nothing. */
  Markup leaf(String name, String... attributes) {
    tag(name, attributes);
    text.append("/>");
    return this;
  }

  /** An element that holds text alone. */
  Markup element(String name, String characters, String... attributes) {
    open(name, attributes);
    text.append(Templates.escaped(characters));
    return close();
  }

  private void tag(String name, String... attributes) {
    text.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]);
      text.append("=\"").append(Templates.escaped(attributes[i + 1])).append('"');
    }
  }

  /** All that was written. */
  @Override
  public String toString() {
    return text.toString();
  }
}
