package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One problem of ScienceQA.
 *
 * @param choices two to five
 * @param answer index of the right choice
 * @param hint the context in words; empty = none
 * @param image the picture; in the official files {@code PID/image.png} below the folder of its
 *     split
 * @param subject one of three, like {@code natural science}
 * @param grade {@code grade1} to {@code grade12}
 * @param topic one of 26, like {@code geography}
 */
record ScienceQaProblem(
    String question,
    List<String> choices,
    long answer,
    String hint,
    Optional<ImagePlace> image,
    String subject,
    String grade,
    String topic) {

  /** The choices' letters; no problem has more choices. */
  static final String LETTERS = "ABCDE";

  /** The group of problems with a picture. */
  static final String WITH_IMAGE = "IMG";

  private static final String WITH_HINT = "TXT";
  private static final String WITHOUT_CONTEXT = "NO";
  private static final String LOWER = "G1-6";
  private static final String UPPER = "G7-12";

  /** The official tables' abbreviations. */
  private static final Map<String, String> SUBJECTS =
      Map.of(
          "natural science", "NAT",
          "social science", "SOC",
          "language science", "LAN");

  private static final Pattern GRADE = Pattern.compile("grade([1-9]|1[0-2])");

  ScienceQaProblem {
    choices = List.copyOf(choices);
  }

  /**
   * Reads an entry of {@code problems.json}.
   *
   * @param pid its key
   */
  static ScienceQaProblem of(String pid, JsonLine line) {
    JsonNode answer = line.object().path("answer");
    if (!answer.isIntegralNumber()) {
      throw line.error(
          Text.format("problem %s: \"answer\" must be an index, it is %s", pid, answer));
    }
    return checked(
        pid,
        new ScienceQaProblem(
            line.text("question"),
            line.texts("choices"),
            answer.longValue(),
            line.optionalText("hint").orElse(""),
            line.optionalText("image")
                .map(name -> new ImagePlace.InFolder(ImageName.checked(pid + "/" + name, line))),
            line.text("subject"),
            line.text("grade"),
            line.text("topic")),
        line::error);
  }

  /**
   * Reads a row of Hugging Face's {@code ScienceQA-FULL} or {@code ScienceQA-IMG}.
   *
   * @param pid the id for the problem
   */
  static ScienceQaProblem of(String pid, HuggingFaceRow row) {
    return checked(
        pid,
        new ScienceQaProblem(
            row.text("question"),
            row.texts("choices"),
            row.integer("answer"),
            row.optionalText("hint").orElse(""),
            row.place("image", pid, 0),
            row.text("subject"),
            row.text("grade"),
            row.text("topic")),
        row::error);
  }

  private static ScienceQaProblem checked(
      String pid, ScienceQaProblem problem, Function<String, DataException> error) {
    Optional<String> flaw = problem.flaw();
    if (flaw.isPresent()) {
      throw error.apply(Text.format("problem %s has %s", pid, flaw.get()));
    }
    return problem;
  }

  private Optional<String> flaw() {
    String flaw = null;
    if (choices.size() < 2 || choices.size() > LETTERS.length()) {
      flaw = Text.format("%d choices; ScienceQA has two to five", choices.size());
    } else if (answer < 0 || answer >= choices.size()) {
      flaw =
          Text.format(
              "the answer %d, which is not the index of one of its %d choices",
              answer, choices.size());
    } else if (!SUBJECTS.containsKey(subject)) {
      String known = String.join(", ", new TreeSet<>(SUBJECTS.keySet()));
      flaw = Text.format("the unknown subject '%s'; known: %s", subject, known);
    } else if (!GRADE.matcher(grade).matches()) {
      flaw = Text.format("the unknown grade '%s'; known: grade1 to grade12", grade);
    }
    return Optional.ofNullable(flaw);
  }

  /** Returns the right choice's letter. */
  String letter() {
    return LETTERS.substring((int) answer, (int) answer + 1);
  }

  /** Returns the subject's abbreviation in the official tables. */
  String category() {
    return SUBJECTS.get(subject);
  }

  /** Returns of which kind a category or a group is. */
  static String kindOf(String group) {
    return switch (group) {
      case WITH_HINT, WITH_IMAGE, WITHOUT_CONTEXT -> "context";
      case LOWER, UPPER -> "grade";
      default -> SUBJECTS.containsValue(group) ? "subject" : "topic";
    };
  }

  /** Returns the groups of the official {@code evaluate_acc.py}, other than the subject. */
  List<String> groups() {
    List<String> groups = new ArrayList<>();
    if (!hint.isEmpty()) {
      groups.add(WITH_HINT);
    }
    if (image.isPresent()) {
      groups.add(WITH_IMAGE);
    }
    if (groups.isEmpty()) {
      groups.add(WITHOUT_CONTEXT);
    }
    Matcher number = GRADE.matcher(grade);
    groups.add(number.matches() && Integer.parseInt(number.group(1)) <= 6 ? LOWER : UPPER);
    groups.add(topic);
    return groups;
  }
}
