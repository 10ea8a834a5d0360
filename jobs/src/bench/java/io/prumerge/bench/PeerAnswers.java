package io.prumerge.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A peer's answers to a workload, question by question.
 *
 * @param kept the patches kept for each question; empty lists where all were
 */
record PeerAnswers(double seconds, List<String> answers, List<List<Integer>> kept) {

  static PeerAnswers of(JsonNode reply) {
    List<String> answers = new ArrayList<>();
    reply.get("answers").forEach(text -> answers.add(text.asText()));
    List<List<Integer>> kept = new ArrayList<>();
    reply
        .path("kept")
        .forEach(
            patches -> {
              List<Integer> one = new ArrayList<>();
              patches.forEach(patch -> one.add(patch.asInt()));
              kept.add(one);
            });
    return new PeerAnswers(reply.get("seconds").asDouble(), answers, kept);
  }
}
