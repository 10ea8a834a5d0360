package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.service.Unknown;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads yes or no where exactly one of them is a word of the answer; anything else is undecided,
 * and wrong. Words are what is between marks and white space; or, as in VLMEvalKit's {@code
 * YOrN_Extraction} (vlmeval/dataset/utils/yorn.py), between white space after the VQA evaluators'
 * removal of some marks, so that {@code **Yes**} and {@code yes: it is} are undecided. lmms-eval's
 * {@code hb_aggregation_result_intern} (lmms_eval/tasks/hallusion_bench/evaluate_hb.py) reads yes
 * wherever the answer contains it, otherwise no.
 */
final class YesNoRule implements ProfileRule {

  static final Set<String> KEYS = Set.of(AnswerRules.PARSER);

  /** Ways to read an answer; the first is the default. */
  private enum Parser {
    WORDS,
    VLMEVALKIT,
    LMMS_EVAL
  }

  private static final String YES = "yes";
  private static final String NO = "no";
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final Parser parser;

  private YesNoRule(Parser parser) {
    this.parser = parser;
  }

  static YesNoRule of(RuleSettings settings) {
    return new YesNoRule(settings.choice(AnswerRules.PARSER, Parser.class));
  }

  @Override
  public List<String> parsers() {
    return List.of(Unknown.spelling(parser));
  }

  @Override
  public List<MetricRule> figures() {
    return List.of(
        MetricRule.pooled("f1", Statistic.F1),
        MetricRule.pooled("accuracy", Statistic.MEAN),
        MetricRule.pooled("precision", Statistic.PRECISION),
        MetricRule.pooled("recall", Statistic.RECALL),
        MetricRule.pooled("yes_ratio", Statistic.YES_RATIO));
  }

  @Override
  public Optional<String> problem(Reference reference) {
    return reference.answers().size() == 1 && !truth(reference).isEmpty()
        ? Optional.empty()
        : Optional.of("must be yes or no, it is " + reference.answers());
  }

  @Override
  public Score score(String answer, Reference reference) {
    String parsed = read(answer);
    return new Score(parsed, parsed.isEmpty(), parsed.equals(truth(reference)) ? 1 : 0);
  }

  private static String truth(Reference reference) {
    String text = PythonText.lower(PythonText.strip(reference.answers().get(0)));
    return text.equals(YES) || text.equals(NO) ? text : "";
  }

  /** Returns yes or no; an empty text if the answer is undecided. */
  private String read(String answer) {
    String lower = PythonText.lower(answer);
    if (parser == Parser.LMMS_EVAL) {
      return lower.contains(YES) ? YES : NO;
    }
    List<String> words =
        parser == Parser.VLMEVALKIT
            ? PythonText.split(VqaNormaliser.VLMEVALKIT.withoutMarks(lower))
            : List.of(BETWEEN_WORDS.split(lower));
    boolean yes = words.contains(YES);
    return yes == words.contains(NO) ? "" : yes ? YES : NO;
  }
}
