package io.prumerge.load.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A vision service whose curve is known: workers with one queue, first come, first served, that
 * take as long as is said of them. It speaks OpenAI's protocol, streamed if asked so, a word of the
 * answer in each chunk, and each word a token.
 */
public final class HttpQueueServer implements AutoCloseable {

  /** The response's header with the milliseconds that a worker takes for the answer. */
  public static final String SERVICE_MILLIS = "X-Service-Millis";

  /** Tokens of each prompt but those of the picture. */
  public static final int TEXT_TOKENS = 20;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Connections that wait to be accepted. */
  private static final int BACKLOG = 1_000;

  private final Semaphore workers;
  private final ServiceTime time;
  private final int visualTokens;
  private final UnaryOperator<String> answers;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /**
   * @param request milliseconds for any request
   * @param visualToken for each visual token
   * @param answerToken for each word of an answer
   * @param visualTokens of a request with a picture
   * @param answers from the text of a question to its answer, words with one space between
   */
  public HttpQueueServer(
      int workers,
      double request,
      double visualToken,
      double answerToken,
      int visualTokens,
      UnaryOperator<String> answers)
      throws IOException {
    this.workers = new Semaphore(workers, true);
    this.time = new ServiceTime(request, visualToken, answerToken);
    this.visualTokens = visualTokens;
    this.answers = answers;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::handle);
    server.start();
  }

  /** Returns the model's spelling for {@code --model}. */
  public String model(String name) {
    return "openai:http://127.0.0.1:%d/v1#%s".formatted(server.getAddress().getPort(), name);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = MAPPER.readTree(exchange.getRequestBody().readAllBytes());
      workers.acquire();
      try {
        answer(exchange, request);
      } finally {
        workers.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by the close
    }
  }

  private void answer(HttpExchange exchange, JsonNode request)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    JsonNode content = request.at("/messages/0/content");
    boolean picture = !content.isTextual();
    String text = (picture ? content.get(content.size() - 1).get("text") : content).textValue();
    int visual = picture ? visualTokens : 0;
    List<String> words = List.of(answers.apply(text).split("(?= )"));
    exchange
        .getResponseHeaders()
        .add(SERVICE_MILLIS, Double.toString(time.until(visual, words.size())));
    if (!request.path("stream").asBoolean()) {
      sleepUntil(start, time.until(visual, words.size()));
      byte[] whole = MAPPER.writeValueAsBytes(whole(words, visual));
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, whole.length);
      exchange.getResponseBody().write(whole);
      return;
    }
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    for (int i = 0; i < words.size(); i++) {
      sleepUntil(start, time.until(visual, i + 1));
      event(body, MAPPER.writeValueAsString(chunk(words.get(i), i == words.size() - 1)));
    }
    if (request.at("/stream_options/include_usage").asBoolean()) {
      ObjectNode last = MAPPER.createObjectNode();
      last.putArray("choices");
      last.set("usage", usage(visual, words.size()));
      event(body, MAPPER.writeValueAsString(last));
    }
    event(body, "[DONE]");
  }

  private static void sleepUntil(long start, double millis) throws InterruptedException {
    long left = start + Math.round(millis * 1e6) - System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(left);
  }

  private static void event(OutputStream body, String data) throws IOException {
    body.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    body.flush();
  }

  private static ObjectNode whole(List<String> words, int visual) {
    ObjectNode whole = MAPPER.createObjectNode();
    ObjectNode choice = whole.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", String.join("", words));
    whole.set("usage", usage(visual, words.size()));
    return whole;
  }

  private static ObjectNode chunk(String word, boolean last) {
    ObjectNode chunk = MAPPER.createObjectNode();
    ObjectNode choice = chunk.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", last ? "stop" : null);
    choice.putObject("delta").put("content", word);
    return chunk;
  }

  private static ObjectNode usage(int visual, int generated) {
    ObjectNode usage = MAPPER.createObjectNode();
    usage.put("prompt_tokens", TEXT_TOKENS + visual).put("completion_tokens", generated);
    usage.putObject("prompt_tokens_details").put("image_tokens", visual).put("cached_tokens", 0);
    return usage;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
