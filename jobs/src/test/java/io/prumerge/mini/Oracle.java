package io.prumerge.mini;

import io.prumerge.mini.scene.Bar;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneObject;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Answers questions by parsing their text and checking every object of the scene: slow but simple.
 */
final class Oracle {

  private static final List<String> COUNTING =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven");
  private static final List<String> ORDINALS =
      List.of("first", "second", "third", "fourth", "fifth", "sixth");

  private record Rule(Pattern question, BiFunction<Scene, MatchResult, Object> answer) {}

  private static final List<Rule> RULES =
      List.of(
          rule(
              "What color is the background\\?", (s, m) -> s.backdrop().background().displayName()),
          rule("What color is the (tallest|shortest) bar\\?", (s, m) -> extreme(s, m.group(1))),
          rule("Which bar is the (tallest|shortest)\\?", (s, m) -> extreme(s, m.group(1))),
          rule(
              "Which boat caught the (most|fewest) fish\\?",
              (s, m) ->
                  "the %s boat"
                      .formatted(extreme(s, m.group(1).equals("most") ? "tallest" : "shortest"))),
          rule("What color is the (\\w+)\\?", (s, m) -> only(s, m.group(1)).colour().displayName()),
          rule(
              "What shape is the (\\w+) object\\?",
              (s, m) -> only(s, m.group(1)).shape().displayName()),
          rule("How many objects are there\\?", (s, m) -> s.objects().size()),
          rule("How many bars are there\\?", (s, m) -> s.chart().get().bars().size()),
          rule("How many units tall is the (\\w+) bar\\?", (s, m) -> units(s, m.group(1))),
          rule("How many (\\w+) are there\\?", (s, m) -> count(s, m.group(1))),
          rule("How many (\\w+) are there then\\?", (s, m) -> count(s, m.group(1)) + 1),
          rule(
              "How many (?:letters|digits) does the (?:word|number) have\\?",
              (s, m) -> s.word().get().text().length()),
          rule("What (?:word|number) is written in the image\\?", (s, m) -> s.word().get().text()),
          rule(
              "What is the last (?:letter|digit) of the (?:word|number)\\?",
              (s, m) -> s.word().get().text().replaceAll(".*(.)$", "$1")),
          rule(
              "What is the (\\w+) (?:letter|digit) of the (?:word|number)\\?",
              (s, m) -> s.word().get().text().charAt(ORDINALS.indexOf(m.group(1)))),
          rule(
              "Is the (\\w+ \\w+) on the left or on the right\\?",
              (s, m) -> across(only(s, m.group(1))) < 84 ? "left" : "right"),
          rule(
              "Is the (\\w+ \\w+) at the top or at the bottom\\?",
              (s, m) -> down(only(s, m.group(1))) < 84 ? "top" : "bottom"),
          rule(
              "Is the (\\w+ \\w+) small or large\\?",
              (s, m) -> only(s, m.group(1)).box().width() < 25 ? "small" : "large"),
          statement("Is there an? (\\w+ \\w+) in the image\\?", (s, m) -> count(s, m.group(1)) > 0),
          statement("Are there any (\\w+) in the image\\?", (s, m) -> count(s, m.group(1)) > 0),
          statement(
              "Is the number of (\\w+) in the image (\\w+)\\?",
              (s, m) -> count(s, m.group(1)) == COUNTING.indexOf(m.group(2))),
          statement(
              "Are there more (\\w+) than (\\w+)\\?",
              (s, m) -> count(s, m.group(1)) > count(s, m.group(2))),
          statement(
              "Is the background of this image (\\w+)\\?",
              (s, m) -> s.backdrop().background().displayName().equals(m.group(1))),
          statement(
              "Is the (\\w+ \\w+) in the (\\w+) half\\?",
              (s, m) ->
                  switch (m.group(2)) {
                    case "left" -> across(only(s, m.group(1))) < 84;
                    case "right" -> across(only(s, m.group(1))) > 84;
                    case "top" -> down(only(s, m.group(1))) < 84;
                    case "bottom" -> down(only(s, m.group(1))) > 84;
                    default -> throw new AssertionError(m.group());
                  }),
          statement(
              "Is the (\\w+ \\w+) (to the left of|to the right of|above|below) the (\\w+ \\w+)\\?",
              (s, m) -> related(only(s, m.group(1)), m.group(2), only(s, m.group(3)))),
          statement(
              "Is the (\\w+) bar the tallest\\?",
              (s, m) -> extreme(s, "tallest").equals(m.group(1))),
          statement(
              "Is the (\\w+) bar taller than the (\\w+) bar\\?",
              (s, m) -> units(s, m.group(1)) > units(s, m.group(2))),
          statement(
              "Is the sum of the (\\w+) bar and the (\\w+) bar (\\d+)\\?",
              (s, m) ->
                  units(s, m.group(1)) + units(s, m.group(2)) == Integer.parseInt(m.group(3))),
          statement(
              "Is the (?:word|number) in the image \"(\\w+)\"\\?",
              (s, m) -> s.word().get().text().equals(m.group(1))),
          statement(
              "Is the (\\w+) (\\w+)\\?",
              (s, m) -> only(s, m.group(1)).colour().displayName().equals(m.group(2))),
          rule(
              "What does the image show\\?",
              (s, m) ->
                  s.chart().isPresent()
                      ? "a bar chart"
                      : s.word().isPresent() ? "shapes and a word" : "shapes only"),
          rule(
              "Where is the (\\w+ \\w+)\\?",
              (s, m) ->
                  (down(only(s, m.group(1))) < 84 ? "top " : "bottom ")
                      + (across(only(s, m.group(1))) < 84 ? "left" : "right")),
          rule(
              "In which part of the map is the (\\w+ \\w+)\\?",
              (s, m) ->
                  (down(only(s, m.group(1))) < 84 ? "north" : "south")
                      + (across(only(s, m.group(1))) < 84 ? "west" : "east")),
          rule(
              "Which object is farthest (?:to the )?(\\w+)\\?",
              (s, m) -> farthest(s, m.group(1)).displayName()),
          rule(
              "Which object is the largest\\?",
              (s, m) ->
                  unique(s.objects().stream(), object -> object.box().width() >= 25)
                      .displayName()));

