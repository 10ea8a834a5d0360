package io.prumerge.explain;

import io.prumerge.template.Templates;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes the elements of drawings, valid in SVG files and in HTML. Text and attributes are escaped
 * as in a page; every element gets its end tag.
 */
final class Markup {

  private final StringBuilder text = new StringBuilder();
  private final Deque<String> begun = new ArrayDeque<>();

  /**
   * Begins an element, and returns this.
   *
   * @param attributes names and values in turn
   */
  Markup open(String name, String... attributes) {
    tag(name, attributes);
    text.append('>');
    begun.push(name);
    return this;
  }

  /** Ends the innermost open element, and returns this. */
  Markup close() {
    text.append("</").append(begun.pop()).append('>');
    return this;
  }

  /** Writes an empty element, and returns this. */
  Markup leaf(String name, String... attributes) {
    tag(name, attributes);
    text.append("/>");
    return this;
  }

  /** Writes an element that holds only text, and returns this. */
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

  /** Returns everything written. */
  @Override
  public String toString() {
    return text.toString();
  }
}
