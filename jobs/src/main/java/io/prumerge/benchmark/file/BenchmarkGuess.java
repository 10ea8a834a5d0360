package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.store.SparkData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Guesses a {@link BenchmarkFile} from a table's columns and first rows: by what the cells look
 * like, and among those that look so by the {@link Headings} that harnesses and data sets use.
 */
final class BenchmarkGuess {

  private static final String SHORT = "\nAnswer the question using a single word or phrase.";
  private static final String LETTER =
      "\nAnswer with the option's letter from the given choices directly.";

  /** With so many answers to a question, they are several people's. */
  private static final int PEOPLE = 5;

  private static final String PLAIN = "[A-Za-z_][A-Za-z0-9_]*";
  private static final String NUMBER = "[-\u2212]?(\\d+|[1-9]\\d{0,2}(,\\d{3})+)(\\.\\d+)?";

  /** A number, or one with a sign of a currency or of percents. */
  private static final String AMOUNT =
      "[$\u20AC\u00A3\u00A5]?" + NUMBER + "\\s?[%\u20AC\u00A3\u00A5\u00B0]?";

  /** A sign, or that of a currency, and a digit. */
  private static final String BEGINNING = "(?s)[-+\u2212$\u20AC\u00A3\u00A5]*\\d.*";

  /** A number with a decimal comma, and perhaps a unit. */
  private static final String COMMA = "[^\\d]*\\d+,\\d+[^\\d]*";

  private static final ProfileRule NUMBERS = AnswerRules.of("number", Map.of());

  /** Each pair of words for yes and no. */
  private static final List<String> BOOLEANS = List.of("true|false", "t|f", "y|n");

  private static final Pattern PICTURE =
      Pattern.compile(
          ".+\\.(jpe?g|jfif|png|gif|bmp|webp|tiff?|hei[cf]|avif)", Pattern.CASE_INSENSITIVE);

  private final ColumnSample sample;
  private final VideoGuess videos;
  private final String question;
  private final String answers;
  private final List<String> letters;
  private final String choices;
  private final List<String> pictures;
  private final String video;
  private final GuessedAnswers guessed;
  private final List<OptionCells> options;
  private final boolean optionsHaveLetters;
  private final List<String> doubts = new ArrayList<>();

  /**
   * @param data the table's name
   * @param found finds the frames of videos
   */
  BenchmarkGuess(ColumnSample sample, String data, FoundVideos found) {
    this.sample = sample;
    videos = new VideoGuess(sample, found);
    question = question();
    if (sample.rows().isEmpty()) {
      throw new UsageException(
          data + " has no rows below its header: " + String.join(", ", sample.columns()));
    }
    if (question.isEmpty()) {
      throw new UsageException(
          Text.format(
              "Cannot tell which column of %s holds the questions: %s; call it question, or write"
                  + " the file by hand",
              data, String.join(", ", sample.columns())));
    }
    requireHeader(data);
    letters = Headings.options(sample.columns());
    choices = letters.isEmpty() ? first("options", sample::isFilled) : "";
    options = sample.rows().stream().map(this::options).toList();
    pictures = pictures();
    video = pictures.isEmpty() ? videos.column() : "";
    optionsHaveLetters = options.stream().anyMatch(OptionCells::haveLetters);
    String called = first("answers", this::mayBeAnswers);
    answers = called.isEmpty() ? answersByContents() : called;
    guessed = guessed(answers);
    doubt();
  }

  /** Refuses a first line that is a row: its names are like the cells below. */
  private void requireHeader(String data) {
    sample.columns().stream()
        .filter(
            column ->
                PICTURE.matcher(column).matches()
                    || VideoGuess.isFile(column)
                    || column.equals(question) && areQuestions(List.of(column)))
        .findFirst()
        .ifPresent(
            column -> {
              throw new UsageException(
                  Text.format(
                      "%s has no header: '%s' in its first line names no column; write the columns'"
                          + " names above it (with Spark: option(\"header\", true))",
                      data, column));
            });
  }

  /** Returns the one column of options or their letters, or of yes and no; empty without one. */
  private String answersByContents() {
    List<String> found =
        sample.columns().stream()
            .filter(column -> !column.equals(question) && !column.equals(choices))
            .filter(column -> !letters.contains(column) && !pictures.contains(column))
            .filter(column -> !column.equals(video))
            .filter(column -> !Headings.called("id", sample.columns()).contains(column))
            .filter(
                column ->
                    hasOptions()
                        ? guessed(column).areOptions()
                        : sample.looks(column, BenchmarkGuess::areYesOrNo))
            .toList();
    return found.size() == 1 ? found.get(0) : "";
  }

