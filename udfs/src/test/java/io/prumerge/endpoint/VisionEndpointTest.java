package io.prumerge.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.engine.Question;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.Visual;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One endpoint that behaves, and many that do not. */
class VisionEndpointTest {

  private static final TokenReducer ALL = TokenReducers.of(MethodSpec.NONE);

  private static final Question QUESTION = new Question("Is it \"red\"?\nä", 16);

  private static final Patience QUICK = Patience.MODEL.withFirstPause(Duration.ofMillis(1));

  private static byte[] picture(String format) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), format, file);
    return file.toByteArray();
  }

  private static VisionEndpoint endpoint(String url, Patience patience) {
    return endpoint(url, VideoAs.PICTURES, patience);
  }

  private static VisionEndpoint endpoint(String url, VideoAs videoAs, Patience patience) {
    Endpoint endpoint = Endpoint.parse("openai:" + url + "#a/model");
    return new VisionEndpoint(endpoint, videoAs, ApiKey.of("secret"), patience);
  }

  private static EndpointAnswer answer(StubServer server) throws IOException {
    return answer(server, QUICK);
  }

  /** Asks, and compares the answer's tries with what the service has seen. */
  private static EndpointAnswer answer(StubServer server, Patience patience) throws IOException {
    int before = server.asked.size();
    EndpointAnswer answer =
        endpoint(server.url(), patience)
            .answers(Visual.pictures(List.of(picture("png"))), List.of(QUESTION), ALL)
            .get(0);
    assertThat(answer.tries()).isEqualTo(server.asked.size() - before);
    return answer;
  }

  private static void failsFor(StubServer server, String why) throws IOException {
    EndpointAnswer answer = answer(server);
    assertThat(answer.text()).isNull();
    assertThat(answer.error().orElseThrow())
        .startsWith("endpoint_failed: The endpoint openai:" + server.url() + "#a/model ")
        .contains(why);
  }

  @Test
  void sendsOneChatForEachQuestion() throws IOException {
    byte[] png = picture("png");
    try (StubServer server = new StubServer(StubServer.says(" Red\\n"))) {
      List<EndpointAnswer> answers =
          endpoint(server.url(), QUICK)
              .answers(
                  Visual.pictures(List.of(png)), List.of(QUESTION, new Question("Why?", 0)), ALL);

      assertThat(server.asked.get(0).toString())
          .isEqualTo(
              "{\"model\":\"a/model\",\"messages\":[{\"role\":\"user\",\"content\":[{\"image_url\":{\"url\":\"data:image/png;base64,"
                  + Base64.getEncoder().encodeToString(png)
                  + "\"},\"type\":\"image_url\"},{\"type\":\"text\",\"text\":\"Is it"
                  + " \\\"red\\\"?\\n"
                  + "ä\"}]}],\"temperature\":0.0,\"max_tokens\":16}");
      assertThat(server.asked.get(1).has("max_tokens")).as("0: the server's own").isFalse();
      assertThat(server.keys).containsOnly("Bearer secret").hasSize(2);
      EndpointAnswer first = answers.get(0);
      assertThat(first.error()).isEmpty();
      assertThat(first.text()).as("stripped").isEqualTo("Red");
      assertThat(first.finishReason()).isEqualTo("eos");
      assertThat(first.promptTokens()).hasValue(17);
      assertThat(first.generatedTokens()).hasValue(3);
      assertThat(first.visualTokens()).isEmpty();
      assertThat(first.millis()).isPositive();
    }
  }

  @Test
  void aQuestionWithoutAPictureIsAText() throws IOException {
    try (StubServer server = new StubServer(StubServer.says("4"))) {
      endpoint(server.url(), QUICK).answers(List.of(), List.of(new Question("2 + 2?", 1)), ALL);

      assertThat(server.asked.get(0).at("/messages/0/content").textValue()).isEqualTo("2 + 2?");
    }
  }

  @ParameterizedTest
  @CsvSource({"jpeg, jpeg", "gif, gif", "bmp, bmp"})
  void aPictureKeepsItsBytes(String format, String type) throws IOException {
    byte[] file = picture(format);
    try (StubServer server = new StubServer(StubServer.says("4"))) {
      endpoint(server.url(), QUICK).answers(Visual.pictures(List.of(file)), List.of(QUESTION), ALL);

      assertThat(server.asked.get(0).at("/messages/0/content/0/image_url/url").textValue())
          .isEqualTo(
              "data:image/%s;base64,%s".formatted(type, Base64.getEncoder().encodeToString(file)));
    }
  }

  /** A server's decoder makes the pixels: what this Java's would make does not matter. */
  @Test
  void aJpegThatThisJavaDecodesOtherwiseIsSent() throws IOException {
    byte[] file;
    try (InputStream in = getClass().getResourceAsStream("/goldens/jpegs/gaps-420-1.jpg")) {
      file = in.readAllBytes();
    }
    try (StubServer server = new StubServer(StubServer.says("4"))) {
      List<EndpointAnswer> answers =
          endpoint(server.url(), QUICK)
              .answers(Visual.pictures(List.of(file)), List.of(QUESTION), ALL);

      assertThat(answers.get(0).error()).isEmpty();
      assertThat(server.asked.get(0).at("/messages/0/content/0/image_url/url").textValue())
          .endsWith(Base64.getEncoder().encodeToString(file));
    }
  }

  @Test
  void whatIsNoPictureOrNoQuestionNeverLeaves() throws IOException {
    byte[] png = picture("png");
    try (StubServer server = new StubServer(StubServer.says("4"))) {
      VisionEndpoint endpoint = endpoint(server.url(), QUICK);

      assertThat(
              Stream.of(
                      endpoint.answers(
                          Visual.pictures(List.of(new byte[0])), List.of(QUESTION), ALL),
                      endpoint.answers(
                          Visual.pictures(List.of(png, Arrays.copyOf(png, 45))),
                          List.of(QUESTION, QUESTION),
                          ALL),
                      endpoint.answers(
                          Visual.pictures(List.of(new byte[] {1, 2, 3})), List.of(QUESTION), ALL),
                      endpoint.answers(
                          Visual.pictures(List.of(png)),
                          List.of(new Question(" ", 1), new Question("<image> or <image>?", 1)),
                          ALL),
                      endpoint.answers(
                          Visual.pictures(List.of(png)), List.of(new Question("What?", -1)), ALL),
                      endpoint.answers(
                          List.of(), List.of(new Question("What is <image>?", 1)), ALL))
                  .flatMap(List::stream)
                  .peek(one -> assertThat(one.tries()).isZero())
                  .map(one -> one.error().orElseThrow().replaceFirst(":.*", "")))
          .containsExactly(
              "image_missing",
              "image_corrupt",
              "image_corrupt",
              "image_unsupported",
              "prompt_empty",
              "prompt_placeholder",
              "max_new_tokens_invalid",
              "prompt_placeholder");
      assertThat(server.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'What differs?', '1 2 What differs?'",
    "'From <image> to <image>: what differs?', 'From  1  to  2 : what differs?'",
    "'<image>\n<image>\nWhat?', '1 2 \nWhat?'", // texts of white space are left out
  })
  void severalPicturesStandInTheirPlaces(String question, String expected) throws IOException {
    List<byte[]> files = List.of(picture("png"), picture("bmp"));
    try (StubServer server = new StubServer(StubServer.says("4"))) {
      endpoint(server.url(), QUICK)
          .answers(
              Visual.pictures(files), List.of(new Question(question.translateEscapes(), 1)), ALL);

      List<String> parts = new ArrayList<>();
      for (JsonNode part : server.asked.get(0).at("/messages/0/content")) {
        String uri = part.at("/image_url/url").asText();
        parts.add(
            uri.isEmpty()
                ? part.get("text").asText()
                : uri.startsWith("data:image/png") ? "1" : "2");
      }
      assertThat(String.join(" ", parts)).isEqualTo(expected.translateEscapes());
    }
  }

  @Test
  void namesThePictureThatIsBroken() throws IOException {
    try (StubServer server = new StubServer(StubServer.says("4"))) {
      assertThat(
              endpoint(server.url(), QUICK)
                  .answers(
                      Visual.pictures(List.of(picture("png"), new byte[0])),
                      List.of(QUESTION),
                      ALL))
          .extracting(answer -> answer.error().orElseThrow())
          .containsExactly("image_missing: Image 2 of 2: The image has no bytes");
      assertThat(server.asked).isEmpty();
    }
  }

  private static Visual video(String... formats) throws IOException {
    List<byte[]> frames = new ArrayList<>();
    for (String format : formats) {
      frames.add(picture(format));
    }
    return new Visual.Video(frames, FrameTimes.UNKNOWN);
  }

  private static List<String> types(JsonNode body) {
    List<String> types = new ArrayList<>();
    body.at("/messages/0/content").forEach(part -> types.add(part.get("type").textValue()));
    return types;
  }

  @Test
  void aVideoIsSentAsPicturesInTheirOrder() throws IOException {
    try (StubServer server = new StubServer(StubServer.says("4"))) {
      List<EndpointAnswer> answers =
          endpoint(server.url(), QUICK)
              .answers(
                  List.of(video("png", "jpeg", "gif"), new Visual.Picture(picture("bmp"))),
                  List.of(QUESTION, new Question("Is <image> in <image>?", 3)),
                  ALL);

      assertThat(answers).extracting(EndpointAnswer::error).containsOnly(Optional.empty());
      List<String> urls = new ArrayList<>();
      server
          .asked
          .get(0)
          .findValues("url")
          .forEach(url -> urls.add(url.textValue().replaceFirst(";.*", "")));
      assertThat(urls)
          .containsExactly("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/bmp");
      assertThat(types(server.asked.get(0)))
          .containsExactly("image_url", "image_url", "image_url", "image_url", "text");
      assertThat(types(server.asked.get(1)))
          .as("all frames are at the video's place")
          .containsExactly(
              "text", "image_url", "image_url", "image_url", "text", "image_url", "text");
    }
  }

  @Test
  void aVideoIsSentAsOnePartOfFrames() throws IOException {
    String jpeg = Base64.getEncoder().encodeToString(picture("jpeg"));
    try (StubServer server =
        new StubServer(
            StubServer.body(
                "{\"choices\": [{\"finish_reason\": \"stop\", \"message\": {\"content\": \"x\"}}],"
                    + " \"usage\": {\"prompt_tokens\": 400, \"prompt_tokens_details\":"
                    + " {\"image_tokens\": 0, \"video_tokens\": 392}}}"))) {
      VisionEndpoint endpoint = endpoint(server.url(), VideoAs.FRAMES, QUICK);
      EndpointAnswer answer =
          endpoint
              .answers(
                  List.of(video("jpeg", "jpeg")), List.of(new Question("<image> Why?", 3)), ALL)
              .get(0);

      assertThat(answer.error()).isEmpty();
      assertThat(answer.visualTokens()).hasValue(392);
      assertThat(server.asked.get(0).at("/messages/0/content").toString())
          .isEqualTo(
              "[{\"video_url\":{\"url\":\"data:video/jpeg;base64,%s,%s\"},\"type\":\"video_url\"},{\"type\":\"text\",\"text\":\" Why?\"}]"
                  .formatted(jpeg, jpeg));
      assertThat(endpoint.answers(List.of(video("jpeg", "png")), List.of(QUESTION), ALL))
          .extracting(one -> one.error().orElseThrow())
          .containsExactly(
              "video_unsupported: Image 2 of 2: It is a PNG, but a video in one part has JPEG"
                  + " frames only; prepare the benchmark from JPEG frames, or send each frame as a"
                  + " picture");
      assertThat(server.asked).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, 1569, 785, false", // 196 a frame and a newline
    "8, 1024, 512, false", // 256 for two frames
    "64, 6273, 6273, true", // the first 32 of both
    "40, 6273, 3921, true", // the first 32 of 40, and 20
    "2, 10, 10, false", // too few to tell
    "8, 0, 0, false", // the service does not tell
  })
  void aServiceThatTakesFewerFramesIsFoundOut(int frames, int all, int some, boolean doubt)
      throws IOException {
    String reply =
        "{\"choices\": [{\"finish_reason\": \"stop\", \"message\": {\"content\": \"x\"}}],"
            + " \"usage\": {\"prompt_tokens_details\": {\"video_tokens\": %d}}}";
    try (StubServer server =
        new StubServer(
            StubServer.body(reply.formatted(all)), StubServer.body(reply.formatted(some)))) {
      Optional<String> found = endpoint(server.url(), VideoAs.FRAMES, QUICK).doubtOfFrames(frames);

      assertThat(found.isPresent()).isEqualTo(doubt);
      if (doubt) {
        assertThat(found.orElseThrow())
            .isEqualTo(
                "The endpoint openai:%s#a/model counts %d visual tokens for a video of %d frames, and %d for one of %d: it does not see all frames, or sees them smaller"
                    .formatted(server.url(), all, frames, some, frames / 4 * 2));
      }
    }
  }

  @Test
  void countsAreTakenOnlyWhereTheyAreCounts() throws IOException {
    String head =
        "{\"choices\": [{\"finish_reason\": \"length\", \"message\": {\"content\": \"x\"}}]";
    try (StubServer server =
        new StubServer(
            StubServer.body(head + "}"),
            StubServer.body(head + ", \"usage\": null}"),
            StubServer.body(
                head
                    + ", \"usage\": {\"prompt_tokens\": -1, \"completion_tokens\": 1e99,"
                    + " \"prompt_tokens_details\": []}}"),
            StubServer.body(
                head
                    + ", \"usage\": {\"prompt_tokens\": 600, \"completion_tokens\": \"3\","
                    + " \"prompt_tokens_details\": {\"image_tokens\": 576}}}"))) {
      for (int i = 0; i < 3; i++) {
        EndpointAnswer answer = answer(server);
        assertThat(answer.error()).isEmpty();
        assertThat(answer.finishReason()).isEqualTo("length");
        assertThat(answer.promptTokens()).isEmpty();
        assertThat(answer.generatedTokens()).isEmpty();
        assertThat(answer.visualTokens()).isEmpty();
      }
      EndpointAnswer last = answer(server);
      assertThat(last.promptTokens()).hasValue(600);
      assertThat(last.visualTokens()).hasValue(576);
      assertThat(last.generatedTokens()).isEmpty();
    }
  }

  static Stream<StubServer.Reply> passing() {
    return Stream.of(
        StubServer.status(408),
        StubServer.status(429),
        StubServer.status(500),
        StubServer.status(502),
        StubServer.status(503),
        StubServer.status(504),
        StubServer.cut("{\"choices\": [{\"mess"),
        StubServer.body("{\"choices\": [{\"mess"), // cut off without a word
        StubServer.body(""),
        StubServer.body("<html>502</html>"),
        exchange -> exchange.close());
  }

  @ParameterizedTest
  @MethodSource("passing")
  void whatPassesIsAskedAgain(StubServer.Reply reply) throws IOException {
    try (StubServer server = new StubServer(reply, reply, StubServer.says("yes"))) {
      assertThat(answer(server).text()).isEqualTo("yes");
      assertThat(server.asked).hasSize(3);
      assertThat(server.asked.get(2)).isEqualTo(server.asked.get(0));
    }
  }

  @Test
  void triesAreCounted() throws IOException {
    try (StubServer busy = new StubServer(StubServer.status(503));
        StubServer broken = new StubServer(StubServer.status(500));
        StubServer cut = new StubServer(StubServer.cut("{"));
        StubServer half = new StubServer(StubServer.body("{\"choices\": [{\"mess"))) {
      failsFor(busy, "failed 6 times, the last time with: status 503");
      failsFor(broken, "failed 3 times, the last time with: status 500");
      failsFor(cut, "failed 6 times, the last time with: ");
      assertThat(busy.asked).hasSize(6);
      assertThat(broken.asked).as("500 is often no passing fault").hasSize(3);
      assertThat(cut.asked).hasSize(6);
      failsFor(
          half,
          "failed 3 times, the last time with: an answer that is no JSON: {\"choices\":"
              + " [{\"mess");
      assertThat(half.asked).hasSize(3);
    }
  }

  @Test
  void theServicesOwnPauseIsKept() throws IOException {
    try (StubServer server =
        new StubServer(
            StubServer.status(429, "", Map.of("Retry-After", "1")), StubServer.says("yes"))) {
      long start = System.nanoTime();
      assertThat(answer(server).text()).isEqualTo("yes");
      assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
    }
  }

  @Test
  void silenceEnds() throws IOException {
    Patience patience =
        new Patience(Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofMillis(1), 6, 3);
    try (StubServer server = new StubServer(StubServer.silent(60_000))) {
      long start = System.nanoTime();
      assertThat(answer(server, patience).error().orElseThrow())
          // Three times in half a second, less often where the machine has other work.
          .containsPattern("failed [1-3] times, .*: no answer within");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }
  }

  @Test
  void aBodyThatNeverEndsIsSilenceToo() throws IOException {
    Patience patience =
        new Patience(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMillis(1), 6, 3);
    try (StubServer server =
        new StubServer(
            exchange -> {
              exchange.sendResponseHeaders(200, 1000);
              exchange.getResponseBody().write('{');
              exchange.getResponseBody().flush();
              StubServer.silent(60_000).to(exchange);
            })) {
      assertThat(answer(server, patience).error().orElseThrow()).contains("no answer within 0 s");
    }
  }

  @Test
  void aServiceThatDiesAndComesBackIsNotNoticed() throws Exception {
    StubServer first = new StubServer(StubServer.says("first"));
    int port = first.port();
    String url = first.url();
    first.close();
    AtomicReference<StubServer> second = new AtomicReference<>();
    CompletableFuture<Void> revival =
        CompletableFuture.runAsync(
            () -> {
              try {
                Thread.sleep(500);
                second.set(new StubServer(port, StubServer.says("second")));
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    try {
      // Up to the last try far longer than a busy machine takes until the service is back.
      Patience patience = Patience.MODEL.withFirstPause(Duration.ofMillis(500));
      assertThat(endpoint(url, patience).answers(List.of(), List.of(QUESTION), ALL).get(0).text())
          .isEqualTo("second");
    } finally {
      revival.join();
      second.get().close();
    }
  }

  @Test
  void nobodyThereIsTheEnd() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(
            () ->
                endpoint("http://127.0.0.1:%d/v1".formatted(port), QUICK)
                    .answers(List.of(), List.of(QUESTION), ALL))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining(
            "failed 6 times, the last time with: Cannot connect: nothing answers");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 415, 422})
  void aRefusedQuestionIsARow(int status) throws IOException {
    try (StubServer server = new StubServer(StubServer.status(status), StubServer.says("yes"))) {
      failsFor(server, "refused: status " + status);
      assertThat(answer(server).text()).isEqualTo("yes");
      assertThat(server.asked).hasSize(2);
    }
  }

  static Stream<StubServer.Reply> closed() {
    return Stream.of(
        StubServer.status(401),
        StubServer.status(402),
        StubServer.status(403),
        StubServer.status(404),
        StubServer.status(429, "{\"error\": {\"code\": \"insufficient_quota\"}}", Map.of()),
        StubServer.status(429, "{\"error\": {\"type\": \"insufficient_quota\"}}", Map.of()),
        StubServer.status(429, "", Map.of("Retry-After", "36000")));
  }

  @ParameterizedTest
  @MethodSource("closed")
  void whatHoldsForAllQuestionsIsTheEnd(StubServer.Reply reply) throws IOException {
    try (StubServer server = new StubServer(reply)) {
      assertThatThrownBy(() -> answer(server))
          .isInstanceOf(EndpointException.class)
          .hasMessageStartingWith("The endpoint openai:" + server.url() + "#a/model ");
      assertThat(server.asked).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, '; OPENAI_API_KEY is set: is it this service''s key?'",
    "404, '; check the model''s name and the address, which mostly ends in /v1'"
  })
  void aRefusalOfAllSaysWhatToLookAt(int status, String remedy) throws IOException {
    try (StubServer server = new StubServer(StubServer.status(status))) {
      assertThatThrownBy(() -> answer(server)).hasMessageEndingWith(remedy);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void noRedirectIsFollowed(int status) throws IOException {
    try (StubServer other = new StubServer(StubServer.says("gotcha"));
        StubServer server =
            new StubServer(
                StubServer.status(
                    status, "", Map.of("Location", other.url() + "/chat/completions")))) {
      assertThatThrownBy(() -> answer(server))
          .isInstanceOf(EndpointException.class)
          .hasMessageContaining("status %d, sent on to %s", status, other.url());
      assertThat(other.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "{\"choices\": {}}",
        "{\"choices\": [{\"finish_reason\": \"stop\", \"message\": {\"content\": null}}]}",
        "{\"choices\": [{\"finish_reason\": \"stop\", \"message\": {\"content\": [\"x\"]}}]}"
      })
  void anAnswerWithoutTextIsARow(String body) throws IOException {
    try (StubServer server = new StubServer(StubServer.body(body))) {
      failsFor(server, "gave an answer ");
      assertThat(server.asked).as("not asked again").hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"content_filter", "tool_calls", "", "<script>alert(1)</script>"})
  void otherEndsAreRows(String finish) throws IOException {
    try (StubServer server =
        new StubServer(StubServer.body(StubServer.answer("x", finish, 1, 1)))) {
      failsFor(server, "finish_reason '" + finish + "'");
    }
  }

  @Test
  void aStreamIsRefusedAtOnceThoughItNeverEnds() throws IOException {
    try (StubServer server =
        new StubServer(
            exchange -> {
              exchange.getResponseHeaders().add("Content-Type", "text/event-stream; charset=utf-8");
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write("data: {}\n\n".getBytes());
              exchange.getResponseBody().flush();
              StubServer.silent(60_000).to(exchange);
            })) {
      failsFor(server, "answers in streams (text/event-stream)");
      assertThat(server.asked).hasSize(1);
    }
  }

  @Test
  void aBodyIsReadUpToALimit() throws IOException {
    String most = "x".repeat(BoundedBody.MOST_BYTES - StubServer.answer("", "stop", 1, 1).length());
    try (StubServer server =
        new StubServer(
            StubServer.body(StubServer.answer(most, "stop", 1, 1)),
            StubServer.body(StubServer.answer(most + "x", "stop", 1, 1)),
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              byte[] block = new byte[1 << 16];
              while (true) { // until the client has enough
                exchange.getResponseBody().write(block);
              }
            })) {
      assertThat(answer(server).text()).isEqualTo(most);
      failsFor(server, "more than 1,048,576 bytes");
      failsFor(server, "more than 1,048,576 bytes");
      assertThat(server.asked).hasSize(3);
    }
  }

  @Test
  void aHostileBodyIsARow() throws IOException {
    try (StubServer server =
        new StubServer(
            StubServer.body("[".repeat(500_000)),
            StubServer.body("{\"a\":".repeat(100_000)),
            StubServer.body("1".repeat(900_000)))) {
      for (int i = 0; i < 3; i++) {
        EndpointAnswer answer = answer(server);
        assertThat(answer.error().orElseThrow())
            .startsWith("endpoint_failed: ")
            .hasSizeLessThan(600);
      }
    }
  }

  @Test
  void theKeyIsNotShownThoughTheServiceRepeatsIt() throws IOException {
    try (StubServer server =
        new StubServer(
            StubServer.status(422, "Wrong key: Bearer secret", Map.of()),
            StubServer.status(302, "", Map.of("Location", "https://a.example/?key=secret")))) {
      assertThat(answer(server).error().orElseThrow())
          .endsWith("Wrong key: Bearer ***")
          .doesNotContain("secret");
      assertThatThrownBy(() -> answer(server)).hasMessageNotContaining("secret");
    }
  }

  @Test
  void aNewerModelsLimitIsLearnt() throws IOException {
    try (StubServer server =
        new StubServer(
            StubServer.status(
                400,
                "{\"error\": {\"message\": \"Unsupported parameter\", \"param\": \"max_tokens\"}}",
                Map.of()),
            StubServer.says("yes"))) {
      assertThat(answer(server).text()).isEqualTo("yes");
      assertThat(server.asked.get(1).path("max_completion_tokens").intValue()).isEqualTo(16);
      assertThat(server.asked.get(1).has("max_tokens")).isFalse();
    }
  }

  @Test
  void aPromptThatIsTooLongDoesNotChangeTheFormat() throws IOException {
    try (StubServer server =
        new StubServer(
            StubServer.status(
                400,
                "{\"error\": {\"message\": \"'max_tokens' is too large: the maximum context length"
                    + " is 9\"}}",
                Map.of()),
            StubServer.says("yes"))) {
      failsFor(server, "context length");
      assertThat(server.asked).hasSize(1);
    }
  }

  @Test
  void anInterruptEndsTheRequest() throws Exception {
    try (StubServer server = new StubServer(StubServer.silent(60_000))) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread asking =
          new Thread(
              () -> {
                try {
                  endpoint(server.url(), QUICK).answers(List.of(), List.of(QUESTION), ALL);
                } catch (RuntimeException e) {
                  thrown.set(e);
                }
              });
      asking.start();
      await(() -> !server.asked.isEmpty());
      asking.interrupt();
      asking.join(60_000);
      assertThat(thrown.get()).isInstanceOf(CancellationException.class);
    }
  }

  private static void await(Supplier<Boolean> condition) throws InterruptedException {
    while (!condition.get()) {
      Thread.sleep(10);
    }
  }

  @Test
  void theProbeFindsWhatIsWrongForAll() throws IOException {
    for (int status : List.of(400, 401, 403, 404, 422, 500, 503)) {
      try (StubServer server = new StubServer(StubServer.status(status))) {
        assertThatThrownBy(() -> endpoint(server.url(), QUICK).probe())
            .isInstanceOf(EndpointException.class)
            .hasMessageContaining("status " + status);
      }
    }
    try (StubServer server = new StubServer(StubServer.body("data: {}"))) {
      assertThatThrownBy(() -> endpoint(server.url(), QUICK).probe())
          .isInstanceOf(EndpointException.class);
    }
  }

  @Test
  void theProbeSendsNoContents() throws IOException {
    try (StubServer server =
        new StubServer(
            StubServer.body(
                "{\"choices\": [{\"finish_reason\": \"length\", \"message\": {\"content\":"
                    + " null}}]}"))) {
      endpoint(server.url(), QUICK).probe(); // a model that thinks first
      assertThat(server.asked).hasSize(1);
      assertThat(server.asked.get(0).at("/messages/0/content/1/text").textValue())
          .isEqualTo("What is in the picture?");
    }
  }
}
