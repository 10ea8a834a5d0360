package io.prumerge.explain;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes elements, as SVG files and as HTML, which takes them in the same spelling. Text and
 * attributes are escaped whatever they hold; every element gets its end tag.
 */
final class Markup {

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter writer;

  Markup() {
    try {
      // Not the one on the class path: Spark's closes empty elements as HTML does not know it.
      writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** A line that no element holds. */
  Markup declaration(String line) {
    try {
      writer.writeDTD(line);
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String name, String... attributes) {
    try {
      writer.writeStartElement(name);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Ends the element that was begun last and is not ended. */
  Markup close() {
    try {
      writer.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** An element that holds nothing: of SVG, or one of HTML that never does. */
  Markup leaf(String name, String... attributes) {
    try {
      writer.writeEmptyElement(name);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  Markup text(String characters) {
    try {
      writer.writeCharacters(characters);
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** An element that holds text alone. */
  Markup element(String name, String characters, String... attributes) {
    return open(name, attributes).text(characters).close();
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      writer.writeAttribute(attributes[i], attributes[i + 1]);
    }
  }

  private static IllegalStateException failed(XMLStreamException e) {
    return new IllegalStateException("Cannot write markup to memory", e);
  }

  /** All that was written. */
  @Override
  public String toString() {
    try {
      writer.flush();
      return text.toString();
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }
}
