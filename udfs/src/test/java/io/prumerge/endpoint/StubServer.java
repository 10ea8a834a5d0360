package io.prumerge.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A local service that answers, or misbehaves, as the test says. */
final class StubServer implements AutoCloseable {

  /** What the service does with a request. */
  interface Reply {
    void to(HttpExchange exchange) throws IOException;
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Connections that wait to be accepted: above it, those of a burst take seconds. */
  private static final int BACKLOG = 1_000;

  /** Bodies of the requests, in order. */
  final List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());

  /** Their Authorization headers; {@code none} if absent. */
  final List<String> keys = Collections.synchronizedList(new ArrayList<>());

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Starts a service that gives these replies one after another, the last one for ever. */
  StubServer(Reply... replies) throws IOException {
    this(0, replies);
  }

  StubServer(int port, Reply... replies) throws IOException {
    Deque<Reply> left = new ArrayDeque<>(List.of(replies));
    server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            asked.add(MAPPER.readTree(exchange.getRequestBody().readAllBytes()));
            keys.add(
                exchange.getRequestHeaders().getOrDefault("Authorization", List.of("none")).get(0));
            Reply reply;
            synchronized (left) {
              reply = left.size() > 1 ? left.remove() : left.element();
            }
            reply.to(exchange);
          }
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "http://127.0.0.1:%d/v1".formatted(port());
  }

  /** An answer as transformers serve gives it. */
  static Reply says(String words) {
    return body(answer(words, "stop", 17, 3));
  }

  static String answer(String words, String finish, int prompt, int generated) {
    return """
    {"id": "1", "choices": [{"index": 0, "finish_reason": "%s", "message": {"role": "assistant", "content": "%s"}}],
     "usage": {"prompt_tokens": %d, "completion_tokens": %d, "total_tokens": 0}, "system_fingerprint": ""}"""
        .formatted(finish, words, prompt, generated);
  }

  static Reply body(String body) {
    return status(200, body, Map.of());
  }

  static Reply status(int status) {
    return status(status, "{\"error\": {\"message\": \"not now\"}}", Map.of());
  }

  static Reply status(int status, String body, Map<String, String> headers) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      headers.forEach(exchange.getResponseHeaders()::add);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** A body that ends before the length that its head states. */
  static Reply cut(String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length + 100);
      exchange.getResponseBody().write(bytes);
      exchange.getResponseBody().flush();
      throw new IOException("cut"); // closes the connection
    };
  }

  /** A stream of these pieces, each sent on its own, with a pause before all but the first. */
  static Reply streams(long pauseMillis, String... pieces) {
    return exchange -> {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      for (int i = 0; i < pieces.length; i++) {
        if (i > 0) {
          silent(pauseMillis).to(exchange);
        }
        exchange.getResponseBody().write(pieces[i].getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
      }
    };
  }

  /** An event with a piece of an answer's text, as vLLM sends it. */
  static String chunk(String words) {
    return event("{\"content\": \"%s\"}".formatted(words), "null");
  }

  /** The event that ends an answer. */
  static String end(String finish) {
    return event("{}", '"' + finish + '"');
  }

  private static String event(String delta, String finish) {
    return "data: {\"choices\": [{\"index\": 0, \"delta\": %s, \"finish_reason\": %s}]}\n\n"
        .formatted(delta, finish);
  }

  /** The event with the counts of tokens, without an answer, as services send it that are asked. */
  static String usage(String counts) {
    return "data: {\"choices\": [], \"usage\": {%s}}\n\n".formatted(counts);
  }

  /** No word for so long. */
  static Reply silent(long millis) {
    return exchange -> {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