  private GuessedAnswers guessed(String column) {
    GuessedAnswers all = new GuessedAnswers();
    for (int row = 0; row < options.size(); row++) {
      OptionCells given = options.get(row);
      all.add(
          given,
          optionsHaveLetters ? given.plain() : given,
          sample.rows().get(row).getOrDefault(column, OptionCells.NONE).texts());
    }
    return all;
  }

  private void doubt() {
    Headings.called("id", sample.columns()).stream()
        .filter(column -> id().isEmpty() && sample.isFilled(column))
        .findFirst()
        .ifPresent(
            column ->
                doubts.add(
                    Text.format(
                        "values of '%s' repeat, so questions are called by their rows' numbers, as"
                            + " answers must call them",
                        column)));
    if (hasOptions()) {
      guessed.doubt().ifPresent(doubts::add);
      long alone = sample.of(choices).stream().filter(options -> options.size() == 1).count();
      if (alone > 0) {
        doubts.add(
            Text.format(
                "%d of %d rows have a single option in '%s': options are a list, or a dict",
                alone, sample.of(choices).size(), choices));
      }
    }
    numbers().ifPresent(doubts::add);
    if (pictures.isEmpty()) {
      List<String> several = sample.having(BenchmarkGuess::arePictures);
      if (several.size() > 1) {
        doubts.add("several columns have names of pictures: " + String.join(", ", several));
      }
    }
    (video.isEmpty() ? videos.passedOver(pictures) : videos.doubt(video)).ifPresent(doubts::add);
  }

  /** Returns what is said of right answers that are compared as texts and are mostly numbers. */
  private Optional<String> numbers() {
    List<String> texts = sample.of(answers).stream().flatMap(List::stream).toList();
    List<String> numbers = texts.stream().filter(BenchmarkGuess::beginsWithNumber).toList();
    List<String> unread = texts.stream().filter(text -> !isNumber(text)).toList();
    if (hasOptions() || !rule().equals("{rule: exact}") || 2 * numbers.size() <= texts.size()) {
      return Optional.empty();
    }
    return Optional.of(
        Text.format(
            "%d of %d right answers are numbers, which the rule exact compares as texts: the rule"
                + " number compares their values%s",
            numbers.size(),
            texts.size(),
            unread.isEmpty()
                ? ""
                : Text.format(
                    " and leaves out rows with others, as '%s'",
                    String.join("', '", unread.subList(0, Math.min(2, unread.size()))))));
  }

  private static boolean isNumber(String text) {
    return NUMBERS.problem(new Reference("", "", List.of(text), List.of(), Map.of())).isEmpty();
  }

  private static boolean beginsWithNumber(String text) {
    return text.strip().matches(BEGINNING) && (text.strip().matches(COMMA) || isNumber(text));
  }

  private OptionCells options(Map<String, OptionCells> row) {
    return letters.isEmpty()
        ? row.getOrDefault(choices, OptionCells.NONE)
        : OptionCells.each(
            letters.stream()
                .map(
                    column -> String.join(", ", row.getOrDefault(column, OptionCells.NONE).texts()))
                .toList());
  }

  private String question() {
    String called = first("question", this::mayBeQuestions);
    return called.isEmpty() ? only(BenchmarkGuess::areQuestions) : called;
  }

  /** Returns the first column that is called so and holds what it may; empty if none does. */
  private String first(String part, Predicate<String> may) {
    return Headings.first(part, sample.columns(), may);
  }

  /** Returns the one column whose values that are there look so; empty if none does, or several. */
  private String only(Predicate<List<String>> such) {
    List<String> found = sample.having(such);
    return found.size() == 1 ? found.get(0) : "";
  }

  private boolean mayBeQuestions(String column) {
    return sample.isFilled(column)
        && !sample.looks(column, BenchmarkGuess::arePictures)
        && !all(column, text -> text.matches(NUMBER));
  }

  /** Most are enough: some say "Name the animal." */
  private static boolean areQuestions(List<String> texts) {
    return most(texts, text -> text.endsWith("?") || text.endsWith("\uFF1F"));
  }

