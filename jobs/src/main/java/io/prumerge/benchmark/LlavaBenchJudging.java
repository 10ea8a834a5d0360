package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/**
 * Reviews by a judge, laid out as LLaVA's {@code eval_gpt_review_bench.py} lays them out: context,
 * question, the reference's answer, the candidate's, and what to do. Deviation: what the judge is
 * told is LLaVA's only with its {@code rule.json} as prompt, and the system message is ours always.
 */
final class LlavaBenchJudging implements Judging {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String SYSTEM =
      "You judge how good answers to questions are, fairly and precisely.";
  private static final String ROLE = "Assistant";

  private static final String RULE =
      """
      Two assistants answered the question above about an image that you cannot see; the context describes it. Judge both \
      answers by how helpful, relevant, accurate and detailed they are, whatever their order. Write two numbers from 1 to \
      10 into the first line, the first assistant's and then the second's, with one space between and nothing else. Give \
      your reasons in the lines after it.""";

  private static final double TEMPERATURE = 0.2;
  private static final int MAX_TOKENS = 1024;

  @Override
  public String model() {
    return "gpt-4-0314";
  }

  @Override
  public String ask(Judge judge, Optional<String> prompt, BenchmarkQuestion question, String answer)
      throws IOException {
    String caption = question.extra().get(LlavaBenchQuestion.CAPTION);
    if (caption == null || question.answers().isEmpty()) {
      throw new DataException(
          "A judge needs a caption and the reference's answer to question %s; put context.jsonl and answers_gpt4.jsonl beside questions.jsonl"
              .formatted(question.id()));
    }
    Optional<JsonNode> rule =
        prompt.isPresent()
            ? Optional.of(rule(prompt.get(), question.category()))
            : Optional.empty();
    String role = rule.map(node -> node.path("role").asText(ROLE)).orElse(ROLE);
    String user =
        "[Context]\n%s\n\n[Question]\n%s\n\n%s%s[System]\n%s\n\n"
            .formatted(
                caption,
                question.question(),
                section(role + " 1", question.answers().get(0)),
                section(role + " 2", answer),
                rule.map(node -> node.path("prompt").asText()).orElse(RULE));
    return judge.reply(new Judge.Request(SYSTEM, user, TEMPERATURE, MAX_TOKENS));
  }

  private static String section(String who, String answer) {
    return "[%s]\n%s\n\n[End of %s]\n\n".formatted(who, answer, who);
  }

  private static JsonNode rule(String rules, String category) {
    String name = "llava_bench_" + category;
    JsonNode rule;
    try {
      rule = MAPPER.readTree(rules).path(name);
    } catch (JsonProcessingException e) {
      throw new DataException(
          "The judge's prompt must be JSON like LLaVA's rule.json: " + e.getOriginalMessage(), e);
    }
    if (!rule.path("prompt").isTextual()) {
      throw new DataException(
          "The judge's prompt has no \"prompt\" in \"%s\", as LLaVA's rule.json has"
              .formatted(name));
    }
    return rule;
  }
}
