package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.console.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Guesses a {@link BenchmarkFile} from a table's columns and first rows, by the names that
 * harnesses and data sets use; questions and pictures also by what the cells look like.
 */
final class BenchmarkGuess {

  private static final String SHORT = "\nAnswer the question using a single word or phrase.";
  private static final String LETTER =
      "\nAnswer with the option's letter from the given choices directly.";

  /** With so many answers to a question, they are several people's. */
  private static final int PEOPLE = 5;

  private static final String PLAIN = "[A-Za-z_][A-Za-z0-9_]*";

  private static final Pattern PICTURE =
      Pattern.compile(".+\\.(jpe?g|png|gif|bmp|webp)", Pattern.CASE_INSENSITIVE);

  private final ColumnSample sample;
  private final String question;
  private final String answers;
  private final List<String> letters;
  private final String choices;

  BenchmarkGuess(ColumnSample sample, String data) {
    this.sample = sample;
    String named = sample.first("question", "query", "prompt", "text", "instruction", "problem");
    question = named.isEmpty() ? sample.only(BenchmarkGuess::areQuestions) : named;
    answers =
        sample.first(
            "answer",
            "answers",
            "label",
            "ground_truth",
            "gt",
            "gt_answer",
            "target",
            "truth",
            "gold",
            "correct_answer");
    letters = sample.letters().size() > 1 ? sample.letters() : List.of();
    choices = letters.isEmpty() ? sample.first("options", "choices") : "";
    if (question.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot tell which column of %s holds the questions: %s; call it question, or write the"
                  + " file by hand",
              data,
              String.join(", ", sample.columns())));
    }
  }

  /** Most are enough: some say "Name the animal." */
  private static boolean areQuestions(List<String> texts) {
    return 2 * texts.stream().filter(text -> text.endsWith("?")).count() > texts.size();
  }

  private static boolean arePictures(List<String> texts) {
    return texts.stream().allMatch(text -> PICTURE.matcher(text).matches());
  }

  /** Returns what questions go without, as no column's name says that it holds that. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (pictures().isEmpty()) {
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

  /**
   * Returns the file.
   *
   * @param name of the benchmark
   * @param data as the file names them
   * @param images folders of pictures, likewise
   */
  String yaml(String name, List<String> data, List<String> images) {
    List<String> lines = new ArrayList<>();
    lines.add("# A first guess from the columns and first rows of the data; check and change it.");
    lines.add("name: " + quoted(Benchmarks.KNOWN.names().contains(name) ? name + "-own" : name));
    lines.add("data: " + list(data));
    if (!images.isEmpty()) {
      lines.add("images: " + list(images) + "  # folders below which the image column names files");
    }
    lines.add("columns:");
    String id = sample.first("id", "question_id", "questionid", "index", "qid", "pid");
    if (!id.isEmpty() && sample.isUnique(id)) {
      lines.add("  id: " + quoted(id));
    }
    List<String> pictures = pictures();
    if (!pictures.isEmpty()) {
      lines.add("  image: " + list(pictures));
    }
    lines.add("  question: " + quoted(question));
    if (hasOptions()) {
      lines.add("  options: " + (choices.isEmpty() ? list(letters) : quoted(choices)));
    }
    if (!answers.isEmpty()) {
      lines.add("  answers: " + quoted(answers));
    }
    String category =
        sample.first("category", "type", "question_type", "topic", "subject", "task", "source");
    if (!category.isEmpty()) {
      lines.add("  category: " + quoted(category) + "  # a figure for each of its values");
    }
    lines.add("prompts:");
    lines.add("  default: " + prompt());
    lines.add("score:");
    lines.add("  default: " + rule());
    return String.join("\n", lines) + "\n";
  }

  private boolean hasOptions() {
    return !letters.isEmpty() || !choices.isEmpty();
  }

  private List<String> pictures() {
    List<String> numbered =
        IntStream.range(0, sample.columns().size() + 1)
            .mapToObj(i -> "image_" + (i + 1))
            .takeWhile(sample.columns()::contains)
            .toList();
    String called =
        sample.first(
            "image",
            "images",
            "photo",
            "picture",
            "img",
            "image_path",
            "image_file",
            "filename",
            "file_name",
            "imgname",
            "file");
    String one = called.isEmpty() ? sample.only(BenchmarkGuess::arePictures) : called;
    return !numbered.isEmpty() ? numbered : one.isEmpty() ? List.of() : List.of(one);
  }

  private String prompt() {
    List<String> pieces = new ArrayList<>();
    String hint = sample.first("hint", "context");
    if (!hint.isEmpty()) {
      pieces.add("{" + hint + "}\n");
    }
    pieces.add("{question}");
    if (hasOptions()) {
      pieces.add("\n{options}");
    }
    boolean says =
        !sample.of(question).isEmpty()
            && all(question, text -> text.toLowerCase(Locale.ROOT).contains("answer"));
    if (!says) {
      pieces.add(hasOptions() ? LETTER : SHORT);
    }
    return list(pieces)
        + (says ? "" : "  # a short answer is asked for: only such are scored well");
  }

  private String rule() {
    if (hasOptions()) {
      return "{rule: letter, answers_are: " + answersAre() + "}";
    }
    boolean several =
        !sample.of(answers).isEmpty()
            && sample.of(answers).stream().allMatch(list -> list.size() >= PEOPLE);
    if (several) {
      return "{rule: vqa}  # several people's answers";
    }
    return all(answers, text -> text.toLowerCase(Locale.ROOT).matches("yes|no"))
        ? "{rule: yes-no}"
        : all(answers, text -> text.matches("-?\\d+(\\.\\d+)?"))
            ? "{rule: number}"
            : "{rule: exact}";
  }

  private String answersAre() {
    if (all(answers, text -> text.matches("[A-Za-z]"))) {
      return "letter";
    }
    if (all(answers, text -> text.matches("\\d{1,2}"))) {
      boolean zero = sample.of(answers).stream().anyMatch(list -> list.contains("0"));
      return zero ? "index0" : "index1";
    }
    return sample.of(answers).isEmpty() ? "letter" : "text";
  }

  /** Returns whether all values of a column are such, and there is one. */
  private boolean all(String column, Predicate<String> such) {
    List<List<String>> values = sample.of(column);
    return !values.isEmpty() && values.stream().flatMap(List::stream).allMatch(such);
  }

  private static String list(List<String> texts) {
    return texts.size() == 1 && texts.get(0).matches(PLAIN)
        ? texts.get(0)
        : texts.stream().map(BenchmarkGuess::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /** Returns a text as YAML reads it as one: JSON's quotes are YAML's. */
  private static String quoted(String text) {
    return text.matches(PLAIN) && !text.matches("(?i)true|false|null|yes|no|on|off|y|n")
        ? text
        : new TextNode(text).toString();
  }
}