  private boolean mayBeAnswers(String column) {
    return sample.isFilled(column) && !sample.looks(column, BenchmarkGuess::arePictures);
  }

  /** Most are enough: some may be of a kind that is none of pictures, or lack the ending. */
  private static boolean arePictures(List<String> texts) {
    return most(texts, text -> PICTURE.matcher(text).matches());
  }

  static boolean most(List<String> texts, Predicate<String> such) {
    return 2 * texts.stream().filter(such).count() > texts.size();
  }

  private List<String> pictures() {
    List<String> numbered =
        IntStream.range(0, sample.columns().size() + 1)
            .mapToObj(i -> "image_" + (i + 1))
            .takeWhile(sample.columns()::contains)
            .toList();
    if (!numbered.isEmpty()) {
      return numbered;
    }
    String named = only(BenchmarkGuess::arePictures);
    String called = first("image", column -> sample.looks(column, BenchmarkGuess::arePictures));
    String held = first("image", this::mayHoldPictures);
    return Stream.of(named, called, held).filter(column -> !column.isEmpty()).limit(1).toList();
  }

  /** Structs and bytes have no texts; base64 is long, but for the ids of other rows. */
  private boolean mayHoldPictures(String column) {
    return sample.isFilled(column)
        && !all(column, text -> text.matches(NUMBER))
        && !videos.areNamed(column);
  }

  /** Returns how commands are told which frames of the videos they show; empty without videos. */
  Optional<Wording> frames() {
    return video.isEmpty() ? Optional.empty() : Optional.of(videos.frames(video));
  }

  /** Returns what questions go without, as no column's name or contents say that it holds that. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (pictures.isEmpty() && video.isEmpty()) {
      missing.add(
          "no column is called as pictures are, or has their names: set columns.image, or questions"
              + " are asked without one");
    }
    if (answers.isEmpty()) {
      missing.add(
          "no column is called as right answers are: set columns.answers, or nothing is scored");
    }
    return missing;
  }

  /** Returns why guesses may be wrong. */
  List<String> doubts() {
    return List.copyOf(doubts);
  }

  /**
   * Returns the file.
   *
   * @param name of the benchmark
   * @param data as the file names them
   * @param tried what was tried to read them
   * @param encoding of the data; empty = the usual one
   * @param images folders of pictures, likewise
   */
  String yaml(
      String name,
      List<String> data,
      List<String> tried,
      Optional<String> encoding,
      List<String> images) {
    List<String> lines = new ArrayList<>();
    lines.add("# A first guess from the columns and first rows of the data; check and change it.");
    doubts.forEach(doubt -> lines.add("# Not sure: " + doubt + "."));
    lines.add("name: " + quoted(name));
    tried.forEach(what -> lines.add("# " + what + "."));
    lines.add("data: " + (SparkData.isNamedBy(data.get(0)) ? data.get(0) : list(data)));
    encoding.ifPresent(one -> lines.add("encoding: " + one + "  # the data are not UTF-8"));
    if (!images.isEmpty()) {
      lines.add("images: " + list(images) + "  # folders below which the image column names files");
    }
    if (optionsHaveLetters) {
      lines.add(
          "options_have_letters: true  # \"A. cat\" is the option \"cat\"; prompts add letters");
    }
    lines.add("columns:");
    if (!id().isEmpty()) {
      lines.add("  id: " + quoted(id()));
    }
    if (!pictures.isEmpty()) {
      lines.add("  image: " + list(pictures));
    }
    if (!video.isEmpty()) {
      lines.addAll(videos.lines(video));
    }
    lines.add("  question: " + quoted(question));
    if (hasOptions()) {
      lines.add("  options: " + (choices.isEmpty() ? list(letters) : quoted(choices)));
    }
    if (!answers.isEmpty()) {
      lines.add("  answers: " + quoted(answers));
    }
    String category = first("category", sample::isFilled);
    if (!category.isEmpty()) {
      lines.add("  category: " + quoted(category) + "  # a figure for each of its values");
    }
    Map<String, String> truths = truths();
    if (!truths.isEmpty()) {
      lines.add("answer_names: " + map(truths));
    }
    lines.add("prompts:");
    lines.add("  default: " + prompt());
    lines.add("score:");
    lines.add("  default: " + rule());
    return String.join("\n", lines) + "\n";
  }

  /** Returns the column of ids, in which no value repeats; empty without one. */
  private String id() {
    return first("id", sample::isUnique);
  }

