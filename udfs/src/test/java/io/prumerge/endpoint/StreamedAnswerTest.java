package io.prumerge.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.engine.Question;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.Visual;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that stream, well or badly. */
class StreamedAnswerTest {

  private static final TokenReducer ALL = TokenReducers.of(MethodSpec.NONE);

  private static final Question QUESTION = new Question("Is it red?", 16);
  private static final int WAIT = 60;

  private static byte[] picture(String format) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), format, file);
    return file.toByteArray();
  }

  private static VisionEndpoint endpoint(String url, Duration patience) {
    return new VisionEndpoint(
        Endpoint.parse("openai:" + url + "#a/model"),
        VideoAs.PICTURES,
        ApiKey.of("secret"),
        Patience.MODEL.withAnswer(patience).withFirstPause(Duration.ofMillis(1)));
  }

  private static VisionEndpoint endpoint(String url) {
    return endpoint(url, Duration.ofSeconds(WAIT));
  }

  private static StreamedAnswer answer(VisionEndpoint endpoint) throws Exception {
    List<Visual> picture = Visual.pictures(List.of(picture("png")));
    return endpoint.stream(endpoint.prepared(picture, QUESTION, ALL)).get(WAIT, TimeUnit.SECONDS);
  }

  /** Returns when each chunk with text came. */
  private static List<Long> texts(StreamedAnswer answer) {
    return answer.chunks().stream()
        .filter(chunk -> chunk.content() != ChunkContent.NONE)
        .map(StreamedChunk::nanos)
        .toList();
  }

  /** Asks once, and looks at the times of what came. */
  private static StreamedAnswer answer(StubServer server, int texts) throws Exception {
    long before = System.nanoTime();
    StreamedAnswer answer = answer(endpoint(server.url()));
    List<Long> times = new ArrayList<>(texts(answer));
    assertThat(times).hasSize(texts);
    times.add(0, before);
    times.add(1, answer.sent());
    times.add(answer.end());
    times.add(System.nanoTime());
    assertThat(times).isSorted();
    assertThat(answer.answer().tries()).isEqualTo(1);
    assertThat(server.asked).hasSize(1);
    return answer;
  }

  private static void failsFor(StubServer server, int texts, String why) throws Exception {
    StreamedAnswer answer = answer(server, texts);
    assertThat(answer.answer().text()).isNull();
    assertThat(answer.answer().error().orElseThrow())
        .isEqualTo("endpoint_failed: The endpoint openai:%s#a/model %s", server.url(), why);
  }

  @Test
  void takesTheTextsAsTheyCome() throws Exception {
    try (StubServer server =
        new StubServer(
            StubServer.streams(
                200,
                ": keep-alive\n\ndata: {\"choices\": [{\"delta\": {\"role\": \"assistant\"}}]}\n\n",
                StubServer.chunk(" Re"),
                StubServer.chunk("d"),
                StubServer.end("stop"),
                StubServer.usage(
                    "\"prompt_tokens\": 600, \"completion_tokens\": 3, \"prompt_tokens_details\":"
                        + " {\"image_tokens\": 576, \"cached_tokens\": 4}"),
                "data: [DONE]\n\n"))) {
      StreamedAnswer answer = answer(server, 2);

      EndpointAnswer said = answer.answer();
      assertThat(said.error()).isEmpty();
      assertThat(said.text()).as("stripped").isEqualTo("Red");
      assertThat(said.finishReason()).isEqualTo("eos");
      assertThat(said.promptTokens()).hasValue(600);
      assertThat(said.visualTokens()).hasValue(576);
      assertThat(said.generatedTokens()).hasValue(3);
      assertThat(said.millis()).isEqualTo((answer.end() - answer.sent()) / 1e6);
      assertThat(answer.cachedTokens()).hasValue(4);
      // The pauses of the server, which sleeps that long or longer.
      assertThat(texts(answer).get(0) - answer.sent()).isGreaterThan(190_000_000);
      assertThat(answer.end() - texts(answer).get(1)).isGreaterThan(100_000_000);
      assertThat(server.keys).containsExactly("Bearer secret");
    }
  }

  /** The same questions in both ways: but for the wish for a stream, the same requests. */
  @Test
  void asksForTheSameAsWithoutAStream() throws Exception {
    List<Visual> none = List.of();
    List<Visual> picture = Visual.pictures(List.of(picture("png")));
    List<Visual> several =
        List.of(
            new Visual.Video(List.of(picture("jpeg"), picture("gif")), FrameTimes.UNKNOWN),
            new Visual.Picture(picture("bmp")));
    List<Question> questions =
        List.of(QUESTION, new Question("Why \"ä\"?\n", 0), new Question("2 + 2?", 1));
    try (StubServer server = new StubServer(StubServer.says("4"))) {
      VisionEndpoint endpoint = endpoint(server.url());
      for (List<Visual> visuals : List.of(none, picture, several)) {
        for (Question question : questions) {
          endpoint.answers(visuals, List.of(question), ALL);
          endpoint.stream(endpoint.prepared(visuals, question, ALL)).get(WAIT, TimeUnit.SECONDS);
        }
      }
      Question placed = new Question("Is <image> in <image>?", 3);
      endpoint.answers(several, List.of(placed), ALL);
      endpoint.stream(endpoint.prepared(several, placed, ALL)).get(WAIT, TimeUnit.SECONDS);

      assertThat(server.asked).hasSize(20);
      for (int i = 0; i < 20; i += 2) {
        String whole = server.asked.get(i).toString();
        assertThat(server.asked.get(i + 1).toString())
            .isEqualTo(
                whole.substring(0, whole.length() - 1)
                    + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
      }
    }
  }

  @Test
  void aServiceThatDoesNotStreamIsTaken() throws Exception {
    try (StubServer server = new StubServer(StubServer.says(" Red "))) {
      StreamedAnswer answer = answer(server, 0);

      assertThat(answer.answer().text()).isEqualTo("Red");
      assertThat(answer.answer().promptTokens()).hasValue(17);
      assertThat(answer.cachedTokens()).isEmpty();
    }
  }

  @Test
  void whatCannotBeSentIsNotSent() throws Exception {
    try (StubServer server = new StubServer(StubServer.says("4"))) {
      VisionEndpoint endpoint = endpoint(server.url());
      PreparedQuestion corrupt =
          endpoint.prepared(Visual.pictures(List.of(new byte[] {1, 2, 3})), QUESTION, ALL);

      assertThat(corrupt.error().orElseThrow()).startsWith("image_unsupported: ");
      assertThat(corrupt.size()).isZero();
      StreamedAnswer answer = endpoint.stream(corrupt).get(WAIT, TimeUnit.SECONDS);
      assertThat(answer.answer().error()).isEqualTo(corrupt.error());
      assertThat(answer.answer().tries()).isZero();
      assertThat(texts(answer)).isEmpty();
      assertThat(server.asked).isEmpty();
      assertThat(endpoint.prepared(List.of(), QUESTION, ALL).size()).isBetween(50, 500);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, refused: status 400: ",
    "401, 'refused: status 401: '",
    "429, failed with: status 429: ",
    "500, failed with: status 500: ",
    "503, failed with: status 503: "
  })
  void aRefusalIsThisRequestsError(int status, String why) throws Exception {
    try (StubServer server =
        new StubServer(
            StubServer.status(
                status, "not now, Bearer secret", Map.of("Content-Type", "text/event-stream")),
            StubServer.says("yes"))) {
      StreamedAnswer answer = answer(server, 0);
      assertThat(answer.answer().error().orElseThrow())
          .contains("#a/model " + why.strip() + " not now, Bearer ***");
    }
  }

  @Test
  void nobodyThereIsAnErrorToo() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    StreamedAnswer answer = answer(endpoint("http://127.0.0.1:%d/v1".formatted(port)));

    assertThat(answer.answer().error().orElseThrow())
        .endsWith(" failed with: Cannot connect: nothing answers at this address");
    assertThat(answer.end()).isGreaterThanOrEqualTo(answer.sent());
  }

  @Test
  void aStreamThatEndsTooEarlyIsNoAnswer() throws Exception {
    try (StubServer server =
        new StubServer(StubServer.streams(0, StubServer.chunk("Re"), StubServer.chunk("d")))) {
      failsFor(server, 2, "failed with: a stream that ends without a finish_reason");
    }
    try (StubServer server =
        new StubServer(StubServer.streams(0, StubServer.chunk("Red"), "data: [DONE]\n\n"))) {
      failsFor(server, 1, "failed with: a stream that ends without a finish_reason");
    }
    try (StubServer server =
        new StubServer(
            StubServer.streams(0, StubServer.chunk("Red"), StubServer.end("stop").strip()))) {
      failsFor(server, 1, "failed with: a stream that ends without a finish_reason");
    }
  }

  @Test
  void anErrorInItsMiddleIsTheRequestsError() throws Exception {
    try (StubServer server =
        new StubServer(
            StubServer.streams(
                0,
                StubServer.chunk("Re"),
                "data: {\"error\": {\"message\": \"no memory for secret\"}}\n\n",
                StubServer.chunk("d"),
                StubServer.end("stop")))) {
      failsFor(
          server,
          1,
          "broke off its answer with an error of its own: {\"error\": {\"message\": \"no memory for"
              + " ***\"}}");
    }
  }

  @Test
  void anEventThatIsNoJsonIsTheRequestsError() throws Exception {
    try (StubServer server =
        new StubServer(StubServer.streams(0, StubServer.chunk("Re"), "data: {\"cho\n\n"))) {
      failsFor(server, 1, "failed with: an event that is no JSON: {\"cho");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"content_filter", "tool_calls"})
  void otherEndsAreErrors(String finish) throws Exception {
    try (StubServer server =
        new StubServer(StubServer.streams(0, StubServer.chunk("Re"), StubServer.end(finish)))) {
      failsFor(
          server,
          1,
          "ended its answer with finish_reason '%s', which is neither stop nor length"
              .formatted(finish));
    }
  }

  /** A service that dies in the middle of a body, whose length is stated or not. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 5000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n80\r\n"})
  void aBrokenConnectionIsTheRequestsError(String head) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread thread =
          new Thread(
              () -> {
                try (Socket client = server.accept()) {
                  byte[] request = new byte[1 << 16];
                  int length = client.getInputStream().read(request);
                  while (request[length - 1] != '}') {
                    length += client.getInputStream().read(request, length, 1024);
                  }
                  String answer =
                      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                          + head
                          + StubServer.chunk("Re");
                  client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      thread.start();
      StreamedAnswer answer =
          answer(endpoint("http://127.0.0.1:%d/v1".formatted(server.getLocalPort())));
      thread.join();

      assertThat(answer.answer().error().orElseThrow()).contains("#a/model failed with: ");
      assertThat(texts(answer)).hasSize(1);
    }
  }

  @Test
  void silenceEnds() throws Exception {
    try (StubServer server =
        new StubServer(StubServer.streams(60_000, StubServer.chunk("Re"), StubServer.chunk("d")))) {
      StreamedAnswer answer = answer(endpoint(server.url(), Duration.ofSeconds(3)));

      assertThat(answer.answer().error().orElseThrow())
          .endsWith(" failed with: no answer within 3 s");
      assertThat(texts(answer)).as("what came until then").hasSize(1);
      assertThat(answer.answer().tries()).isEqualTo(1);
      assertThat(Duration.ofNanos(answer.end() - answer.sent()))
          .isBetween(Duration.ofMillis(2_900), Duration.ofSeconds(30));
    }
  }

  @Test
  void whatIsDoneIsDoneThoughItsConnectionStaysOpen() throws Exception {
    try (StubServer server =
        new StubServer(
            StubServer.streams(
                0, StubServer.chunk("Red"), StubServer.end("stop"), "data: [DONE]\n\n", "x"),
            exchange -> {})) {
      assertThat(answer(server, 1).answer().text()).isEqualTo("Red");
    }
    try (StubServer server =
        new StubServer(
            StubServer.streams(
                60_000,
                StubServer.chunk("Red") + StubServer.end("stop") + "data: [DONE]\n\n",
                StubServer.chunk("late")))) {
      StreamedAnswer answer = answer(endpoint(server.url(), Duration.ofSeconds(3)));
      assertThat(answer.answer().text()).isEqualTo("Red");
      assertThat(answer.end() - answer.sent()).isLessThan(2_900_000_000L);
    }
  }

  @Test
  void aStreamHasALimit() throws Exception {
    try (StubServer server =
        new StubServer(
            exchange -> {
              exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
              exchange.sendResponseHeaders(200, 0);
              byte[] block = StubServer.chunk("x").repeat(1_000).getBytes();
              while (true) { // until the client has enough
                exchange.getResponseBody().write(block);
              }
            })) {
      StreamedAnswer answer = answer(endpoint(server.url()));
      assertThat(answer.answer().error().orElseThrow())
          .contains(" gave a stream of more than ")
          .hasSizeLessThan(200);
      assertThat(texts(answer)).hasSizeBetween(65_000, EventParser.MOST_EVENTS);
    }
  }

  /** What is given up, or derived from it, ends at the service too. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCancelledRequestClosesItsConnection(boolean derived) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (StubServer server =
        new StubServer(
            exchange -> {
              exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
              exchange.sendResponseHeaders(200, 0);
              try {
                while (true) {
                  exchange.getResponseBody().write(":\n\n".getBytes());
                  exchange.getResponseBody().flush();
                  begun.countDown();
                  StubServer.silent(10).to(exchange);
                }
              } catch (IOException e) {
                closed.countDown();
                throw e;
              }
            })) {
      VisionEndpoint endpoint = endpoint(server.url());
      CompletableFuture<StreamedAnswer> answer =
          endpoint.stream(endpoint.prepared(List.of(), QUESTION, ALL));
      assertThat(begun.await(WAIT, TimeUnit.SECONDS)).isTrue();
      (derived ? answer.thenApply(StreamedAnswer::end) : answer).cancel(true);

      assertThat(closed.await(WAIT, TimeUnit.SECONDS)).isTrue();
      assertThat(server.asked).hasSize(1);
    }
  }

  /** One thread has them all in flight; the service answers none before all are there. */
  @Test
  void hundredsAreInFlightAtATime() throws Exception {
    int many = 300;
    CountDownLatch all = new CountDownLatch(many);
    try (StubServer server =
        new StubServer(
            exchange -> {
              all.countDown();
              try {
                assertThat(all.await(WAIT, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              StubServer.streams(1, StubServer.chunk("Red"), StubServer.end("stop")).to(exchange);
            })) {
      VisionEndpoint endpoint = endpoint(server.url());
      PreparedQuestion question = endpoint.prepared(List.of(), QUESTION, ALL);
      List<CompletableFuture<StreamedAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        answers.add(endpoint.stream(question));
      }
      for (CompletableFuture<StreamedAnswer> answer : answers) {
        StreamedAnswer one = answer.get(WAIT, TimeUnit.SECONDS);
        assertThat(one.answer().error()).isEmpty();
        assertThat(texts(one)).hasSize(1);
      }
    }
  }

  private static StubServer.Reply refusing(int status, String body) {
    return StubServer.status(status, body, Map.of());
  }

  static List<StubServer.Reply> refusalsOfUsage() {
    return List.of(
        refusing(
            400,
            "{\"error\": {\"message\": \"Unrecognized request argument supplied:"
                + " stream_options\"}}"),
        refusing(400, "{\"message\": \"stream_options is not supported\"}"),
        refusing(
            422,
            "{\"detail\": [{\"type\": \"extra_forbidden\", \"loc\": [\"body\","
                + " \"stream_options\"]}]}"));
  }

  @ParameterizedTest
  @MethodSource("refusalsOfUsage")
  void theProbeFindsOutThatCountsAreNotGiven(StubServer.Reply refusal) throws Exception {
    try (StubServer server =
        new StubServer(
            refusal, StubServer.streams(0, StubServer.chunk("Red"), StubServer.end("stop")))) {
      VisionEndpoint endpoint = endpoint(server.url());
      endpoint.probeStream();
      StreamedAnswer answer = answer(endpoint);

      assertThat(answer.answer().text()).isEqualTo("Red");
      assertThat(answer.answer().generatedTokens()).isEmpty();
      assertThat(server.asked).hasSize(3);
      assertThat(server.asked).allSatisfy(one -> assertThat(one.get("stream")).isNotNull());
      assertThat(server.asked.stream().map(one -> one.has("stream_options")))
          .containsExactly(true, false, false);
      ObjectNode first = server.asked.get(0).deepCopy();
      first.remove("stream_options");
      assertThat((JsonNode) first).isEqualTo(server.asked.get(1));
    }
  }

  @Test
  void theProbeFindsOutANewerModelsLimit() throws Exception {
    try (StubServer server =
        new StubServer(
            refusing(400, "{\"error\": {\"param\": \"max_tokens\"}}"), StubServer.says("x"))) {
      VisionEndpoint endpoint = endpoint(server.url());
      endpoint.probeStream();
      answer(endpoint);

      assertThat(server.asked.stream().map(one -> one.has("max_completion_tokens")))
          .containsExactly(false, true, true);
      assertThat(server.asked.get(2).has("stream_options")).isTrue();
    }
  }

  @Test
  void aMeasuredRequestTeachesNothing() throws Exception {
    try (StubServer server =
        new StubServer(
            refusing(400, "{\"error\": {\"message\": \"no stream_options\"}}"),
            StubServer.says("x"))) {
      failsFor(server, 0, "refused: status 400: {\"error\": {\"message\": \"no stream_options\"}}");
    }
  }

  @Test
  void theProbeAsksAgainWhatPasses() throws Exception {
    try (StubServer server =
        new StubServer(
            StubServer.status(503),
            StubServer.streams(0, StubServer.chunk("Re")),
            StubServer.streams(0, StubServer.chunk("Red"), StubServer.end("length")))) {
      endpoint(server.url()).probeStream();
      assertThat(server.asked).hasSize(3);
    }
    try (StubServer server = new StubServer(StubServer.status(404))) {
      assertThatThrownBy(() -> endpoint(server.url()).probeStream())
          .isInstanceOf(EndpointException.class)
          .hasMessageContaining("status 404");
    }
  }

  @Test
  void noTextIsNoErrorOfTheProbe() throws Exception {
    try (StubServer server =
        new StubServer(
            StubServer.streams(
                0,
                "data: {\"choices\": [{\"delta\": {\"refusal\": \"Never.\"}}]}\n\n",
                StubServer.end("stop")))) {
      endpoint(server.url()).probeStream();
      assertThat(answer(endpoint(server.url())).answer().error().orElseThrow())
          .endsWith(" gave an answer without text in choices[0].delta.content");
    }
  }
}
