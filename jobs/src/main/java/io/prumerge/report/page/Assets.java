package io.prumerge.report.page;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.template.Templates;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * Style and scripts of the page. They come from the jar and are the only texts that are not
 * escaped.
 *
 * @param style CSS
 * @param charts the charts' library
 * @param script the page's own script
 */
record Assets(String style, String charts, String script) {

  private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

  static Assets bundled() {
    return new Assets(text("report.css"), text(ECHARTS), text("report.js"));
  }

  private static String text(String name) {
    return Templates.resource(Assets.class, name);
  }

  /**
   * Returns a content security policy: it allows these scripts by their hashes, pictures inside the
   * page, and nothing else. Inline styles are allowed because the charts set styles.
   */
  String policy() {
    return String.format(
        Locale.ROOT,
        "default-src 'none'; script-src %s %s; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
        source(charts),
        source(script));
  }

  private static String source(String code) {
    byte[] hash = Sha256.of(code.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
  }
}
