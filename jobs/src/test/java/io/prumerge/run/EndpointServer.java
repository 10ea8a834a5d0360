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
final class EndpointServer implements AutoCloseable {

  /**
   * A question as the service sees it.
   *
   * @param number of the request, from 1; the run's probe is not counted
   * @param text the prompt
   * @param visuals data URIs of its pictures or videos
   */
  record Asked(int number, String text, List<String> visuals) {

    /** Returns the first picture's data URI; empty without one. */
    String image() {
      return visuals.isEmpty() ? "" : visuals.get(0);
    }
  }

  /** What the service does with a question. */
  interface Reply {
    void to(HttpExchange exchange, Asked asked) throws IOException;
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<String> PROBES =
      Set.of("What is in the picture?", "What is in the video?");

  /** The questions, the probe aside, in order. */
  final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());

  /** How often a run's probe came. */
  final AtomicInteger probes = new AtomicInteger();

  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile Reply reply;

  EndpointServer(Reply reply) throws IOException {
    this.reply = reply;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::handle);
    server.start();
  }

  /** Says yes to everything. */
  static final Reply YES = (exchange, asked) -> says(exchange, "Yes");

  static void says(HttpExchange exchange, String words) throws IOException {
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

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Changes what the service does from now on. */
  void now(Reply next) {
    reply = next;
  }

  String url() {
    return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
  }

  /** The model's spelling for {@code --model}. */
  String model() {
    return "openai:" + url() + "#their/model";
  }

  /** The most requests that were under way at a time. */
  int most() {
    return most.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    Ending ending = new Ending(exchange.getResponseBody());
    exchange.setStreams(null, ending);
    try (exchange) {
      JsonNode request = MAPPER.readTree(exchange.getRequestBody());
      JsonNode content = request.at("/messages/0/content");
      String text =
          content.isTextual()
              ? content.textValue()
              : content.get(content.size() - 1).at("/text").textValue();
      List<String> visuals = new ArrayList<>();
      content.forEach(part -> part.findValuesAsText("url").forEach(visuals::add));
      if (PROBES.contains(text)) {
        probes.incrementAndGet();
        reply.to(exchange, new Asked(0, text, visuals));
        return;
      }
      Asked one = new Asked(numbers.incrementAndGet(), text, visuals);
      asked.add(one);
      reply.to(exchange, one);
    } finally {
      ending.end();
    }
  }

  /** Ends a request with the first byte of its answer: who has read all of it may ask again. */
  private final class Ending extends FilterOutputStream {

    private boolean ended;

    Ending(OutputStream body) {
      super(body);
    }

    void end() {
      if (!ended) {
        ended = true;
        underWay.decrementAndGet();
      }
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      end();
      out.write(bytes, from, count);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
