package io.prumerge.score;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Judge.Request;
import java.io.IOException;
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

  /** The new limit also counts the tokens that a model thinks before it answers. */
  private static final int THOUGHTS = 4096;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The limit as text in a request. */
  private record Message(String role, String content) {}

  /**
   * Returns a request's body.
   *
   * @param newLimit whether it has the new limit
   * @param temperature whether it has one
   */
  record Body(byte[] bytes, boolean newLimit, boolean temperature) {}

  private final String model;
  private volatile boolean newLimit;
  private volatile boolean temperature = true;

  ChatDialect(String model) {
    this.model = model;
  }

  Body body(Request request) throws JsonProcessingException {
    List<Message> messages = new ArrayList<>();
    if (!request.system().isEmpty()) {
      messages.add(new Message("system", request.system()));
    }
    messages.add(new Message("user", request.user()));
    boolean limit = newLimit;
    boolean warm = temperature;
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("messages", messages);
    if (warm) {
      body.put(TEMPERATURE, request.temperature());
    }
    if (limit) {
      body.put(NEW_LIMIT, request.maxTokens() + THOUGHTS);
    } else {
      body.put(OLD_LIMIT, request.maxTokens());
    }
    return new Body(MAPPER.writeValueAsBytes(body), limit, warm);
  }

  /**
   * Changes the format after a model refused a request.
   *
   * @param refused the request's body
   * @param response the error's body
   * @return whether to repeat the request in another format
   */
  boolean learns(Body refused, byte[] response) {
    String complaint = complaint(response);
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
