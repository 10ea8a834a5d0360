package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkupTest {

  @Test
  void textAndAttributesStayWhatTheyAre() {
    Markup markup = new Markup();
    markup.open("p", "title", "\"><script>alert('1')</script>&amp;");
    markup.text("</p><script>alert(\"1\")</script> & more").close();

    assertThat(markup.toString())
        .isEqualTo(
            "<p title=\"&quot;&gt;&lt;script&gt;alert('1')&lt;/script&gt;&amp;amp;\">"
                + "&lt;/p&gt;&lt;script&gt;alert(\"1\")&lt;/script&gt; &amp; more</p>");
  }

  @Test
  void elementsThatHoldNothingStillEnd() {
    Markup markup = new Markup();
    markup.declaration("<!DOCTYPE html>").open("div").close();
    markup.open("dl").leaf("meta", "charset", "utf-8").element("p", "").close();

    assertThat(markup.toString())
        .isEqualTo("<!DOCTYPE html><div></div><dl><meta charset=\"utf-8\"/><p></p></dl>");
  }
}
