package io.prumerge.template;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Pages as HTML and as Markdown; every value is escaped on its way in. */
public final class Templates {

  /** Every character that means something to Markdown or to the HTML in it; lines become one. */
  private static final Mustache.Escaper MARKDOWN =
      Escapers.simple(
          new String[][] {
            {"&", "&amp;"},
            {"<", "&lt;"},
            {">", "&gt;"},
            {"\\", "\\\\"},
            {"|", "\\|"},
            {"`", "\\`"},
            {"*", "\\*"},
            {"_", "\\_"},
            {"[", "\\["},
            {"]", "\\]"},
            {"#", "\\#"},
            {"!", "\\!"},
            {"~", "\\~"},
            {"\r", " "},
            {"\n", " "},
          });

  private Templates() {}

  /**
   * A page in HTML.
   *
   * @param home a class beside whose resource {@code name.html.mustache} lies
   * @param page where names in the template are looked for first, by accessors; an unknown one is
   *     an error
   * @param rest where they are looked for then
   */
  public static String html(Class<?> home, String name, Object page, Object rest) {
    return filled(home, name + ".html", Escapers.HTML, page, rest);
  }

  /** The same in Markdown, from {@code name.md.mustache}. */
  public static String markdown(Class<?> home, String name, Object page, Object rest) {
    return filled(home, name + ".md", MARKDOWN, page, rest);
  }

  /** Text as a part of HTML, SVG or XML: in elements and in attributes with quotation marks. */
  public static String escaped(String text) {
    return Escapers.HTML.escape(text);
  }

  /** A resource beside a class, or with a slash in front of the whole class path. */
  public static String resource(Class<?> home, String name) {
    try (InputStream in = home.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The class path has no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  private static String filled(
      Class<?> home, String name, Mustache.Escaper escaper, Object page, Object rest) {
    StringWriter text = new StringWriter();
    Mustache.compiler()
        .withEscaper(escaper)
        .emptyStringIsFalse(true)
        .withLoader(partial -> new StringReader(source(home, partial)))
        .compile(source(home, name))
        .execute(page, rest, text);
    return text.toString();
  }

  private static String source(Class<?> home, String name) {
    return resource(home, name + ".mustache");
  }
}
