package io.prumerge.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.prumerge.endpoint.Endpoint;
import io.prumerge.store.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedModelTest {

  @Test
  void readsALabelAndAnEndpoint() {
    NamedModel server = NamedModel.parse("half-2=openai:https://b/v1/#a=b");

    assertThat(server.name()).isEqualTo("half-2");
    assertThat(server.endpoint().name()).isEqualTo("a=b");
    assertThat(server).hasToString("half-2=openai:https://b/v1#a=b");
    assertThat(NamedModel.parse(server.toString())).isEqualTo(server);
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
    assertThatThrownBy(() -> NamedModel.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai:https://b/v1#a=b", "/models/llava+s3a://b/x"})
  void isTwoTextsInADocument(String model) {
    NamedModel named = new NamedModel("prumerge:k=16", AnswerSource.parse(model));

    assertThat(Json.fields(named))
        .containsExactly(entry("name", "prumerge:k=16"), entry("model", model));
    assertThat(Json.read(Json.line(named), NamedModel.class)).isEqualTo(named);
  }

  @Test
  void anErrorShowsNoPassword() {
    assertThatThrownBy(() -> NamedModel.parse("half=openai:https://me:secret@b/v1#m"))
        .hasMessageContaining("without a name, password or query")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> NamedModel.parse("openai:https://me:secret@b/v1#m"))
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> NamedModel.parse("https://me:secret@b/v1=openai:https://b/v1#m"))
        .hasMessageContaining("the label 'https://***@b/v1' must consist of")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> NamedModel.parse("openai:https://b/v1?key=secret#m"))
        .hasMessageNotContaining("secret");
  }

  @Test
  void countsTheServersOfOneAddress() {
    Optional<Endpoint> first = Optional.of(Endpoint.parse("openai:https://a/v1#m"));
    NamedModel again = NamedModel.parse("again=openai:https://a/v1#m");
    NamedModel small = NamedModel.parse("small=openai:https://a/v1/chat/completions#n");
    NamedModel other = NamedModel.parse("other=openai:https://b/v1#m");

    assertThat(NamedModel.together(Optional.empty(), List.of())).isEqualTo(1);
    assertThat(NamedModel.together(first, List.of())).isEqualTo(1);
    assertThat(NamedModel.together(first, List.of(other))).isEqualTo(1);
    assertThat(NamedModel.together(first, List.of(other, again))).isEqualTo(2);
    assertThat(NamedModel.together(first, List.of(again, other, small))).isEqualTo(3);
  }
}
