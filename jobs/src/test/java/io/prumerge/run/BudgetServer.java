package io.prumerge.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageInfo;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.rule.PictureTokens;
import io.prumerge.image.rule.TokenRules;
import io.prumerge.image.size.NativeSize;
import io.prumerge.image.size.NearestAspectTiling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server that serves pictures by a model's rule, and does with a budget what its behaviour says.
 * A question is answered rightly ("A") with a probability that grows with the tokens that are
 * served, drawn by a digest of what is asked, so that a curve is known beforehand.
 */
final class BudgetServer implements AutoCloseable {

  /** What servers do with a budget, and with counts. */
  enum Behaviour {
    HONOUR,
    /** Knows no such field, and says nothing. */
    IGNORE,
    /** Serves no more than a limit, and says nothing. */
    CLAMP,
    /** Serves the next lower of Gemma 4's budgets. */
    SNAP,
    /** Refuses some budgets. */
    REFUSE,
    /** Refuses every unknown field, as transformers serve does. */
    REFUSE_UNKNOWN,
    /** States only all tokens. */
    USAGE_TOTAL,
    /** States the picture's tokens with special ones, as vLLM does. */
    USAGE_VLLM,
    /** States the picture's tokens as SGLang does. */
    USAGE_SGLANG,
    USAGE_NONE,
    /** States what is asked for, and serves the default. */
    USAGE_LIE,
    /** States a token for a picture, whatever its size. */
    USAGE_CONSTANT,
    /** Leaves out tokens that it has cached. */
    USAGE_CACHED_OUT,
    /** Serves a picture as it did first, whatever the budget. */
    CACHE_EQUAL_KEYS,
    /** Serves all pictures of a request at the largest budget of one. */
    PER_REQUEST_MAX,
    /** Shrinks pictures before the model's rule. */
    RESIZE_FIRST,
    /** States special tokens, too. */
    OFF_BY_SPECIAL,
    /** Leaves out InternVL's view of the whole picture. */
    THUMBNAIL,
    /** States tokens at the end of streams only. */
    STREAM_USAGE_ONLY
  }

  /** Whose rule it serves by. */
  enum Family {
    GEMMA4,
    QWEN3_VL,
    INTERNVL
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int TEMPLATE = 17;
  private static final Set<String> KNOWN =
      Set.of(
          "model",
          "messages",
          "temperature",
          "max_tokens",
          "max_completion_tokens",
          "stream",
          "stream_options");
  private static final Set<Behaviour> WITH_SPECIAL =
      Set.of(
          Behaviour.HONOUR,
          Behaviour.IGNORE,
          Behaviour.CLAMP,
          Behaviour.SNAP,
          Behaviour.USAGE_TOTAL,
          Behaviour.USAGE_VLLM,
          Behaviour.CACHE_EQUAL_KEYS,
          Behaviour.OFF_BY_SPECIAL);

  private final Behaviour behaviour;
  private final Family family;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, PictureTokens> cache = new ConcurrentHashMap<>();
  private final Set<String> seen = Collections.synchronizedSet(new HashSet<>());

  /** Bodies of the requests, in order. */
  final List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());

