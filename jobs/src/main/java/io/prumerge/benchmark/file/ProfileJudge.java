package io.prumerge.benchmark.file;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.PromptText;
import io.prumerge.benchmark.Wordings;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The judge whose words a profile's rule scores in place of an answer. It is asked with temperature
 * 0, once, and not about answers whose value is plain.
 *
 * @param model asked unless the user names another
 * @param instructions before every request, unless the user's file has others
 * @param request with places for {@link #VALUES} and for the questions' further values
 * @param maxTokens of a reply; empty = {@link #MAX_TOKENS}
 * @param answerField of answers in the rows of an evaluator's file, if there are such files
 * @param wordsField of the judge's words in these
 */
record ProfileJudge(
    String model,
    String instructions,
    PromptText request,
    OptionalInt maxTokens,
    Optional<String> answerField,
    Optional<String> wordsField) {

  private static final String PROMPT = "prompt";
  private static final String QUESTION = "question";
  private static final String ANSWER = "answer";
  private static final String RIGHT = "right";

  /** The names in a request, besides {@code options} and the questions' further values. */
  static final List<String> VALUES = List.of(PROMPT, QUESTION, ANSWER, RIGHT);

  /** Most tokens of a reply: those of MathVista's own requests. */
  private static final int MAX_TOKENS = 1024;

  /** Returns how the judge is asked about answers that a rule scores. */
  Judging judging(ProfileRule rule) {
    return new Asking(rule);
  }

  /** Returns the forms of an evaluator's file, a judge's words first. */
  Stream<AnswerFormat> formats() {
    return Stream.concat(
        wordsField.stream().map(field -> new AnswerRows(field, true)),
        answerField.stream().map(field -> new AnswerRows(field, false)));
  }

  private Optional<String> value(String name, BenchmarkQuestion question, String answer) {
    if (OptionLines.areNamed(name)) {
      return OptionLines.of(name, question.options());
    }
    return switch (name) {
      case PROMPT -> Optional.of(question.prompt());
      case QUESTION -> Optional.of(question.question());
      case ANSWER -> Optional.of(answer);
      case RIGHT -> Wordings.anyOf(question.answers());
      default -> Optional.ofNullable(question.extra().get(name));
    };
  }

  private final class Asking implements Judging {

    private final ProfileRule rule;

    Asking(ProfileRule rule) {
      this.rule = rule;
    }

    @Override
    public String model() {
      return model;
    }

    @Override
    public String ask(
        Judge judge, Optional<String> prompt, BenchmarkQuestion question, String answer)
        throws IOException {
      Optional<String> plain = rule.extracted(answer, question.reference());
      if (plain.isPresent()) {
        return plain.get();
      }
      String user =
          prompt.orElse(instructions).strip()
              + "\n\n"
              + request.with(name -> value(name, question, answer));
      return PythonText.strip(
          judge.reply(new JudgeRequest("", user, 0, maxTokens.orElse(MAX_TOKENS))));
    }
  }
}
