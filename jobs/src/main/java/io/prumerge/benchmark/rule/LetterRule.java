package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Drawing;
import io.prumerge.benchmark.Letters;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.Wordings;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads the letter of an option from the answer, and compares it with the right one; of options of
 * one text, each is right where the text is. Questions without options are scored by the rule
 * {@code open}. With {@code undecided: random}, an answer that names no option gets a letter as
 * MMMU's evaluator draws it. With {@code empty: drop}, an empty answer counts in no figure, as in
 * lmms-eval's MVBench.
 */
final class LetterRule implements ProfileRule {

  private static final Pattern LETTER = Pattern.compile("[\\s(\\[\"'*]*([A-Za-z])[\\s)\\]\"'*.:]*");

  /** What the reference's answers are. */
  private enum AnswersAre {
    LETTER,
    TEXT,
    INDEX0,
    INDEX1
  }

  /** What becomes of an answer that names no option. */
  private enum Undecided {
    WRONG,
    DROP,
    RANDOM
  }

  /** What becomes of an answer without any text. */
  private enum Empty {
    READ,
    DROP
  }

  /**
   * How the letter is read. {@code letters}, that of new files: all usual forms. {@code mmmu}, the
   * default of copies that earlier versions kept, and the others: as the evaluators of this name;
   * {@code seed} the letter alone, {@code lmms-seed} the first character.
   */
  static final RuleKey<LetterParser> PARSER =
      RuleKey.choice(AnswerRules.PARSER, LetterParser.class);

  /** What right answers are; {@code text} is that of each of equal options. */
  static final RuleKey<List<AnswersAre>> ANSWERS_ARE =
      RuleKey.choices("answers_are", AnswersAre.class);

  /**
   * What becomes of an answer that names no option: it is wrong, the default, counts in no figure,
   * or gets a letter as MMMU's evaluator draws it, under its parser.
   */
  static final RuleKey<Undecided> UNDECIDED = RuleKey.choice("undecided", Undecided.class);

  /** Whether an empty answer is read, the default, or counts in no figure. */
  static final RuleKey<Empty> EMPTY = RuleKey.choice("empty", Empty.class);

  /** A rule for questions without options: {@code {rule: exact}}. */
  static final RuleKey<Optional<ProfileRule>> OPEN = RuleKey.rule("open");

  static final List<RuleKey<?>> KEYS = List.of(PARSER, ANSWERS_ARE, UNDECIDED, EMPTY, OPEN);

  private final LetterParser parser;
  private final List<AnswersAre> answersAre;
  private final Undecided undecided;
  private final Empty empty;
  private final Optional<ProfileRule> open;

  private LetterRule(
      LetterParser parser,
      List<AnswersAre> answersAre,
      Undecided undecided,
      Empty empty,
      Optional<ProfileRule> open) {
    this.parser = parser;
    this.answersAre = answersAre;
    this.undecided = undecided;
    this.empty = empty;
    this.open = open;
  }

  /**
   * Returns the rule.
   *
   * @throws IllegalArgumentException if letters are drawn for another parser than MMMU's, whose
   *     generator is the only one that is known
   */
  static LetterRule of(RuleSettings settings) {
    LetterParser parser = PARSER.in(settings);
    Undecided undecided = UNDECIDED.in(settings);
    if (undecided == Undecided.RANDOM && parser != LetterParser.MMMU) {
      throw new IllegalArgumentException("undecided: random needs the parser mmmu");
    }
    return new LetterRule(
        parser, ANSWERS_ARE.in(settings), undecided, EMPTY.in(settings), OPEN.in(settings));
  }

  /** Letters are drawn for MMMU's own parser alone. */
  static String newParser(RuleSettings settings) {
    boolean drawn = UNDECIDED.in(settings) == Undecided.RANDOM;
    return Unknown.spelling(drawn ? LetterParser.MMMU : LetterParser.LETTERS);
  }

  @Override
  public List<String> parsers() {
    return Stream.concat(
            Stream.of(Unknown.spelling(parser)),
            open.stream().flatMap(rule -> rule.parsers().stream()))
        .toList();
  }

