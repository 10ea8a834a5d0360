package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.service.Unknown;
import io.prumerge.text.PythonText;
import io.prumerge.text.Thoughts;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;

/**
 * Right if exactly one of the words yes and no, the right one, is read in the answer behind a
 * thought.
 */
final class YesNoRule implements ProfileRule {

  /** Ways to read an answer, in lower case and as it is; the first is the default. */
  private enum Parser {
    WORDS((lower, answer) -> onlyWord(List.of(BETWEEN_WORDS.split(Thoughts.answer(lower))))),

    /**
     * VLMEvalKit's {@code YOrN_Extraction} (vlmeval/dataset/utils/yorn.py): words are between white
     * space after the VQA evaluators' removal of some marks, so that {@code **Yes**} and {@code
     * yes: it is} are undecided.
     */
    VLMEVALKIT(
        (lower, answer) ->
            onlyWord(PythonText.split(VqaNormaliser.VLMEVALKIT.withoutMarks(lower)))),

    /**
     * lmms-eval's for HallusionBench, {@code hb_aggregation_result_intern}
     * (lmms_eval/tasks/hallusion_bench/evaluate_hb.py): yes wherever the answer contains it,
     * otherwise no.
     */
    LMMS_EVAL((lower, answer) -> lower.contains(YES) ? YES : NO),

    /**
     * POPE's own ({@code evaluate.py}) and LLaVA's ({@code eval_pope.py}): of the text up to the
     * first period, without commas and split at single spaces, a piece that is exactly {@code No},
     * {@code not} or {@code no} makes the answer no, otherwise it is yes.
     */
    POPE((lower, answer) -> saysNo(answer) ? NO : YES),

    /** lmms-eval's for POPE: the whole text must be yes or no in either case. */
    LMMS_POPE((lower, answer) -> onlyWord(List.of(PythonText.strip(lower))));

    private final BinaryOperator<String> reader;

    Parser(BinaryOperator<String> reader) {
      this.reader = reader;
    }

    /** Returns yes or no; an empty text if the answer is undecided. */
    String read(String answer) {
      return reader.apply(PythonText.lower(answer), answer);
    }
  }

  /**
   * How the answer is read. {@code words}, the default: between marks and blanks. {@code
   * vlmevalkit}: its words keep some marks ({@code **Yes**} is undecided). {@code lmms-eval}: yes
   * if it is anywhere, else no. {@code pope}, POPE's own: no if the first sentence has the word
   * {@code No}, {@code no} or {@code not}, else yes. {@code lmms-pope}: the whole answer is the
   * word.
   */
  static final RuleKey<Parser> PARSER = RuleKey.choice(AnswerRules.PARSER, Parser.class);

  private static final String YES = "yes";
  private static final String NO = "no";
  private static final Set<String> NEGATIVES = Set.of("No", "not", "no");
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final Parser parser;

  private YesNoRule(Parser parser) {
    this.parser = parser;
  }

  static YesNoRule of(RuleSettings settings) {
    return new YesNoRule(PARSER.in(settings));
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

  /** Returns the chance of one of yes and no under POPE's parsers; HallusionBench tells none. */
  @Override
  public double chance() {
    return parser == Parser.POPE || parser == Parser.LMMS_POPE ? 0.5 : 0;
  }

  @Override
  public Score score(String answer, Reference reference) {
    String parsed = parser.read(answer);
    return new Score(parsed, parsed.isEmpty(), parsed.equals(truth(reference)) ? 1 : 0);
  }

  private static String truth(Reference reference) {
    String text = PythonText.lower(PythonText.strip(reference.answers().get(0)));
    return text.equals(YES) || text.equals(NO) ? text : "";
  }

  /** Returns yes or no, whichever is among the words; empty if neither or both are. */
  private static String onlyWord(List<String> words) {
    boolean yes = words.contains(YES);
    return yes == words.contains(NO) ? "" : yes ? YES : NO;
  }

  private static boolean saysNo(String answer) {
    int period = answer.indexOf('.');
    String sentence = (period < 0 ? answer : answer.substring(0, period)).replace(",", "");
    return Arrays.stream(sentence.split(" ", -1)).anyMatch(NEGATIVES::contains);
  }
}
