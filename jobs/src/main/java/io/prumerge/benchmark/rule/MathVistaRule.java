package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Letters;
import io.prumerge.benchmark.PythonNumber;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import io.prumerge.text.PythonFloat;
import io.prumerge.text.PythonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MathVista's rule, without a judge or for the extractions of one. An answer's extraction becomes
 * an option's text, an integer, a float of the question's precision or a list, which is right if it
 * equals the reference's as a text. The question's types and precision are in the reference's
 * further values.
 *
 * <p>Where only a judge would extract the answer, the extraction is empty without one. An
 * extraction that names no option becomes the nearest one, an empty one too, so that some empty
 * answers are right. All these count as unparsed, although they may be right: so every figure has
 * their number beside it.
 *
 * <p>Sources: lupantech/MathVista, {@code extract_answer} of evaluation/extract_answer.py and
 * {@code normalize_extracted_answer} of evaluation/calculate_score.py; lmms-eval, {@code
 * MathVistaEvaluator} of tasks/mathvista/mathvista_evals.py; VLMEvalKit, {@code post_check} of
 * dataset/utils/mathvista.py.
 */
final class MathVistaRule implements ProfileRule {

  /** The reference's further values. */
  static final String QUESTION_TYPE = "question_type";

  static final String ANSWER_TYPE = "answer_type";
  static final String PRECISION = "precision";

  private static final String CHOICE = "multi_choice";
  private static final String INTEGER = "integer";
  private static final String FLOAT = "float";
  private static final String LIST = "list";
  private static final Set<String> OPEN = Set.of(INTEGER, FLOAT, LIST);

  private static final Set<String> ZEROS = Set.of("0", "0.0", "-0.0");

  private static final Pattern LETTER = Pattern.compile("\\(([a-zA-Z])\\)");

  /** What {@code quick_extract} looks for in a line. */
  private static final String BEFORE_QUOTED = "The answer is \"";

  private static final String AFTER_QUOTED = "\".";

  /** Where the extraction comes from. */
  private enum Extract {
    RULES,
    GIVEN
  }

  private enum Evaluator {
    OFFICIAL,
    LMMS_EVAL,
    VLMEVALKIT
  }

  /** {@code rules}, the default, or {@code given} if answers are a judge's extractions already. */
  static final RuleKey<Extract> EXTRACT = RuleKey.choice("extract", Extract.class);

  /** Whether the rules also read {@code The answer is "...".}; not of {@code vlmevalkit}. */
  static final RuleKey<Boolean> QUICK_EXTRACT = RuleKey.flag("quick_extract");

  /** Whose code is followed; by default the official one. */
  static final RuleKey<Evaluator> EVALUATOR = RuleKey.choice("evaluator", Evaluator.class);

  /** Official, of 2023: {@code 14.0} is no integer. */
  static final RuleKey<Boolean> STRICT_INTEGERS = RuleKey.flag("strict_integers");

  /**
   * lmms-eval's at 75571cf: all floats are wrong, as their precision is read as a double, which
   * Python's {@code round} refuses.
   */
  static final RuleKey<Boolean> FLOATS_FAIL = RuleKey.flag("floats_fail");

  static final List<RuleKey<?>> KEYS =
      List.of(EXTRACT, QUICK_EXTRACT, EVALUATOR, STRICT_INTEGERS, FLOATS_FAIL);

  private final Extract extract;
  private final Evaluator evaluator;
  private final boolean quick;
  private final boolean strictIntegers;
  private final boolean floatsFail;

  private MathVistaRule(RuleSettings settings) {
    this.extract = EXTRACT.in(settings);
    this.evaluator = EVALUATOR.in(settings);
    this.quick = QUICK_EXTRACT.in(settings);
    this.strictIntegers = STRICT_INTEGERS.in(settings);
    this.floatsFail = FLOATS_FAIL.in(settings);
  }

