package io.prumerge.report.page;

import com.samskivert.mustache.Mustache;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.lang.Text;
import io.prumerge.template.Templates;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Style and scripts of a page. They come from the jar and are the only texts that are not escaped.
 *
 * @param style CSS
 * @param charts the charts' library
 * @param script that sorts tables, and the page's own
 */
public record PageAssets(String style, String charts, String script) {

  private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

  /**
   * Returns a page's style, which all have in common, and scripts.
   *
   * @param home a class in the package of the page's own script
   */
  public static PageAssets of(Class<?> home, String script) {
    return new PageAssets(
        Templates.resource(PageAssets.class, "report.css"),
        Templates.resource(PageAssets.class, ECHARTS),
        Templates.resource(PageAssets.class, "sort.js") + Templates.resource(home, script));
  }

  /** Returns the section of names that break between lines. */
  Mustache.Lambda breakable() {
    return Templates.breakable();
  }

  /**
   * Returns a content security policy: it allows these scripts by their hashes, pictures inside the
   * page, and nothing else. Inline styles are allowed because the charts set styles.
   */
  String policy() {
    return Text.format(
        "default-src 'none'; script-src %s %s; style-src 'unsafe-inline'; img-src data:; base-uri"
            + " 'none'; form-action 'none'",
        source(charts), source(script));
  }

  private static String source(String code) {
    byte[] hash = Sha256.of(code.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
  }
}
