package io.prumerge.report.page;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.template.Templates;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * What the page brings along, the only texts that are not escaped: they come from the jar.
 *
 * @param style CSS
 * @param charts the charts' library
 * @param script the page's own
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
   * A content security policy: these very scripts and no others, pictures in the page itself,
   * nothing from anywhere else. Charts set styles of their own, so styles are allowed.
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
