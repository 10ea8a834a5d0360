package io.prumerge.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A local OpenAI-compatible service whose replies the test defines. */
final class JudgeServer implements AutoCloseable {

  /**
   * A response.
   *
   * @param headers further headers
   */
  record Response(int status, String body, Map<String, String> headers) {}

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Bodies of the requests, in order. */
  final List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());

  /** Their Authorization headers; {@code none} if absent. */
  final List<String> keys = Collections.synchronizedList(new ArrayList<>());

  private final HttpServer server;
  private final Function<JsonNode, Response> replies;

  /**
   * @param replies returns the response to a request's body
   */
  JudgeServer(Function<JsonNode, Response> replies) throws IOException {
    this.replies = replies;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::handle);
    server.start();
  }

  /** Returns a reply with this text. */
  static Response words(String words) {
    try {
      Map<String, Object> message = Map.of("role", "assistant", "content", words);
      Object body = Map.of("choices", List.of(Map.of("index", 0, "message", message)));
      return new Response(200, MAPPER.writeValueAsString(body), Map.of());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Response status(int status) {
    return new Response(status, error("not now", "x"), Map.of());
  }

  /** Returns the body of an error about a parameter. */
  static String error(String message, String parameter) {
    return "{\"error\": {\"message\": \"%s\", \"param\": \"%s\"}}".formatted(message, parameter);
  }

  /** Returns the value for {@code --judge}. */
  String url() {
    return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = MAPPER.readTree(exchange.getRequestBody().readAllBytes());
      asked.add(request);
      keys.add(
          String.valueOf(
              exchange.getRequestHeaders().getOrDefault("Authorization", List.of("none")).get(0)));
      Response response = replies.apply(request);
      byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
      response.headers().forEach(exchange.getResponseHeaders()::add);
      exchange.sendResponseHeaders(response.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
