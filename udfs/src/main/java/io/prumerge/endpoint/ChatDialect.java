package io.prumerge.endpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.text.ConversationTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request format of one model. Newer models refuse {@code max_tokens} and temperatures, which
 * their first error tells.
 */
final class ChatDialect {

  private static final Logger LOG = LoggerFactory.getLogger(ChatDialect.class);

  private static final String OLD_LIMIT = "max_tokens";
  private static final String NEW_LIMIT = "max_completion_tokens";
  private static final String TEMPERATURE = "temperature";

  private static final String STREAM = "stream";
  private static final String STREAM_OPTIONS = "stream_options";
  private static final String USAGE = "include_usage";

  private static final String CONTEXT = "context length";

  private static final String VIDEO = "data:video/";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A message; its content is a text or a list of parts. */
  private record Message(String role, Object content) {}

  private record TextPart(String type, String text) {}

  private record ImagePart(String type, @JsonProperty("image_url") ObjectNode image) {}

  private record VideoPart(String type, @JsonProperty("video_url") Url video) {}

  private record Url(String url) {}

  private final String model;
  private final int thoughts;
  private volatile boolean newLimit;
  private volatile boolean temperature = true;
  private volatile boolean usage = true;

  /**
   * @param thoughts tokens that are added to the new limit, which also counts what a model thinks
   *     before it answers
   */
  ChatDialect(String model, int thoughts) {
    this.model = model;
    this.thoughts = thoughts;
  }

  /**
   * Makes the body of a request; sends nothing that the protocol does not need.
   *
   * @param streamed whether the answer is wanted as a stream: all else is the same
   */
  ChatBody body(ChatRequest request, boolean streamed) throws JsonProcessingException {
    List<Message> messages = new ArrayList<>();
    if (!request.system().isEmpty()) {
      messages.add(new Message("system", request.system()));
    }
    messages.add(new Message("user", content(request)));
    boolean limit = newLimit;
    boolean warm = temperature;
    boolean counted = streamed && usage;
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("messages", messages);
    if (warm) {
      body.put(TEMPERATURE, request.temperature());
    }
    if (request.maxTokens() > 0) {
      body.put(
          limit ? NEW_LIMIT : OLD_LIMIT,
          limit ? request.maxTokens() + thoughts : request.maxTokens());
    }
    if (streamed) {
      body.put(STREAM, true);
    }
    if (counted) {
      body.put(STREAM_OPTIONS, Map.of(USAGE, true));
    }
    request.fields().ofBody().properties().forEach(of -> body.put(of.getKey(), of.getValue()));
    return new ChatBody(MAPPER.writeValueAsBytes(body), request.fields(), limit, warm, counted);
  }

  /**
   * Pictures without places come first: some servers keep the order, and LLaVA's template has them
   * first.
   */
  private static Object content(ChatRequest request) {
    if (request.visuals().isEmpty()) {
      return request.text();
    }
    ObjectNode fields = request.fields().ofPicture();
    List<Object> visuals = request.visuals().stream().map(uri -> part(uri, fields)).toList();
    List<String> texts = ConversationTemplate.aroundImages(request.text());
    if (texts.size() == 1) {
      List<Object> parts = new ArrayList<>(visuals);
      parts.add(new TextPart("text", request.text()));
      return parts;
    }
    return placed(visuals, texts);
  }

  private static Object part(String uri, ObjectNode fields) {
    return uri.startsWith(VIDEO)
        ? new VideoPart("video_url", new Url(uri))
        : new ImagePart("image_url", MAPPER.createObjectNode().put("url", uri).setAll(fields));
  }

  // A picture after each text but the last; services refuse empty texts.
  private static List<Object> placed(List<Object> visuals, List<String> texts) {
    List<Object> parts = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!texts.get(i).isBlank()) {
        parts.add(new TextPart("text", texts.get(i)));
      }
      if (i < texts.size() - 1) {
        parts.add(visuals.get(i));
      }
    }
    return parts;
  }

  /**
   * Changes the format after a model refused a request.
   *
   * @param refused the request's body
   * @param response the error's body
   * @return whether to repeat the request in another format
   */
  boolean learns(ChatBody refused, byte[] response) {
    String complaint = complaint(response);
    if (complaint.contains(CONTEXT)) {
      return false; // of a prompt that is too long for this limit, not of its name
    }
    String whole = new String(response, StandardCharsets.UTF_8);
    // Errors may repeat the whole request: one that names the budget is about nothing else of it.
    if (refused.fields().areNamedIn(whole)) {
      return false;
    }
    // Wherever it says so: errors of services that know no such field have many forms.
    if (refused.usage() && whole.contains(STREAM_OPTIONS)) {
      usage = false;
      return true;
    }
    if (!refused.newLimit() && complaint.contains(OLD_LIMIT)) {
      newLimit = true;
      return true;
    }
    if (refused.temperature() && complaint.contains(TEMPERATURE)) {
      if (temperature) {
        LOG.warn("{} takes no temperature of ours: it is asked at its own", model);
      }
      temperature = false;
      return true;
    }
    return false;
  }

  private static String complaint(byte[] response) {
    try {
      JsonNode error = MAPPER.readTree(response).path("error");
      return error.path("param").asText() + " " + error.path("message").asText();
    } catch (IOException e) {
      return "";
    }
  }
}