  @Override
  public Optional<String> problem(Reference reference) {
    if (Letters.present(reference.options()).isEmpty()) {
      return open.isPresent()
          ? open.get().problem(reference)
          : Optional.of("is that of a question without options, for which it needs a rule 'open'");
    }
    return reference.answers().stream()
        .filter(answer -> right(answer, reference.options()).isEmpty())
        .findFirst()
        .map(
            answer ->
                Text.format(
                    "is no option: '%s' as %s, of %s",
                    answer,
                    answersAre.stream().map(Unknown::spelling).collect(Collectors.joining(" or ")),
                    reference.options()));
  }

  @Override
  public Score score(String answer, Reference reference) {
    if (open.isPresent() && Letters.present(reference.options()).isEmpty()) {
      return open.get().score(answer, reference);
    }
    if (empty == Empty.DROP && answer.isEmpty()) {
      return Score.DROPPED;
    }
    List<String> letters = parser.named(answer, reference.options());
    if (letters.isEmpty() && undecided == Undecided.DROP) {
      return Score.DROPPED;
    }
    return new Score(
        String.join("", letters),
        letters.isEmpty(),
        letters.stream().anyMatch(letter -> isRight(letter, reference)) ? 1 : 0);
  }

  @Override
  public List<String> rightLetters(Reference reference) {
    return Letters.present(reference.options()).stream()
        .filter(letter -> isRight(letter, reference))
        .toList();
  }

  @Override
  public List<AddedRule> added() {
    return open.map(ProfileRule::added).orElse(List.of());
  }

  @Override
  public Optional<Drawing> drawing() {
    return undecided == Undecided.RANDOM ? Optional.of(new RandomLetters()) : Optional.empty();
  }

  /** Letters for answers that name no option. Questions without options get none. */
  private final class RandomLetters implements Drawing {

    @Override
    public List<String> choices(String answer, Reference reference) {
      return parser.read(answer, reference.options()).isPresent()
          ? List.of()
          : Letters.present(reference.options());
    }

    @Override
    public Map<String, String> drawn(Map<String, List<String>> undecided) {
      return MmmuRandom.letters(undecided);
    }

    @Override
    public Score score(String letter, Reference reference) {
      return new Score(letter, true, isRight(letter, reference) ? 1 : 0);
    }
  }

  private boolean isRight(String letter, Reference reference) {
    return reference.answers().stream()
        .anyMatch(answer -> right(answer, reference.options()).contains(letter));
  }

  /** Returns the letters of the options that an answer of the reference names. */
  private List<String> right(String answer, List<String> options) {
    return answersAre.stream()
        .map(kind -> right(kind, answer, options))
        .filter(letters -> !letters.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static List<String> right(AnswersAre kind, String answer, List<String> options) {
    return switch (kind) {
      case LETTER -> ofLetter(answer, options);
      case TEXT -> ofText(answer, options);
      case INDEX0 -> ofIndex(answer, 0, options).stream().toList();
      case INDEX1 -> ofIndex(answer, 1, options).stream().toList();
    };
  }

  /**
   * Returns the letter that stands alone, of full width or not, or between marks, as {@code (A)}.
   */
  private static List<String> ofLetter(String answer, List<String> options) {
    Matcher letter = LETTER.matcher(Normalizer.normalize(answer, Normalizer.Form.NFKC));
    return letter.matches()
        ? Letters.present(options).stream()
            .filter(letter.group(1).toUpperCase(Locale.ROOT)::equals)
            .toList()
        : List.of();
  }

  /**
   * Returns the letters of the options that are the text; else of the first that is it but for case
   * and white space, and of those that equal this one.
   */
  private static List<String> ofText(String answer, List<String> options) {
    Optional<String> option =
        options.contains(answer)
            ? Optional.of(answer)
            : options.stream()
                .filter(one -> Wordings.same(one).equals(Wordings.same(answer)))
                .findFirst();
    return IntStream.range(0, options.size())
        .filter(i -> !options.get(i).isEmpty())
        .filter(i -> option.filter(options.get(i)::equals).isPresent())
        .mapToObj(Letters::of)
        .toList();
  }

  private static Optional<String> ofIndex(String answer, int first, List<String> options) {
    String plain = answer.strip();
    if (!plain.matches("\\d{1,3}(\\.0)?")) { // a column with gaps is one of floats
      return Optional.empty();
    }
    int option = Integer.parseInt(plain.replace(".0", "")) - first;
    return option >= 0 && option < options.size()
        ? Optional.of(Letters.of(option)).filter(Letters.present(options)::contains)
        : Optional.empty();
  }
}
