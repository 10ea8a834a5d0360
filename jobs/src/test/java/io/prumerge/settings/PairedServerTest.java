package io.prumerge.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.endpoint.Endpoint;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedServerTest {

  @Test
  void readsALabelAndAnEndpoint() {
    PairedServer server = PairedServer.parse("half-2=openai:https://b/v1/#a=b");

    assertThat(server.label()).isEqualTo("half-2");
    assertThat(server.endpoint().name()).isEqualTo("a=b");
    assertThat(server).hasToString("half-2=openai:https://b/v1#a=b");
    assertThat(PairedServer.parse(server.toString())).isEqualTo(server);
    assertThat(server.method()).hasToString("half-2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          openai:https://b/v1#m            | 'openai:https://b/v1#m' must be LABEL=openai:URL#NAME
          half=https://b/v1#m              | 'https://b/v1#m' must be openai:URL#NAME
          half=openai:https://b/v1         | must be openai:URL#NAME, with the model's name
          =openai:https://b/v1#m           | the label '' must consist of a-z, 0-9 and -
          Half=openai:https://b/v1#m       | the label 'Half' must consist of
          a:b=openai:https://b/v1#m        | the label 'a:b' must consist of
          none=openai:https://b/v1#m       | 'none' is a method's name
          prumerge=openai:https://b/v1#m   | 'prumerge' is a method's name
          """)
  void refusesWhatIsNoPair(String text, String why) {
    assertThatThrownBy(() -> PairedServer.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void anErrorShowsNoPassword() {
    assertThatThrownBy(() -> PairedServer.parse("half=openai:https://me:secret@b/v1#m"))
        .hasMessageContaining("without a name, password or query")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> PairedServer.parse("openai:https://me:secret@b/v1#m"))
        .hasMessageNotContaining("secret");
  }

  @Test
  void countsTheServersOfOneAddress() {
    Optional<Endpoint> first = Optional.of(Endpoint.parse("openai:https://a/v1#m"));
    PairedServer again = PairedServer.parse("again=openai:https://a/v1#m");
    PairedServer small = PairedServer.parse("small=openai:https://a/v1/chat/completions#n");
    PairedServer other = PairedServer.parse("other=openai:https://b/v1#m");

    assertThat(PairedServer.together(Optional.empty(), List.of())).isEqualTo(1);
    assertThat(PairedServer.together(first, List.of())).isEqualTo(1);
    assertThat(PairedServer.together(first, List.of(other))).isEqualTo(1);
    assertThat(PairedServer.together(first, List.of(other, again))).isEqualTo(2);
    assertThat(PairedServer.together(first, List.of(again, other, small))).isEqualTo(3);
  }
}