  static MathVistaRule of(RuleSettings settings) {
    MathVistaRule rule = new MathVistaRule(settings);
    rule.require(STRICT_INTEGERS, rule.strictIntegers, Evaluator.OFFICIAL);
    rule.require(FLOATS_FAIL, rule.floatsFail, Evaluator.LMMS_EVAL);
    if (rule.quick && (rule.evaluator == Evaluator.VLMEVALKIT || rule.extract == Extract.GIVEN)) {
      throw new IllegalArgumentException(
          "quick_extract is for extract: rules, of the evaluators official and lmms-eval");
    }
    return rule;
  }

  private void require(RuleKey<?> key, boolean on, Evaluator only) {
    if (on && evaluator != only) {
      throw new IllegalArgumentException(
          Text.format("%s is for evaluator: %s", key.name(), Unknown.spelling(only)));
    }
  }

  @Override
  public Optional<String> problem(Reference reference) {
    String type = type(reference);
    if (isChoice(reference)) {
      return reference.options().contains(truth(reference))
          ? Optional.empty()
          : Optional.of(
              Text.format("is no option: '%s', of %s", truth(reference), reference.options()));
    }
    if (!OPEN.contains(type)) {
      return Optional.of(
          Text.format(
              "is that of a question of type '%s' and answer type '%s'; known: %s, or one of %s",
              reference.extra().getOrDefault(QUESTION_TYPE, ""),
              type,
              CHOICE,
              String.join(", ", List.of(INTEGER, FLOAT, LIST))));
    }
    return type.equals(FLOAT) && precision(reference).isEmpty()
        ? Optional.of("is a float without a precision")
        : Optional.empty();
  }

  /**
   * An answer without an extraction, or whose extraction is no value or names no option, counts as
   * unparsed.
   */
  @Override
  public Score score(String answer, Reference reference) {
    if (evaluator == Evaluator.VLMEVALKIT) {
      return scoreAsVlmEvalKit(answer, reference);
    }
    String extraction = extraction(answer, reference);
    Optional<String> read = read(extraction, reference);
    Optional<String> value =
        isChoice(reference) ? read.or(() -> nearest(extraction, reference)) : read;
    boolean right = value.filter(text -> isEqual(text, truth(reference))).isPresent();
    return new Score(value.orElse(""), extraction.isEmpty() || read.isEmpty(), right ? 1 : 0);
  }

  private String extraction(String answer, Reference reference) {
    return extract == Extract.GIVEN
        ? answer
        : plain(answer, reference).orElseGet(() -> quick ? quoted(answer) : "");
  }

  /** Returns an answer that is an option or a number; empty if it is neither. */
  private static Optional<String> plain(String answer, Reference reference) {
    return isChoice(reference) && reference.options().contains(answer)
        ? Optional.of(answer)
        : number(answer, type(reference));
  }

  /** Returns what the evaluators extract before they ask a judge; of an empty answer nothing. */
  @Override
  public Optional<String> extracted(String answer, Reference reference) {
    if (evaluator == Evaluator.VLMEVALKIT) {
      return readAsVlmEvalKit(answer, reference).filter(read -> !ZEROS.contains(read));
    }
    return answer.isEmpty() ? Optional.of("") : plain(answer, reference);
  }

  @Override
  public Optional<String> problemWithJudge() {
    return extract == Extract.GIVEN
        ? Optional.empty()
        : Optional.of("a judge's words are extractions: it needs extract: given");
  }

  /** Returns the text in quotation marks after {@code The answer is}; empty if there is none. */
  private static String quoted(String answer) {
    for (String line : answer.split("\n")) {
      int before = line.indexOf(BEFORE_QUOTED);
      int start = before + BEFORE_QUOTED.length();
      int end = line.lastIndexOf(AFTER_QUOTED);
      if (before >= 0 && end >= start) {
        return line.substring(start, end);
      }
    }
    return "";
  }

