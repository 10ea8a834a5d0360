package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One problem of ScienceQA.
 *
 * @param choices two to five
 * @param answer index of the right choice
 * @param hint the context in words; empty = none
 * @param image the picture below the folder of its split, {@code PID/image.png}; empty = none
 * @param subject one of {@code NAT}, {@code SOC}, {@code LAN}
 * @param grade one of {@code G1-6}, {@code G7-12}
 * @param topic one of 26, like {@code geography}
 */
record ScienceQaProblem(
    String question,
    List<String> choices,
    int answer,
    String hint,
    Optional<String> image,
    String subject,
    String grade,
    String topic) {

  /** The choices' letters; more choices there are not. */
  static final String LETTERS = "ABCDE";

  /** The group of problems with a picture. */
  static final String WITH_IMAGE = "IMG";

  private static final String WITH_HINT = "TXT";
  private static final String WITHOUT_CONTEXT = "NO";
  private static final String LOWER_GRADES = "G1-6";
  private static final String UPPER_GRADES = "G7-12";

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
   * @param pid its key, for messages
   */
  static ScienceQaProblem of(String pid, JsonLine line) {
    List<String> choices = line.texts("choices");
    if (choices.size() < 2 || choices.size() > LETTERS.length()) {
      throw line.error(
          "problem %s has %d choices; ScienceQA has two to five".formatted(pid, choices.size()));
    }
    JsonNode answer = line.object().path("answer");
    if (!answer.isIntegralNumber() || answer.asInt() < 0 || answer.asInt() >= choices.size()) {
      throw line.error(
          "problem %s: \"answer\" is %s, which is not the index of one of its %d choices"
              .formatted(pid, answer.isMissingNode() ? "absent" : answer, choices.size()));
    }
    return new ScienceQaProblem(
        line.text("question"),
        choices,
        answer.asInt(),
        line.optionalText("hint").orElse(""),
        line.optionalText("image").map(name -> ImageName.checked(pid + "/" + name, line)),
        subject(line.text("subject"), pid, line),
        grade(line.text("grade"), pid, line),
        line.text("topic"));
  }

  private static String subject(String name, String pid, JsonLine line) {
    String subject = SUBJECTS.get(name);
    if (subject == null) {
      throw line.error(
          "problem %s: unknown subject '%s'; known: %s"
              .formatted(
                  pid, name, String.join(", ", SUBJECTS.keySet().stream().sorted().toList())));
    }
    return subject;
  }

  private static String grade(String name, String pid, JsonLine line) {
    Matcher grade = GRADE.matcher(name);
    if (!grade.matches()) {
      throw line.error(
          "problem %s: unknown grade '%s'; known: grade1 to grade12".formatted(pid, name));
    }
    return Integer.parseInt(grade.group(1)) <= 6 ? LOWER_GRADES : UPPER_GRADES;
  }

  /** The right choice's letter. */
  String letter() {
    return LETTERS.substring(answer, answer + 1);
  }

  /** What the official {@code evaluate_acc.py} groups by, beside the subject. */
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
    groups.add(grade);
    groups.add(topic);
    return groups;
  }
}