  BudgetServer(Behaviour behaviour, Family family) throws IOException {
    this.behaviour = behaviour;
    this.family = family;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = MAPPER.readTree(exchange.getRequestBody().readAllBytes());
      asked.add(body);
      try {
        ObjectNode answer = answer(body);
        if (body.path("stream").booleanValue()) {
          stream(exchange, answer, body.at("/stream_options/include_usage").booleanValue());
        } else {
          send(exchange, 200, "application/json", answer.toString());
        }
      } catch (IllegalArgumentException e) {
        boolean unknown = behaviour == Behaviour.REFUSE_UNKNOWN;
        send(
            exchange,
            unknown ? 422 : 400,
            "application/json",
            MAPPER
                .createObjectNode()
                .set("error", MAPPER.createObjectNode().put("message", e.getMessage()))
                .toString());
      }
    }
  }

  private ObjectNode answer(JsonNode body) {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (behaviour == Behaviour.REFUSE_UNKNOWN && !KNOWN.contains(name)) {
                throw new IllegalArgumentException("Unexpected fields in the request: " + name);
              }
            });
    StringBuilder text = new StringBuilder();
    List<JsonNode> pictures = new ArrayList<>();
    for (JsonNode message : body.path("messages")) {
      if (message.path("content").isTextual()) {
        text.append(message.path("content").textValue());
      }
      for (JsonNode part : message.path("content")) {
        if (part.has("image_url")) {
          pictures.add(part.path("image_url"));
        } else {
          text.append(part.path("text").asText());
        }
      }
    }
    List<Map<String, String>> asks = new ArrayList<>();
    pictures.forEach(picture -> asks.add(asked(body, picture)));
    if (behaviour == Behaviour.PER_REQUEST_MAX && !asks.isEmpty()) {
      Collections.fill(asks, Collections.max(asks, (a, b) -> Long.compare(largest(a), largest(b))));
    }
    int tokens = 0;
    int special = 0;
    int stated = 0;
    int cached = 0;
    for (int i = 0; i < pictures.size(); i++) {
      String url = pictures.get(i).path("url").textValue();
      PictureTokens served = cached(url, asks.get(i));
      tokens += served.visual();
      special += served.special();
      stated +=
          behaviour == Behaviour.USAGE_LIE
              ? rule(picture(url), asks.get(i)).visual()
              : served.visual();
      cached += seen.add(url + asks.get(i) + text) ? 0 : served.visual();
    }
    double drawn =
        Long.parseLong(Sha256.hex(bytes(text + pictures.toString())).substring(0, 8), 16)
            / (double) (1L << 32);
    boolean right = drawn < 0.25 + 0.65 * tokens / (tokens + 200);
    ObjectNode answer = MAPPER.createObjectNode();
    ObjectNode choice = answer.putArray("choices").addObject().put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", right ? "A" : "B");
    int words = TEMPLATE + text.toString().split("\\s+").length;
    answer.set("usage", usage(words, pictures.size(), stated, special, cached));
    return answer;
  }

  private ObjectNode usage(int words, int pictures, int stated, int special, int cached) {
    ObjectNode usage = MAPPER.createObjectNode();
    if (behaviour == Behaviour.USAGE_NONE) {
      return usage;
    }
    int prompt = words + stated + (WITH_SPECIAL.contains(behaviour) ? special : 0);
    ObjectNode details = usage.putObject("prompt_tokens_details");
    switch (behaviour) {
      case USAGE_VLLM ->
          details
              .put("cached_tokens", cached)
              .putObject("multimodal_tokens")
              .put("image", stated + special);
      case USAGE_SGLANG -> details.put("cached_tokens", cached).put("image_tokens", stated);
      case USAGE_CONSTANT -> prompt = words + pictures;
      case USAGE_CACHED_OUT -> {
        prompt -= cached;
        details.put("cached_tokens", cached);
      }
      default -> usage.remove("prompt_tokens_details");
    }
    return usage.put("prompt_tokens", prompt).put("completion_tokens", 2);
  }

  private PictureTokens cached(String url, Map<String, String> ask) {
    return behaviour == Behaviour.CACHE_EQUAL_KEYS
        ? cache.computeIfAbsent(url, any -> rule(picture(url), ask))
        : serve(picture(url), ask);
  }

  private PictureTokens serve(ImageInfo picture, Map<String, String> ask) {
    int width = picture.width();
    int height = picture.height();
    double scale = 512.0 / Math.max(width, height);
    if (behaviour == Behaviour.RESIZE_FIRST && scale < 1) {
      width = Math.max(1, (int) (width * scale));
      height = Math.max(1, (int) (height * scale));
    }
    boolean ignores = behaviour == Behaviour.IGNORE || behaviour == Behaviour.USAGE_LIE;
    PictureTokens served = rule(width, height, ignores ? Map.of() : ask);
    String budget = ask.getOrDefault("max_soft_tokens", "70");
    if (behaviour == Behaviour.REFUSE && !Set.of("70", "140", "280").contains(budget)) {
      throw new IllegalArgumentException("max_soft_tokens " + budget + " is not supported");
    }
    return served;
  }

  private PictureTokens rule(ImageInfo picture, Map<String, String> ask) {
    return rule(picture.width(), picture.height(), ask);
  }

  private PictureTokens rule(int width, int height, Map<String, String> ask) {
    boolean clamps = behaviour == Behaviour.CLAMP;
    switch (family) {
      case GEMMA4 -> {
        int budget = Integer.parseInt(ask.getOrDefault("max_soft_tokens", "280"));
        if (behaviour == Behaviour.SNAP) {
          int asked = budget;
          budget =
              List.of(1120, 560, 280, 140, 70).stream()
                  .filter(rung -> rung <= asked)
                  .findFirst()
                  .orElse(70);
        }
        return TokenRules.GEMMA_4
            .of(Map.of("max_soft_tokens", "" + (clamps ? Math.min(budget, 280) : budget)))
            .of(width, height);
      }
      case QWEN3_VL -> {
        long most = Long.parseLong(ask.getOrDefault("max_pixels", "16777216"));
        long within = clamps ? Math.min(most, 1_048_576) : most;
        return new PictureTokens(
            new NativeSize(32, Math.min(65_536, within), within).grid(width, height).patches(), 2);
      }
      default -> {
        int most = Integer.parseInt(ask.getOrDefault("max_dynamic_patch", "12"));
        int views =
            new NearestAspectTiling(448, 1, clamps ? Math.min(most, 4) : most)
                .grid(width, height)
                .views();
        int fewer = behaviour == Behaviour.THUMBNAIL && views > 1 ? 1 : 0;
        return new PictureTokens(256 * (views - fewer), 2);
      }
    }
  }

  private static Map<String, String> asked(JsonNode body, JsonNode picture) {
    Map<String, String> asked = new TreeMap<>();
    body.path("mm_processor_kwargs")
        .properties()
        .forEach(field -> asked.put(field.getKey(), field.getValue().asText()));
    picture
        .properties()
        .forEach(
            field -> {
              if (!field.getKey().equals("url")) {
                asked.put(field.getKey(), field.getValue().asText());
              }
            });
    return asked;
  }

  private static long largest(Map<String, String> ask) {
    return ask.values().stream()
        .filter(value -> value.matches("\\d+"))
        .mapToLong(Long::parseLong)
        .max()
        .orElse(0);
  }

  private static ImageInfo picture(String url) {
    try {
      return ImageDecoder.probe(
          Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1)), ImageLimits.DEFAULT);
    } catch (ImageException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void stream(HttpExchange exchange, ObjectNode answer, boolean usage) throws IOException {
    ObjectNode chunk = MAPPER.createObjectNode();
    ObjectNode choice = chunk.putArray("choices").addObject().put("finish_reason", "stop");
    choice.putObject("delta").put("content", answer.at("/choices/0/message/content").textValue());
    StringBuilder events = new StringBuilder("data: " + chunk + "\n\n");
    if (usage && !answer.path("usage").isEmpty()) {
      ObjectNode last = MAPPER.createObjectNode();
      last.putArray("choices");
      last.set("usage", answer.get("usage"));
      events.append("data: ").append(last).append("\n\n");
    }
    send(exchange, 200, "text/event-stream", events + "data: [DONE]\n\n");
  }

  private void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    String shown = text;
    if (behaviour == Behaviour.STREAM_USAGE_ONLY && type.endsWith("json")) {
      ObjectNode answer = (ObjectNode) MAPPER.readTree(text);
      answer.remove("usage");
      shown = answer.toString();
    }
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes(shown).length);
    exchange.getResponseBody().write(bytes(shown));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
