package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.service.Unknown;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Scores MMMU's open questions as {@code eval_open} does (MMMU-Benchmark/MMMU,
 * mmmu/utils/eval_utils.py), as lmms-eval does with its copy of it (lmms_eval/tasks/mmmu/utils.py),
 * or as VLMEvalKit does, which makes a choice of the right answer and "Other Answers" of them
 * ({@code MMMU_preproc}, vlmeval/dataset/utils/multiple_choice.py) and reads its letter.
 */
final class MmmuOpenRule implements ProfileRule {

  /** Whose code is followed. */
  private enum Parser {
    OFFICIAL,

    /** Since its pull request 1471; the same as the official one. */
    LMMS_EVAL,
    VLMEVALKIT
  }

  /** Whose code is followed; by default the official one. */
  static final RuleKey<Parser> PARSER = RuleKey.choice(AnswerRules.PARSER, Parser.class);

  /** A fault of lmms-eval 75571cf. */
  static final RuleKey<Boolean> CHARACTERS = RuleKey.flag("compare_characters");

  static final List<RuleKey<?>> KEYS = List.of(PARSER, CHARACTERS);

  private static final String OTHER = "Other Answers";

  /** The letter of the right answer, unless that is a letter itself. */
  private static final String RIGHT = "A";

  private static final Pattern LETTER = Pattern.compile("[A-Z]");

  private final Parser parser;
  private final boolean characters;

  private MmmuOpenRule(Parser parser, boolean characters) {
    this.parser = parser;
    this.characters = characters;
  }

  /**
   * Returns the rule.
   *
   * @throws IllegalArgumentException if {@code compare_characters}, a fault of lmms-eval, is asked
   *     of another parser
   */
  static MmmuOpenRule of(RuleSettings settings) {
    Parser parser = PARSER.in(settings);
    boolean characters = CHARACTERS.in(settings);
    if (characters && parser != Parser.LMMS_EVAL) {
      throw new IllegalArgumentException(CHARACTERS.name() + " needs the parser lmms-eval");
    }
    return new MmmuOpenRule(parser, characters);
  }

  @Override
  public List<String> parsers() {
    return List.of(Unknown.spelling(parser));
  }

  @Override
  public Optional<String> problem(Reference reference) {
    return reference.answers().stream().map(PythonText::strip).anyMatch(String::isEmpty)
        ? Optional.of("has an empty text, which all answers contain")
        : Optional.empty();
  }

  @Override
  public Score score(String answer, Reference reference) {
    return parser == Parser.VLMEVALKIT
        ? ofChoice(answer, reference.answers())
        : ofCandidates(answer, reference.answers());
  }

  /**
   * With the fault of lmms-eval 75571cf no answer is right: it keeps one candidate as a text and
   * looks for right answers in each of its characters, and those have two at least.
   */
  private Score ofCandidates(String answer, List<String> truths) {
    MmmuCandidates candidates = MmmuCandidates.read(answer);
    boolean right = !characters && candidates.match(MmmuCandidates.of(truths.stream()));
    String written = candidates.written();
    return new Score(written, written.isEmpty(), right ? 1 : 0);
  }

  /** Several right answers are one text for VLMEvalKit: Python's list of them. */
  private static Score ofChoice(String answer, List<String> truths) {
    String truth = truths.size() == 1 ? truths.get(0) : "['" + String.join("', '", truths) + "']";
    Optional<String> letter = VlmEvalKitLetters.read(answer, List.of(truth, OTHER));
    String right = LETTER.matcher(truth).matches() ? truth : RIGHT;
    return new Score(
        letter.orElse(""), letter.isEmpty(), letter.filter(right::equals).isPresent() ? 1 : 0);
  }
}
