package io.prumerge.template;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills the templates of pages, HTML and Markdown. Every value is escaped; in place of a control
 * character, which a terminal would obey, stands U+FFFD.
 */
public final class Templates {

  /** Escapes every character with a meaning in Markdown or in HTML inside it; joins lines. */
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

  /** A part of an escaped name; the second group is there if the name may go on in a new line. */
  private static final Pattern PART = Pattern.compile("([^\\s:,]+[:,]*|[:,]+)((?=[^\\s\\d]))?");

  /** What a browser breaks lines at, besides spaces. */
  private static final Pattern SPLITTABLE = Pattern.compile("[-/|?!\u2010-\u2014]");

  private static final Pattern ENTITY = Pattern.compile("&[^;\\s]+;");

  /** Characters of a part that is never broken: a longer one may be wider than a telephone. */
  private static final int LONGEST_WHOLE = 28;

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\x80-\\x9f&&[^\\n\\r\\t]]");

  /** Markdown has no element that ends their effect, as HTML's {@code bdi} does. */
  private static final Pattern DIRECTION = Pattern.compile("[\u202a-\u202e\u2066-\u2069]");

  private Templates() {}

  /**
   * Returns a page in HTML.
   *
   * @param home a class in the package of the resource {@code name.html.mustache}
   * @param page its accessors give the values of the template's names; an unknown name is an error
   * @param rest gives the values that {@code page} lacks
   */
  public static String html(Class<?> home, String name, Object page, Object rest) {
    return filled(home, name + ".html", Templates::escaped, page, rest);
  }

  /** Returns a page in Markdown, from {@code name.md.mustache}. */
  public static String markdown(Class<?> home, String name, Object page, Object rest) {
    return filled(
        home,
        name + ".md",
        text -> MARKDOWN.escape(DIRECTION.matcher(printable(text)).replaceAll("\ufffd")),
        page,
        rest);
  }

  /**
   * Returns what a page in HTML gives the name of a section, in which names of methods break
   * between parameters and not inside them.
   */
  public static Mustache.Lambda breakable() {
    return (names, out) -> out.write(PART.matcher(names.execute()).replaceAll(Templates::unbroken));
  }

  private static String unbroken(MatchResult found) {
    String part = found.group(1);
    boolean isWhole =
        SPLITTABLE.matcher(part).find()
            && ENTITY.matcher(part).replaceAll("x").length() <= LONGEST_WHOLE;
    return Matcher.quoteReplacement(
        (isWhole ? "<span class=\"whole\">" + part + "</span>" : part)
            + (found.group(2) == null ? "" : "<wbr/>"));
  }

  /** Escapes text for elements and quoted attributes of HTML, SVG and XML. */
  public static String escaped(String text) {
    return Escapers.HTML.escape(printable(text));
  }

  private static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("\ufffd");
  }

  /**
   * Reads a resource: relative to a class, or with a leading slash from the root of the class path.
   */
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