  private Optional<String> read(String extraction, Reference reference) {
    if (isChoice(reference)) {
      return named(choice(extraction), reference.options());
    }
    return switch (type(reference)) {
      case INTEGER -> integer(extraction);
      case FLOAT -> rounded(extraction, reference);
      case LIST -> Optional.of(extraction);
      default -> Optional.empty();
    };
  }

  private static Optional<String> nearest(String extraction, Reference reference) {
    return Optional.of(EditDistance.nearest(choice(extraction), reference.options()));
  }

  /** Returns the letter in parentheses, in upper case; the whole text if there is none. */
  private static String choice(String extraction) {
    Matcher letter = LETTER.matcher(extraction);
    return letter.find() ? letter.group(1).toUpperCase(Locale.ROOT) : PythonText.strip(extraction);
  }

  /** Returns the option of this letter, or else of this text. */
  private static Optional<String> named(String choice, List<String> options) {
    int option = choice.length() == 1 ? choice.charAt(0) - 'A' : -1;
    return option >= 0 && option < options.size()
        ? Optional.of(options.get(option))
        : Optional.of(choice).filter(options::contains);
  }

  private Optional<String> integer(String extraction) {
    return strictIntegers
        ? PythonNumerals.integer(extraction).map(BigInteger::toString)
        : PythonNumber.floating(extraction).stream()
            .filter(Double::isFinite)
            .mapToObj(value -> new BigDecimal(value).toBigInteger().toString())
            .findAny();
  }

  private Optional<String> rounded(String extraction, Reference reference) {
    OptionalInt precision = precision(reference);
    return floatsFail || precision.isEmpty()
        ? Optional.empty()
        : PythonNumber.floating(extraction).stream()
            .mapToObj(value -> PythonFloat.repr(PythonNumerals.round(value, precision.getAsInt())))
            .findAny();
  }

  private boolean isEqual(String value, String truth) {
    return evaluator == Evaluator.LMMS_EVAL
        ? PythonText.strip(value).equals(PythonText.strip(truth))
        : value.equals(truth);
  }

  /**
   * VLMEvalKit reads letters as elsewhere, and compares numbers as they stand. It reads no lists.
   * Zero counts as nothing, unless a judge has extracted it.
   */
  private Score scoreAsVlmEvalKit(String answer, Reference reference) {
    String truth = truth(reference);
    String type = type(reference);
    Optional<String> value =
        readAsVlmEvalKit(answer, reference)
            .filter(read -> extract == Extract.GIVEN || !ZEROS.contains(read));
    Optional<String> expected =
        isChoice(reference)
            ? Optional.of(Letters.of(reference.options().indexOf(truth)))
            : number(truth, type);
    boolean right = value.isPresent() && value.equals(expected);
    return new Score(value.orElse(""), value.isEmpty(), right ? 1 : 0);
  }

  private static Optional<String> readAsVlmEvalKit(String answer, Reference reference) {
    return isChoice(reference)
        ? VlmEvalKitLetters.read(answer, reference.options())
        : number(answer, type(reference));
  }

  /** Returns a number of the type as Python writes it; empty if a text is none. */
  private static Optional<String> number(String text, String type) {
    return switch (type) {
      case INTEGER -> PythonNumerals.integer(text).map(BigInteger::toString);
      case FLOAT -> PythonNumber.floating(text).stream().mapToObj(PythonFloat::repr).findAny();
      default -> Optional.empty();
    };
  }

  private static boolean isChoice(Reference reference) {
    return CHOICE.equals(reference.extra().get(QUESTION_TYPE));
  }

  private static String type(Reference reference) {
    return reference.extra().getOrDefault(ANSWER_TYPE, "");
  }

  private static String truth(Reference reference) {
    return reference.answers().get(0);
  }

  /** Returns the digits after the point. */
  private static OptionalInt precision(Reference reference) {
    return PythonNumber.floating(reference.extra().getOrDefault(PRECISION, "")).stream()
        .filter(Double::isFinite)
        .mapToInt(value -> (int) value)
        .findAny();
  }
}
