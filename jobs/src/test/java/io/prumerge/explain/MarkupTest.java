package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkupTest {

  @Test
  void textAndAttributesStayWhatTheyAre() {
    Markup markup = new Markup();
    markup.open("g", "class", "\"><script>alert('1')</script>&amp;");
    markup.element("text", "</text><script>alert(\"1\")</script> & more").close();

    assertThat(markup.toString())
        .isEqualTo(
            "<g class=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;\">"
                + "<text>&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more"
                + "</text></g>");
  }

  @Test
  void elementsThatHoldNothingStillEnd() {
    Markup markup = new Markup();
    markup.open("defs").close();
    markup.open("g").leaf("path", "d", "M0 0").element("text", "").close();

    assertThat(markup.toString()).isEqualTo("<defs></defs><g><path d=\"M0 0\"/><text></text></g>");
  }
}
