package io.prumerge.page;

import io.prumerge.checkpoint.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

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

  /** A resource of this package, or with a slash in front of the whole class path. */
  static String text(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The class path has no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  /**
   * A content security policy: these very scripts and no others, pictures in the page itself,
   * nothing from anywhere else. Charts set styles of their own, so styles are allowed.
   */
  String policy() {
    return "default-src 'none'; script-src %s %s; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
        .formatted(source(charts), source(script));
  }

  private static String source(String code) {
    byte[] hash = Sha256.of(code.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
  }
}
