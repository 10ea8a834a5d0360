package io.prumerge.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What answers took of a process's resident memory.
 *
 * @param loaded MB before the first question
 * @param peak the most MB from then on
 */
record MemoryPeak(double loaded, double peak, List<String> answers) {

  static MemoryPeak of(JsonNode reply) {
    List<String> answers = new ArrayList<>();
    reply.get("answers").forEach(text -> answers.add(text.asText()));
    return new MemoryPeak(
        reply.get("loaded").asDouble(), reply.get("peak").asDouble(), List.copyOf(answers));
  }

  String text() {
    return String.format(Locale.ROOT, "%.0f MB (%.0f before)", peak, loaded);
  }

  /** What {@link #of} reads. */
  ObjectNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("loaded", loaded).put("peak", peak);
    answers.forEach(json.withArray("answers")::add);
    return json;
  }
}
