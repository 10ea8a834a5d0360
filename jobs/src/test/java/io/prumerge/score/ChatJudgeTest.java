package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.endpoint.ApiKey;
import io.prumerge.endpoint.Patience;
import io.prumerge.score.ChatJudges.ChatJudge;
import io.prumerge.score.JudgeServer.Response;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatJudgeTest {

  private static final JudgeRequest REQUEST = new JudgeRequest("", "How \"good\"?\n", 0.5, 3);

  private static JudgeServer server(Response... responses) throws IOException {
    Deque<Response> left = new ArrayDeque<>(List.of(responses));
    return new JudgeServer(request -> left.remove());
  }

  private static ChatJudge judge(String url, String... key) {
    Optional<ApiKey> sent = ApiKey.of(List.of(key).stream().findFirst().orElse(""));
    return new ChatJudge(
        ChatJudge.checked(url, sent),
        "a-model",
        sent,
        Patience.JUDGE.withFirstPause(Duration.ofMillis(1)));
  }

  @Test
  void sendsOneChatAndGivesItsWords() throws IOException {
    try (JudgeServer server = server(JudgeServer.words("0.5\n"), JudgeServer.words("ä"))) {
      ChatJudge judge = judge(server.url(), "secret");

      assertThat(judge.reply(REQUEST)).isEqualTo("0.5\n");
      assertThat(judge.reply(new JudgeRequest("Be fair.", "?", 0, 1))).isEqualTo("ä");

      assertThat(server.asked.get(0).toString())
          .isEqualTo(
              "{\"model\":\"a-model\",\"messages\":[{\"role\":\"user\",\"content\":\"How"
                  + " \\\"good\\\"?\\n"
                  + "\"}],\"temperature\":0.5,\"max_tokens\":3}");
      assertThat(server.asked.get(1).path("messages").path(0).path("content").textValue())
          .isEqualTo("Be fair.");
      assertThat(server.asked.get(1).path("messages")).hasSize(2);
      assertThat(server.keys).containsExactly("Bearer secret", "Bearer secret");
    }
  }

  /** A thought has grades of its own, which are none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"content\": \"5\", \"reasoning\": \"Perhaps 1\"",
        "\"content\": \"<think>Perhaps 1</think>\\n5\"",
        "\"content\": \"Perhaps 1\\n</think>\\n5\""
      })
  void theReplyIsWhatFollowsAThought(String message) throws IOException {
    try (JudgeServer server = server(reply(message, "stop"))) {
      assertThat(judge(server.url()).reply(REQUEST).strip()).isEqualTo("5");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"content\": null, \"reasoning\": \"Perhaps 1\"",
        "\"content\": \"\", \"reasoning_content\": \"Perhaps 1\"",
        "\"content\": \"<think>Perhaps 1\"",
        "\"content\": null"
      })
  void aJudgeThatThinksToItsLimitHasFailed(String message) throws IOException {
    try (JudgeServer server = server(reply(message, "length"))) {
      assertThatThrownBy(() -> judge(server.url()).reply(REQUEST))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("used all of its tokens before it said a word of its reply");
      assertThat(server.asked).hasSize(1);
    }
  }

  private static Response reply(String message, String finish) {
    return new Response(
        200,
        """
        {"choices": [{"finish_reason": "%s", "message": {"role": "assistant", %s}}]}\
        """
            .formatted(finish, message),
        Map.of());
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
              "The judge at %s failed 6 times, the last time with: status 500: {\"error\": {\"message\": \"not now\", \"param\": \"x\"}}"
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
        .hasMessageContaining(
            "failed 6 times, the last time with: Cannot connect: nothing answers");
  }

  @Test
  void doesNotRepeatWhatIsRefused() throws IOException {
    try (JudgeServer server = server(JudgeServer.status(401))) {
      assertThatThrownBy(() -> judge(server.url()).reply(REQUEST))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("refused: status 401")
          .hasMessageEndingWith("; OPENAI_API_KEY is not set");
    }
  }

  @Test
  void aRefusalOfOneRequestIsNotTheEndOfAll() throws IOException {
    try (JudgeServer server = server(JudgeServer.status(400))) {
      assertThatThrownBy(() -> judge(server.url()).reply(REQUEST))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("refused: status 400");
    }
  }

  private static Response busy(String after) {
    return new Response(429, "", Map.of("Retry-After", after));
  }

  private static Duration pause(Supplier<String> after) throws IOException {
    try (JudgeServer server = server(busy(after.get()), JudgeServer.words("1"))) {
      long start = System.nanoTime();
      assertThat(judge(server.url()).reply(REQUEST)).isEqualTo("1");
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  @Test
  void comesBackWhenItIsToldTo() throws IOException {
    assertThat(pause(() -> "1")).isGreaterThan(Duration.ofMillis(900));
    assertThat(
            pause(
                () ->
                    DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(3))))
        .isGreaterThan(Duration.ofMillis(900));
    try (JudgeServer server = server(busy("36000"))) {
      assertThatThrownBy(() -> judge(server.url()).reply(REQUEST))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("accepts the next request in 36000 s only");
    }
    try (JudgeServer server = server(busy("soon"), JudgeServer.words("1"))) {
      assertThat(judge(server.url()).reply(REQUEST)).isEqualTo("1");
    }
  }

  @Test
  void learnsWhatANewerModelTakes() throws IOException {
    try (JudgeServer server =
        new JudgeServer(
            request ->
                request.has("max_tokens")
                    ? new Response(
                        400, JudgeServer.error("Unsupported parameter", "max_tokens"), Map.of())
                    : request.has("temperature")
                        ? new Response(
                            400, JudgeServer.error("'temperature' has only 1", ""), Map.of())
                        : JudgeServer.words("1"))) {
      ChatJudge judge = judge(server.url());

      assertThat(judge.reply(REQUEST)).isEqualTo("1");
      assertThat(judge.reply(REQUEST)).isEqualTo("1");

      assertThat(server.asked).as("learnt once").hasSize(4);
      assertThat(server.asked.get(3).path("max_completion_tokens").intValue()).isEqualTo(4099);
    }
  }

  @Test
  void followsNoRedirect() throws IOException {
    try (JudgeServer other = new JudgeServer(request -> JudgeServer.words("1"));
        JudgeServer server =
            server(new Response(307, "", Map.of("Location", other.url() + "/chat/completions")))) {
      assertThatThrownBy(() -> judge(server.url(), "secret").reply(REQUEST))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("status 307, sent on to " + other.url());
      assertThat(other.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"choices\": []}", "{\"choices\": [{\"message\": {}}]}"})
  void refusesAnswersWithoutWords(String body) throws IOException {
    try (JudgeServer server = server(new Response(200, body, Map.of()))) {
      assertThatThrownBy(() -> judge(server.url()).reply(REQUEST))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("The judge at " + server.url() + " gave an answer ")
          .hasMessageEndingWith(body);
    }
  }

  /** It may have been cut off. */
  @Test
  void asksAgainWhereTheAnswerIsNoJson() throws Exception {
    Response broken = new Response(200, "[1", Map.of());
    try (JudgeServer server = server(broken, JudgeServer.words("8 6"))) {
      assertThat(judge(server.url()).reply(REQUEST)).isEqualTo("8 6");
    }
    try (JudgeServer server = new JudgeServer(request -> broken)) {
      int tries = Patience.JUDGE.faults();
      assertThatThrownBy(() -> judge(server.url()).reply(REQUEST))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "The judge at %s failed %d times, the last time with: an answer that is no JSON: [1",
              server.url(), tries);
      assertThat(server.asked).hasSize(tries);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/v1, https://a.example/v1/chat/completions",
    "https://a.example/v1/, https://a.example/v1/chat/completions",
    "http://a.example:8000/v1/chat/completions, http://a.example:8000/v1/chat/completions"
  })
  void findsTheChat(String given, String used) {
    assertThat(ChatJudge.checked(given, Optional.empty()).chat()).isEqualTo(URI.create(used));
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "a.example/v1, a.example/v1",
    "file:///v1, file:///v1",
    "http://, http://",
    "h t, h t",
    "https://me:pw@a.example/v1, https://***@a.example/v1",
    "https://token@a.example/v1, https://***@a.example/v1",
    "https://a.example/v1?api_key=pw, https://a.example/v1?***",
  })
  void refusesOtherAddressesWithoutTheirSecrets(String url, String shown) {
    assertThatThrownBy(() -> ChatJudge.checked(url, Optional.empty()))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching("judge " + Pattern.quote(shown) + " (must be|is no).*");
  }

  @Test
  void keepsTheKeyOffOpenLines() {
    assertThatThrownBy(() -> ChatJudge.checked("http://192.0.2.1/v1", ApiKey.of("secret")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is not encrypted, and OPENAI_API_KEY would be sent to it")
        .hasMessageNotContaining("secret");
    assertThat(ChatJudge.checked("http://192.0.2.1/v1", Optional.empty())).isNotNull();
  }

  @Test
  void anAddressIsRefusedBeforeAnyFileIsRead() {
    assertThatThrownBy(
            () ->
                new JudgeOptions("https://me:pw@a.example/v1", Optional.empty(), Optional.empty()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("judge https://***@a.example/v1 must be an address");
    assertThatThrownBy(
            () -> new JudgeOptions("htp://me:pw@a.example/v1", Optional.empty(), Optional.empty()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("judge htp://***@a.example/v1 names no judge");
  }
}
