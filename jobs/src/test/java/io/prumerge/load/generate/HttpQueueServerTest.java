package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpQueueServerTest {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static final String ABOUT_A_PICTURE =
      """
      {"messages": [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
        {"type": "text", "text": "What?"}]}]%s}\
      """;

  @Test
  void aStreamHasAWordInEachChunkThenUsage() throws Exception {
    try (HttpQueueServer server = server(1)) {
      HttpResponse<String> response =
          ask(server, ", \"stream\": true, \"stream_options\": {\"include_usage\": true}").join();

      assertThat(response.headers().map())
          .containsEntry("x-service-millis", List.of("70.0")) // 10 + 0.1 * 400 + 10 * 2
          .containsEntry("content-type", List.of("text/event-stream"));
      assertThat(response.body())
          .isEqualTo(
              """
              data: {"choices":[{"index":0,"finish_reason":null,"delta":{"content":"Not"}}]}

              data: {"choices":[{"index":0,"finish_reason":"stop","delta":{"content":" What?"}}]}

              data: {"choices":[],"usage":{"prompt_tokens":420,"completion_tokens":2,\
              "prompt_tokens_details":{"image_tokens":400,"cached_tokens":0}}}

              data: [DONE]

              """);
    }
  }

  @Test
  void anAnswerIsWholeIfNoStreamIsWanted() throws Exception {
    try (HttpQueueServer server = server(1)) {
      assertThat(ask(server, "").join().body())
          .isEqualTo(
              """
              {"choices":[{"index":0,"finish_reason":"stop",\
              "message":{"role":"assistant","content":"Not What?"}}],\
              "usage":{"prompt_tokens":420,"completion_tokens":2,\
              "prompt_tokens_details":{"image_tokens":400,"cached_tokens":0}}}\
              """);
    }
  }

  @Test
  void aWorkerAnswersOneAtATime() throws Exception {
    try (HttpQueueServer server = server(2)) {
      long start = System.nanoTime();
      CompletableFuture.allOf(
              Stream.generate(() -> ask(server, "")).limit(5).toArray(CompletableFuture<?>[]::new))
          .join();

      assertThat((System.nanoTime() - start) / 1e6).isGreaterThan(3 * 70);
    }
  }

  private static HttpQueueServer server(int workers) throws IOException {
    return new HttpQueueServer(workers, 10, 0.1, 10, 400, question -> "Not " + question);
  }

  private static CompletableFuture<HttpResponse<String>> ask(HttpQueueServer server, String more) {
    String url = server.model("m").replaceAll("^openai:|#m$", "") + "/chat/completions";
    return CLIENT.sendAsync(
        HttpRequest.newBuilder(URI.create(url))
            .POST(BodyPublishers.ofString(ABOUT_A_PICTURE.formatted(more)))
            .build(),
        BodyHandlers.ofString());
  }
}
