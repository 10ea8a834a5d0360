package io.prumerge.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A local vision service that counts its requests, and answers as the test says. */
public final class EndpointServer implements AutoCloseable {

  /**
   * A question as the service sees it.
   *
   * @param number of the request, from 1; the run's probe is not counted
   * @param text the prompt
   * @param visuals data URIs of its pictures or videos
   * @param streamed whether the answer is wanted as a stream
   */
  public record Asked(int number, String text, List<String> visuals, boolean streamed) {

    /** Returns the first picture's data URI; empty without one. */
    public String image() {
      return visuals.isEmpty() ? "" : visuals.get(0);
    }
  }

  /** What the service does with a question. */
  public interface Reply {
    void to(HttpExchange exchange, Asked asked) throws IOException;
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Connections that wait to be accepted: above it, those of a burst take seconds. */
  private static final int BACKLOG = 1_000;

  private static final Set<String> PROBES =
      Set.of("What is in the picture?", "What is in the video?");

  /** The questions, the probe aside, in order. */
  public final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());

  /** How often a run's probe came. */
  public final AtomicInteger probes = new AtomicInteger();

  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile Reply reply;

  public EndpointServer(Reply reply) throws IOException {
    this.reply = reply;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::handle);
    server.start();
  }

  /** Says yes to everything. */
  public static final Reply YES = (exchange, asked) -> says(exchange, "Yes");

  public static void says(HttpExchange exchange, String words) throws IOException {
    send(
        exchange,
        200,
        """
        {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "%s"}}],
         "usage": {"prompt_tokens": 40, "completion_tokens": 2}}\
        """
            .formatted(words));
  }

  /** Says something and counts the tokens of the prompt, those of the picture too. */
  static void says(HttpExchange exchange, String words, int text, int image) throws IOException {
    send(
        exchange,
        200,
        """
        {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "%s"}}],
         "usage": {"prompt_tokens": %d, "completion_tokens": 2, "prompt_tokens_details": {"image_tokens": %d}}}\
        """
            .formatted(words, text + image, image));
  }

  /** Says something as older servers do, which count no tokens. */
  static void saysUncounted(HttpExchange exchange, String words, String usage) throws IOException {
    send(
        exchange,
        200,
        """
        {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "%s"}}]%s}\
        """
            .formatted(words, usage));
  }

  /**
   * Says something piece by piece with a pause before each, and counts its tokens at the end; in
   * one, if no stream is wanted.
   *
   * @param usage the counts, such as {@code "prompt_tokens": 40, "completion_tokens": 2}; a service
   *     may lie in them
   */
  public static Reply streams(long pauseMillis, String usage, String... pieces) {
    return (exchange, asked) -> {
      if (!asked.streamed()) {
        saysUncounted(exchange, String.join("", pieces), ", \"usage\": {" + usage + "}");
        return;
      }
      begin(exchange, pauseMillis, pieces);
      ((Ending) exchange.getResponseBody()).end();
      part(exchange, event("{}", "\"stop\"", "{" + usage + "}") + "data: [DONE]\n\n");
    };
  }

  /**
   * Thinks before it says something, as vLLM does with a parser of thoughts: a token each, with a
   * pause before each. In a stream alone.
   *
   * @param field of a thought's text
   */
  public static Reply thinks(
      long pauseMillis, int thoughts, String field, String usage, String word) {
    return (exchange, asked) -> {
      begin(exchange, pauseMillis);
      for (int i = 0; i < thoughts; i++) {
        pause(pauseMillis);
        part(exchange, event("{\"%s\": \"hm \"}".formatted(field), "null", "null"));
      }
      pause(pauseMillis);
      part(exchange, event("{\"content\": \"" + word + "\"}", "null", "null"));
      ((Ending) exchange.getResponseBody()).end();
      part(exchange, event("{}", "\"stop\"", "{" + usage + "}") + "data: [DONE]\n\n");
    };
  }

  /** Says these pieces, and no more: the stream ends, but the answer doesn't. */
  public static Reply streamsHalf(long pauseMillis, String... pieces) {
    return (exchange, asked) -> begin(exchange, pauseMillis, pieces);
  }

  /** Says these pieces, and then that something went wrong. */
  public static Reply streamsError(long pauseMillis, String... pieces) {
    return (exchange, asked) -> {
      begin(exchange, pauseMillis, pieces);
      part(exchange, "data: {\"error\": {\"message\": \"out of memory\"}}\n\n");
    };
  }

  /** Closes the connection without an answer. */
  public static final Reply CLOSES = (exchange, asked) -> exchange.close();

  /** Has no time. */
  public static final Reply BUSY =
      (exchange, asked) -> send(exchange, 429, "{\"error\": {\"message\": \"too many\"}}");

  /** Knows no such model. */
  public static final Reply CLOSED =
      (exchange, asked) -> send(exchange, 404, "{\"error\": {\"message\": \"no such model\"}}");

  private static void begin(HttpExchange exchange, long pauseMillis, String... pieces)
      throws IOException {
    ((Ending) exchange.getResponseBody()).stream();
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    part(exchange, event("{\"role\": \"assistant\", \"content\": \"\"}", "null", "null"));
    for (String piece : pieces) {
      pause(pauseMillis);
      part(exchange, event("{\"content\": \"" + piece + "\"}", "null", "null"));
    }
  }

  private static String event(String delta, String finish, String usage) {
    return """
    data: {"choices": [{"index": 0, "delta": %s, "finish_reason": %s}], "usage": %s}

    """
        .formatted(delta, finish, usage);
  }

  private static void part(HttpExchange exchange, String events) throws IOException {
    exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Changes what the service does from now on. */
  public void now(Reply next) {
    reply = next;
  }

  public String url() {
    return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
  }

  /** The model's spelling for {@code --model}. */
  public String model() {
    return "openai:" + url() + "#their/model";
  }

  /** The most requests that were under way at a time. */
  public int most() {
    return most.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    Ending ending = new Ending(exchange.getResponseBody());
    exchange.setStreams(null, ending);
    try (exchange) {
      JsonNode request = MAPPER.readTree(exchange.getRequestBody().readAllBytes());
      JsonNode content = request.at("/messages/0/content");
      String text =
          content.isTextual()
              ? content.textValue()
              : content.get(content.size() - 1).at("/text").textValue();
      List<String> visuals = new ArrayList<>();
      content.forEach(part -> part.findValuesAsText("url").forEach(visuals::add));
      boolean streamed = request.path("stream").asBoolean();
      if (PROBES.contains(text)) {
        probes.incrementAndGet();
        reply.to(exchange, new Asked(0, text, visuals, streamed));
        return;
      }
      Asked one = new Asked(numbers.incrementAndGet(), text, visuals, streamed);
      asked.add(one);
      reply.to(exchange, one);
    } finally {
      ending.end();
    }
  }

  /**
   * Ends a request with the first byte of its answer, or before the last event of a stream: who has
   * read all of it may ask again.
   */
  private final class Ending extends FilterOutputStream {

    private boolean ended;
    private boolean stream;

    Ending(OutputStream body) {
      super(body);
    }

    void end() {
      if (!ended) {
        ended = true;
        underWay.decrementAndGet();
      }
    }

    void stream() {
      stream = true;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      if (!stream) {
        end();
      }
      out.write(bytes, from, count);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
