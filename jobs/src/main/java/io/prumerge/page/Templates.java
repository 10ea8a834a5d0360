package io.prumerge.page;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import java.io.StringReader;
import java.io.StringWriter;

/** The page as HTML and as Markdown; every value is escaped on its way in. */
final class Templates {

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

  static String html(Page page, Assets assets) {
    return rendered("report.html", Escapers.HTML, page, assets);
  }

  static String markdown(Page page, Assets assets) {
    return rendered("report.md", MARKDOWN, page, assets);
  }

  /** Templates find names in the page first, then in the assets; an unknown one is an error. */
  private static String rendered(String name, Mustache.Escaper escaper, Page page, Assets assets) {
    StringWriter text = new StringWriter();
    Mustache.compiler()
        .withEscaper(escaper)
        .emptyStringIsFalse(true)
        .withLoader(partial -> new StringReader(source(partial)))
        .compile(source(name))
        .execute(page, assets, text);
    return text.toString();
  }

  private static String source(String name) {
    return Assets.text(name + ".mustache");
  }
}
