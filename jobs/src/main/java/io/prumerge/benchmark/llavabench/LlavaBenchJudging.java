package io.prumerge.benchmark.llavabench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.Judging;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks a judge for reviews, with the layout of LLaVA's {@code eval_gpt_review_bench.py}: context,
 * question, the reference's answer, the candidate's answer, and instructions. Deviation: the
 * instructions are LLaVA's only if its {@code rule.json} is the prompt, and the system message is
 * always this project's.
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
    String caption = question.extra().get(LlavaBenchQuestions.Item.CAPTION);
    if (caption == null || question.answers().isEmpty()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "A judge needs a caption and the reference's answer to question %s; put context.jsonl and answers_gpt4.jsonl beside questions.jsonl",
              question.id()));
    }
    Optional<JsonNode> rule =
        prompt.isPresent()
            ? Optional.of(rule(prompt.get(), question.category()))
            : Optional.empty();
    String role = rule.map(node -> node.path("role").asText(ROLE)).orElse(ROLE);
    String user =
        String.format(
            Locale.ROOT,
            "[Context]\n%s\n\n[Question]\n%s\n\n%s%s[System]\n%s\n\n",
            caption,
            question.question(),
            section(role + " 1", question.answers().get(0)),
            section(role + " 2", answer),
            rule.map(node -> node.path("prompt").asText()).orElse(RULE));
    return judge.reply(new Judge.Request(SYSTEM, user, TEMPERATURE, MAX_TOKENS));
  }

  private static String section(String who, String answer) {
    return String.format(Locale.ROOT, "[%s]\n%s\n\n[End of %s]\n\n", who, answer, who);
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
          String.format(
              Locale.ROOT,
              "The judge's prompt has no \"prompt\" in \"%s\", as LLaVA's rule.json has",
              name));
    }
    return rule;
  }
}
