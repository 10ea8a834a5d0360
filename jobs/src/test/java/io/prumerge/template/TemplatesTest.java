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
    assertThat(broken("4,476 questions: none")).isEqualTo("4,476 questions: none");
  }

  @Test
  void partsWithHyphensStayWholeUnlessTheyAreLong() {
    assertThat(broken("a-b:c/d,e"))
        .isEqualTo(
            "<span class=\"whole\">a-b:</span><wbr/><span class=\"whole\">c/d,</span><wbr/>e");
    assertThat(broken("pope " + "<-".repeat(14)))
        .isEqualTo("pope <span class=\"whole\">" + "&lt;-".repeat(14) + "</span>");
    assertThat(broken("-".repeat(29))).isEqualTo("-".repeat(29));
  }

  @Test
  void textsStayEscaped() {
    assertThat(broken("<b>:'&")).isEqualTo("&lt;b&gt;:<wbr/>&#39;&amp;");
  }
}
