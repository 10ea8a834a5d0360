package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Judge.Request;
import io.prumerge.jobs.JudgeServer.Response;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatJudgeTest {

  private static final Request REQUEST = new Request("", "How \"good\"?\n", 0.5, 3);

  private static JudgeServer server(Response... responses) throws IOException {
    Deque<Response> left = new ArrayDeque<>(List.of(responses));
    return new JudgeServer(request -> left.remove());
  }

  private static ChatJudge judge(String url, String... key) {
    return new ChatJudge(
        ChatJudge.checked(url), "a-model", List.of(key).stream().findFirst(), Duration.ofMillis(1));
  }

  @Test
  void sendsOneChatAndGivesItsWords() throws IOException {
    try (JudgeServer server = server(JudgeServer.words("0.5\n"), JudgeServer.words("ä"))) {
      ChatJudge judge = judge(server.url(), "secret");

      assertThat(judge.reply(REQUEST)).isEqualTo("0.5\n");
      assertThat(judge.reply(new Request("Be fair.", "?", 0, 1))).isEqualTo("ä");

      assertThat(server.asked.get(0).toString())
          .isEqualTo(
              "{\"model\":\"a-model\",\"messages\":[{\"role\":\"user\",\"content\":\"How \\\"good\\\"?\\n\"}],\"temperature\":0.5,\"max_tokens\":3}");
      assertThat(server.asked.get(1).path("messages").path(0).path("content").textValue())
          .isEqualTo("Be fair.");
      assertThat(server.asked.get(1).path("messages")).hasSize(2);
      assertThat(server.keys).containsExactly("Bearer secret", "Bearer secret");
    }
  }

  @Test
  void sendsNoKeyWhereThereIsNone() throws IOException {
    try (JudgeServer server = server(JudgeServer.words("1"), JudgeServer.words("1"))) {
      judge(server.url()).reply(REQUEST);
      judge(server.url(), " ").reply(REQUEST);

      assertThat(server.keys).containsExactly("none", "none");
    }
  }

  @Test
  void asksAgainWhatPasses() throws IOException {
    try (JudgeServer server =
        server(JudgeServer.status(429), JudgeServer.status(503), JudgeServer.words("1.0"))) {
      assertThat(judge(server.url()).reply(REQUEST)).isEqualTo("1.0");
      assertThat(server.asked).hasSize(3);
    }
  }

  @Test
  void givesUpAfterSixTries() throws IOException {
    try (JudgeServer server = new JudgeServer(request -> JudgeServer.status(500))) {
      assertThatThrownBy(() -> judge(server.url()).reply(REQUEST))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "The judge at %s/chat/completions did not answer 6 times, last: status 500: {\"error\": {\"message\": \"not now\"}}"
                  .formatted(server.url()));
      assertThat(server.asked).hasSize(6);
    }
  }

  @Test
  void givesUpWhereNobodyListens() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(() -> judge("http://127.0.0.1:%d/v1".formatted(port)).reply(REQUEST))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("did not answer 6 times, last: java.net.ConnectException");
  }

  @Test
  void doesNotRepeatWhatIsRefused() throws IOException {
    try (JudgeServer server = server(JudgeServer.status(401))) {
      assertThatThrownBy(() -> judge(server.url()).reply(REQUEST))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("refused: status 401");
    }
  }

  @Test
  void followsNoRedirect() throws IOException {
    try (JudgeServer other = new JudgeServer(request -> JudgeServer.words("1"));
        JudgeServer server = server(new Response(307, "", other.url() + "/chat/completions"))) {
      assertThatThrownBy(() -> judge(server.url(), "secret").reply(REQUEST))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("status 307, sent on to " + other.url());
      assertThat(other.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"choices\": []}", "{\"choices\": [{\"message\": {}}]}", "[1"})
  void refusesAnswersWithoutWords(String body) throws IOException {
    try (JudgeServer server = server(new Response(200, body, ""))) {
      assertThatThrownBy(() -> judge(server.url()).reply(REQUEST))
          .isInstanceOf(Failure.class)
          .hasMessageStartingWith("The judge's answer ")
          .hasMessageEndingWith(body);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/v1, https://a.example/v1/chat/completions",
    "https://a.example/v1/, https://a.example/v1/chat/completions",
    "http://a.example:8000/v1/chat/completions, http://a.example:8000/v1/chat/completions"
  })
  void findsTheChat(String given, String used) {
    assertThat(ChatJudge.checked(given)).isEqualTo(URI.create(used));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a.example/v1", "file:///v1", "https://me:pw@a.example/v1", "http://", "h t"})
  void refusesOtherAddresses(String url) {
    assertThatThrownBy(() -> ChatJudge.checked(url))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--judge " + url);
  }

  @Test
  void keepsTheKeyOffOpenLines() {
    URI open = ChatJudge.checked("http://192.0.2.1/v1");

    assertThatThrownBy(() -> new ChatJudge(open, "m", Optional.of("secret")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("OPENAI_API_KEY would be sent readable")
        .hasMessageNotContaining("secret");
    assertThat(new ChatJudge(open, "m", Optional.empty())).isNotNull();
  }
}
