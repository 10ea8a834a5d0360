package io.prumerge.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "openai:https://a.example/v1#m, https://a.example/v1/chat/completions, m",
    "openai:https://a.example/v1/#Qwen/Qwen-VL-Chat, https://a.example/v1/chat/completions, Qwen/Qwen-VL-Chat",
    "openai:http://127.0.0.1:80/v1/chat/completions/#/models/m#2, http://127.0.0.1:80/v1/chat/completions, /models/m#2",
    "openai:http://[::1]:80#é, http://[::1]:80/chat/completions, é"
  })
  void isReadAndSpelledInOneWay(String model, String chat, String name) {
    Endpoint endpoint = Endpoint.parse(model);

    assertThat(endpoint.address().chat()).hasToString(chat);
    assertThat(endpoint.name()).isEqualTo(name);
    assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
    assertThat(Endpoint.isNamedBy(model)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openai:",
        "openai:https://a.example/v1",
        "openai:https://a.example/v1#",
        "openai:https://a.example/v1#  ",
        "openai:https://a.example/v1#a\nb",
        "openai:a.example/v1#m",
        "openai:file:///v1#m",
        "openai:https://#m",
        "openai:#m"
      })
  void isRefused(String model) {
    assertThatThrownBy(() -> Endpoint.parse(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'openai:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openai:https://me:secret@a.example/v1#m",
        "openai:https://secret@a.example/v1#m",
        "openai:https://a.example/v1?key=secret#m",
        "openai:ftp://me:secret@a.example/v1?key=secret#m",
        "openai:https://me:secret@a.example/v1"
      })
  void noPasswordIsTakenOrShown(String model) {
    assertThatThrownBy(() -> Endpoint.parse(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/models/llava", "s3a://b/openai:x", "openai", "BASE+ADAPTER", ""})
  void aFolderIsNone(String model) {
    assertThat(Endpoint.isNamedBy(model)).isFalse();
  }

  @Test
  void theKeyIsHiddenAndStaysOffOpenLines() {
    ChatAddress open = ChatAddress.of("http://192.0.2.1/v1");

    assertThat(ApiKey.of(null)).isEmpty();
    assertThat(ApiKey.of(" ")).isEmpty();
    assertThat(ApiKey.of(" secret\n")).get().hasToString("***");
    assertThat(ApiKey.of(" secret\n").orElseThrow().header()).isEqualTo("Bearer secret");
    assertThatThrownBy(() -> ApiKey.of("se\ncret"))
        .hasMessageStartingWith("OPENAI_API_KEY has a space")
        .hasMessageNotContaining("cret");
    assertThatThrownBy(() -> open.requireSafe(ApiKey.of("secret")))
        .hasMessageContaining("is not encrypted")
        .hasMessageNotContaining("secret");
    open.requireSafe(ApiKey.of(""));
    ChatAddress.of("http://127.0.0.1/v1").requireSafe(ApiKey.of("secret"));
    ChatAddress.of("http://[::1]/v1").requireSafe(ApiKey.of("secret"));
    ChatAddress.of("https://192.0.2.1/v1").requireSafe(ApiKey.of("secret"));
  }
}