  private Oracle() {}

  /**
   * Returns the answer; fails if no rule matches the question or the scene gives no unique answer.
   */
  static String answer(Scene scene, String question) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.question().matcher(question);
      if (matcher.matches()) {
        return rule.answer().apply(scene, matcher.toMatchResult()).toString();
      }
    }
    throw new AssertionError("No rule for " + question);
  }

  /** Returns the right option. */
  static String choice(Scene scene, String question, List<String> options) {
    if (question.equals("Which of these is in the image?")) {
      return unique(options.stream(), option -> count(scene, option) > 0);
    }
    return answer(scene, question);
  }

  /** Returns the right option of a question without a scene. */
  static String lookUp(String question, List<String> options) {
    Matcher matcher =
        Pattern.compile("Which option (?:is a|is|says) (\\w+(?: \\w+)?)\\?").matcher(question);
    if (!matcher.matches()) {
      throw new AssertionError("No rule for " + question);
    }
    return unique(
        options.stream(), option -> (" " + option + " ").contains(" " + matcher.group(1) + " "));
  }

  private static Rule rule(String question, BiFunction<Scene, MatchResult, Object> answer) {
    return new Rule(Pattern.compile(question), answer);
  }

  private static Rule statement(String question, BiFunction<Scene, MatchResult, Boolean> truth) {
    return rule(question, (scene, match) -> truth.apply(scene, match) ? "yes" : "no");
  }

  private static boolean fits(SceneObject object, String description) {
    return List.of(
            object.shape().displayName(),
            object.shape().plural(),
            object.colour().displayName(),
            object.colour().displayName() + " " + object.shape().displayName())
        .contains(description);
  }

  private static int count(Scene scene, String description) {
    return (int) scene.objects().stream().filter(object -> fits(object, description)).count();
  }

  private static SceneObject only(Scene scene, String description) {
    return unique(scene.objects().stream(), object -> fits(object, description));
  }

  private static <T> T unique(Stream<T> all, Predicate<T> condition) {
    List<T> found = all.filter(condition).toList();
    if (found.size() != 1) {
      throw new AssertionError("Not one but " + found);
    }
    return found.get(0);
  }

  private static double across(SceneObject object) {
    return object.box().left() + object.box().width() / 2.0;
  }

  private static double down(SceneObject object) {
    return object.box().top() + object.box().height() / 2.0;
  }

  private static boolean related(SceneObject one, String relation, SceneObject other) {
    double gap =
        switch (relation) {
          case "to the left of" -> across(other) - across(one);
          case "to the right of" -> across(one) - across(other);
          case "above" -> down(other) - down(one);
          case "below" -> down(one) - down(other);
          default -> throw new AssertionError(relation);
        };
    if (Math.abs(gap) < 20) {
      throw new AssertionError("In doubt: " + one + " " + relation + " " + other);
    }
    return gap > 0;
  }

  private static SceneObject farthest(Scene scene, String side) {
    Map<String, String> names =
        Map.of("west", "left", "east", "right", "north", "top", "south", "bottom");
    String relation =
        switch (names.getOrDefault(side, side)) {
          case "left" -> "to the left of";
          case "right" -> "to the right of";
          case "top" -> "above";
          case "bottom" -> "below";
          default -> throw new AssertionError(side);
        };
    return unique(
        scene.objects().stream(),
        one ->
            scene.objects().stream()
                .filter(other -> other != one)
                .allMatch(other -> beyond(one, relation, other)));
  }

  private static boolean beyond(SceneObject one, String relation, SceneObject other) {
    return switch (relation) {
      case "to the left of" -> across(other) - across(one) > 20;
      case "to the right of" -> across(one) - across(other) > 20;
      case "above" -> down(other) - down(one) > 20;
      default -> down(one) - down(other) > 20;
    };
  }

  private static int units(Scene scene, String colour) {
    return unique(
                scene.chart().get().bars().stream(),
                bar -> bar.colour().displayName().equals(colour))
            .box()
            .height()
        / 14;
  }

  private static String extreme(Scene scene, String which) {
    List<Bar> bars = scene.chart().get().bars();
    return unique(
            bars.stream(),
            bar ->
                bars.stream()
                    .filter(other -> other != bar)
                    .allMatch(
                        other ->
                            which.equals("tallest")
                                ? bar.box().height() > other.box().height()
                                : bar.box().height() < other.box().height()))
        .colour()
        .displayName();
  }
}
