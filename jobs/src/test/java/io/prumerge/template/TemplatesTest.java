package io.prumerge.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplatesTest {

  private static String broken(String name) {
    return Mustache.compiler()
        .withEscaper(Escapers.HTML)
        .compile("{{#breakable}}{{name}}{{/breakable}}")
        .execute(Map.of("name", name, "breakable", Templates.breakable()));
  }

  @Test
  void namesBreakBetweenParameters() {
    assertThat(broken("fastv:layer=2,tokens=@prumerge"))
        .isEqualTo("fastv:<wbr/>layer&#x3D;2,<wbr/>tokens&#x3D;@prumerge");
    assertThat(broken("prumerge+, none")).isEqualTo("prumerge+, none");
  }

  @Test
  void textsStayEscaped() {
    assertThat(broken("<b>:'&")).isEqualTo("&lt;b&gt;:<wbr/>&#39;&amp;");
  }
}