  private boolean hasOptions() {
    return !letters.isEmpty() || !choices.isEmpty();
  }

  private String prompt() {
    boolean says = all(question, text -> text.toLowerCase(Locale.ROOT).contains("answer"));
    String asked =
        open().isEmpty()
            ? list(prompt(hasOptions(), says))
            : "{text: " + list(prompt(true, says)) + ", open: " + list(prompt(false, says)) + "}";
    return asked + (says ? "" : "  # a short answer is asked for: only such are scored well");
  }

  private List<String> prompt(boolean choice, boolean says) {
    List<String> pieces = new ArrayList<>();
    String hint = first("hint", sample::isFilled);
    if (!hint.isEmpty()) {
      pieces.add("{" + hint + "}\n");
    }
    pieces.add("{question}");
    if (choice) {
      pieces.add("\n{options}");
    }
    if (!says) {
      pieces.add(choice ? LETTER : SHORT);
    }
    return pieces;
  }

  private String rule() {
    if (hasOptions()) {
      List<List<String>> open = open();
      return "{rule: letter, answers_are: "
          + guessed.kind()
          + (open.isEmpty() ? "" : ", open: {rule: " + openRule(open) + "}")
          + "}"
          + (open.isEmpty() ? "" : "  # open: for the rows without options");
    }
    String rule = truths().isEmpty() ? openRule(sample.of(answers)) : "yes-no";
    return "{rule: " + rule + "}" + (rule.equals("vqa") ? "  # several people's answers" : "");
  }

  /** Returns the right answers of the rows that have no options where others have some. */
  private List<List<String>> open() {
    return IntStream.range(0, options.size())
        .filter(row -> hasOptions() && options.get(row).texts().isEmpty())
        .mapToObj(row -> sample.rows().get(row).getOrDefault(answers, OptionCells.NONE).texts())
        .filter(texts -> !texts.isEmpty())
        .toList();
  }

  /** Returns the name of the rule of questions without options that have such answers. */
  private static String openRule(List<List<String>> answers) {
    List<String> texts = answers.stream().flatMap(List::stream).toList();
    if (texts.isEmpty()) {
      return "exact";
    }
    if (answers.stream().allMatch(one -> one.size() >= PEOPLE)) {
      return "vqa";
    }
    return areYesOrNo(texts)
        ? "yes-no"
        : texts.stream().allMatch(text -> text.matches(AMOUNT)) ? "number" : "exact";
  }

  private static boolean areYesOrNo(List<String> texts) {
    return texts.stream().allMatch(text -> text.strip().toLowerCase(Locale.ROOT).matches("yes|no"));
  }

  /**
   * Returns yes and no for answers that are booleans or their initials, unless questions ask for
   * true and false.
   */
  private Map<String, String> truths() {
    boolean booleans =
        BOOLEANS.stream()
            .anyMatch(pair -> all(answers, text -> text.strip().matches("(?i)" + pair)));
    boolean asked =
        sample.looks(
            question,
            texts -> most(texts, text -> text.toLowerCase(Locale.ROOT).contains("true or false")));
    if (hasOptions() || !booleans || asked) {
      return Map.of();
    }
    Set<String> values = new LinkedHashSet<>(List.of("True", "False"));
    sample.of(answers).forEach(values::addAll);
    return values.stream()
        .collect(
            Collectors.toMap(
                value -> value,
                value -> value.strip().matches("(?i)true|t|y") ? "yes" : "no",
                (one, other) -> one,
                LinkedHashMap::new));
  }

  /** Returns whether all values of a column are such, and there is one. */
  private boolean all(String column, Predicate<String> such) {
    return sample.looks(column, texts -> texts.stream().allMatch(such));
  }

  private static String list(List<String> texts) {
    return texts.size() == 1 && texts.get(0).matches(PLAIN)
        ? texts.get(0)
        : texts.stream().map(BenchmarkGuess::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String map(Map<String, String> texts) {
    return texts.entrySet().stream()
        .map(one -> TextNode.valueOf(one.getKey()) + ": " + TextNode.valueOf(one.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** Returns a text as YAML reads it as one: JSON's quotes are YAML's. */
  static String quoted(String text) {
    return text.matches(PLAIN) && !text.matches("(?i)true|false|null|yes|no|on|off|y|n")
        ? text
        : new TextNode(text).toString();
  }
}
