package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.endpoint.ChunkContent;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.Patience;
import io.prumerge.endpoint.StreamedAnswer;
import io.prumerge.endpoint.StreamedChunk;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.engine.Question;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.run.EndpointServer.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The service of other tests, asked for streams. */
class EndpointServerTest {

  private static final TokenReducer ALL = TokenReducers.of(MethodSpec.NONE);

  private static final String USAGE = "\"prompt_tokens\": 40, \"completion_tokens\": 3";

  private static VisionEndpoint endpoint(EndpointServer server) {
    return new VisionEndpoint(
        Endpoint.parse(server.model()),
        VideoAs.PICTURES,
        Optional.empty(),
        Patience.MODEL.withAnswer(Duration.ofSeconds(30)));
  }

  private static CompletableFuture<StreamedAnswer> ask(VisionEndpoint endpoint) {
    return endpoint.stream(endpoint.prepared(List.of(), new Question("Is it?", 16), ALL));
  }

  private static StreamedAnswer answer(Reply reply) throws Exception {
    try (EndpointServer server = new EndpointServer(reply)) {
      StreamedAnswer answer = ask(endpoint(server)).get(60, TimeUnit.SECONDS);
      assertThat(server.asked).hasSize(1);
      assertThat(server.asked.get(0).streamed()).isTrue();
      return answer;
    }
  }

  private static List<Long> texts(StreamedAnswer answer) {
    return answer.chunks().stream()
        .filter(chunk -> chunk.content() == ChunkContent.ANSWER)
        .map(StreamedChunk::nanos)
        .toList();
  }

  @Test
  void saysItPieceByPiece() throws Exception {
    StreamedAnswer answer = answer(EndpointServer.streams(20, USAGE, "Ye", "s"));

    assertThat(answer.answer().error()).isEmpty();
    assertThat(answer.answer().text()).isEqualTo("Yes");
    assertThat(answer.answer().promptTokens()).hasValue(40);
    assertThat(answer.answer().generatedTokens()).hasValue(3);
    assertThat(texts(answer)).hasSize(2);
    assertThat(texts(answer).get(1) - answer.sent()).isGreaterThan(35_000_000);
  }

  @Test
  void fails() throws Exception {
    StreamedAnswer half = answer(EndpointServer.streamsHalf(0, "Ye", "s"));
    assertThat(texts(half)).hasSize(2);
    assertThat(half.answer().error().orElseThrow()).contains("ends without a finish_reason");

    StreamedAnswer error = answer(EndpointServer.streamsError(0, "Yes"));
    assertThat(texts(error)).hasSize(1);
    assertThat(error.answer().error().orElseThrow()).contains("out of memory");

    assertThat(answer(EndpointServer.BUSY).answer().error().orElseThrow()).contains("status 429");
    assertThat(answer(EndpointServer.CLOSES).answer().error().orElseThrow())
        .contains("failed with: ");
  }

  /** Streams are under way to their end, and no longer. */
  @Test
  void countsTheStreamsUnderWay() throws Exception {
    try (EndpointServer server = new EndpointServer(EndpointServer.streams(1, USAGE, "Yes"))) {
      VisionEndpoint endpoint = endpoint(server);
      for (int round = 0; round < 20; round++) {
        assertThat(ask(endpoint).get(60, TimeUnit.SECONDS).answer().text()).isEqualTo("Yes");
      }
      assertThat(server.most()).isEqualTo(1);

      server.now(EndpointServer.streams(500, USAGE, "Y", "e", "s"));
      List<CompletableFuture<StreamedAnswer>> three = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        three.add(ask(endpoint));
      }
      for (CompletableFuture<StreamedAnswer> one : three) {
        one.get(60, TimeUnit.SECONDS);
      }
      assertThat(server.most()).isEqualTo(3);
    }
  }

  @Test
  void saysItInOneToWhoeverWantsNoStream() throws Exception {
    try (EndpointServer server = new EndpointServer(EndpointServer.streams(0, USAGE, "Ye", "s"))) {
      assertThat(
              endpoint(server)
                  .answers(List.of(), List.of(new Question("Is it?", 16)), ALL)
                  .get(0)
                  .text())
          .isEqualTo("Yes");
    }
  }
}
