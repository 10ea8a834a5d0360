package io.prumerge.mini.question;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.ChoiceQuestions.Distractors;
import io.prumerge.mini.scene.Background;
import io.prumerge.mini.scene.Bar;
import io.prumerge.mini.scene.Chart;
import io.prumerge.mini.scene.Colour;
import io.prumerge.mini.scene.ObjectSize;
import io.prumerge.mini.scene.PrintedWord;
import io.prumerge.mini.scene.Quarter;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneFacts;
import io.prumerge.mini.scene.SceneKind;
import io.prumerge.mini.scene.SceneObject;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Shape;
import io.prumerge.mini.scene.Thing;
import io.prumerge.mini.scene.WordKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Multiple-choice questions about a scene. */
public final class ChoiceQuestions {

  private static final String NO_HINT = "";
  private static final String FISH = "The chart shows how many fish each boat caught.";

  /** Number of wrong options, if they come from outside the picture. */
  private static final int DISTRACTORS = 4;

  private final SplitFrequencies corpus;
  private final ObjectChoices objectChoices;

  public ChoiceQuestions(SplitFrequencies corpus) {
    this.corpus = corpus;
    objectChoices = new ObjectChoices(corpus);
  }

  public List<ChoiceQuestion> of(Scene scene, SceneRandom random) {
    List<ChoiceQuestion> questions = new ArrayList<>();
    questions.add(background(scene, random));
    if (corpus.keepsKind(scene.kind(), random)) {
      questions.add(picture(scene.kind(), random));
    }
    questions.addAll(objectChoices.of(scene, random));
    scene.chart().ifPresent(chart -> chart(chart, random, questions));
    scene.word().ifPresent(word -> word(word, random, questions));
    return questions;
  }

  private static ChoiceQuestion background(Scene scene, SceneRandom random) {
    return new ChoiceQuestion(
        Topic.BACKGROUND,
        NO_HINT,
        "What color is the background?",
        scene.backdrop().background().displayName(),
        Distractors.others(
            Arrays.stream(Background.values()).map(Background::displayName),
            scene.backdrop().background().displayName(),
            random));
  }

  private static ChoiceQuestion picture(SceneKind kind, SceneRandom random) {
    String answer = content(kind);
    return new ChoiceQuestion(
        Topic.PICTURE,
        NO_HINT,
        "What does the image show?",
        answer,
        Distractors.others(
            Arrays.stream(SceneKind.values()).map(ChoiceQuestions::content), answer, random));
  }

  private static String content(SceneKind kind) {
    return switch (kind) {
      case OBJECTS -> "shapes only";
      case WORD -> "shapes and a word";
      case CHART -> "a bar chart";
    };
  }

  private static void chart(Chart chart, SceneRandom random, List<ChoiceQuestion> questions) {
    List<String> colours = chart.bars().stream().map(bar -> bar.colour().displayName()).toList();
    bar("tallest", "caught the most", chart.tallest(), colours, random, questions);
    bar("shortest", "caught the fewest", chart.shortest(), colours, random, questions);
    for (Bar bar : chart.bars()) {
      questions.add(
          new ChoiceQuestion(
              Topic.UNITS,
              NO_HINT,
              Text.format("How many units tall is the %s bar?", bar.colour().displayName()),
              Integer.toString(bar.units()),
              Distractors.others(
                  Distractors.numbers(1, Bar.HIGHEST), Integer.toString(bar.units()), random)));
    }
  }

  private static void bar(
      String which,
      String deed,
      Bar bar,
      List<String> colours,
      SceneRandom random,
      List<ChoiceQuestion> questions) {
    String answer = bar.colour().displayName();
    questions.add(
        new ChoiceQuestion(
            Topic.TALLEST,
            NO_HINT,
            Text.format("Which bar is the %s?", which),
            answer,
            Distractors.others(colours.stream(), answer, random)));
    questions.add(
        new ChoiceQuestion(
            Topic.TALLEST,
            FISH,
            Text.format("Which boat %s fish?", deed),
            Text.format("the %s boat", answer),
            Distractors.others(
                colours.stream().map(colour -> "the " + colour + " boat"),
                Text.format("the %s boat", answer),
                random)));
  }

  private void word(PrintedWord word, SceneRandom random, List<ChoiceQuestion> questions) {
    boolean number = word.kind() == WordKind.NUMBER;
    String whole = number ? "number" : "word";
    Set<String> wrong = new LinkedHashSet<>();
    for (int i = 0; i < DISTRACTORS; i++) {
      wrong.add(corpus.otherWord(word, random));
    }
    questions.add(
        new ChoiceQuestion(
            Topic.WORD,
            NO_HINT,
            Text.format("What %s is written in the image?", whole),
            word.text(),
            List.copyOf(wrong)));
    List<String> parts = word.text().chars().mapToObj(Character::toString).distinct().toList();
    if (parts.size() == word.text().length()) {
      for (int i = 0; i < Math.min(parts.size(), NumberWords.ordinals()); i++) {
        questions.add(
            new ChoiceQuestion(
                Topic.LETTER,
                NO_HINT,
                Text.format(
                    "What is the %s %s of the %s?",
                    NumberWords.ordinal(i), number ? "digit" : "letter", whole),
                parts.get(i),
                Distractors.others(parts.stream(), parts.get(i), random)));
      }
    }
  }

  /** Wrong options. */
  static final class Distractors {

    private Distractors() {}

    /** Returns whole numbers from first to last, both included. */
    static Stream<String> numbers(int first, int last) {
      return IntStream.rangeClosed(first, last).mapToObj(Integer::toString);
    }

    /** Returns all but the answer, in random order. */
    static List<String> others(Stream<String> all, String answer, SceneRandom random) {
      List<String> others =
          all.filter(one -> !one.equals(answer)).collect(Collectors.toCollection(ArrayList::new));
      random.shuffle(others);
      return others;
    }
  }

  /** Multiple-choice questions about the objects of a scene. */
  private static final class ObjectChoices {

    private static final String NO_HINT = "";
    private static final String MAP = "The picture is a map. North is at the top.";

    /** Number of wrong options drawn from all things. */
    private static final int DISTRACTORS = 4;

    private final SplitFrequencies corpus;

    ObjectChoices(SplitFrequencies corpus) {
      this.corpus = corpus;
    }

    List<ChoiceQuestion> of(Scene scene, SceneRandom random) {
      List<ChoiceQuestion> questions = new ArrayList<>();
      SceneFacts facts = new SceneFacts(scene);
      appearance(facts, random, questions);
      counts(facts, random, questions);
      facts.unmistakable().forEach(object -> place(object, random, questions));
      if (facts.unmistakable().size() == facts.objects()) {
        comparisons(scene.objects(), questions);
      }
      return questions;
    }

    private void appearance(SceneFacts facts, SceneRandom random, List<ChoiceQuestion> questions) {
      for (SceneObject object : facts.onlyOfShape()) {
        if (corpus.keepsColour(object, random)) {
          questions.add(
              new ChoiceQuestion(
                  Topic.COLOR,
                  NO_HINT,
                  Text.format("What color is the %s?", object.shape().displayName()),
                  object.colour().displayName(),
                  Distractors.others(
                      Arrays.stream(Colour.values()).map(Colour::displayName),
                      object.colour().displayName(),
                      random)));
        }
      }
      for (SceneObject object : facts.onlyOfColour()) {
        if (corpus.keepsShape(object, random)) {
          questions.add(
              new ChoiceQuestion(
                  Topic.SHAPE,
                  NO_HINT,
                  Text.format("What shape is the %s object?", object.colour().displayName()),
                  object.shape().displayName(),
                  Distractors.others(
                      Arrays.stream(Shape.values()).map(Shape::displayName),
                      object.shape().displayName(),
                      random)));
        }
      }
      Set<Thing> things = facts.things();
      for (Thing thing : things) {
        Set<Thing> known = new LinkedHashSet<>(things);
        while (known.size() < things.size() + DISTRACTORS) {
          known.add(corpus.absent(known, random));
        }
        questions.add(
            new ChoiceQuestion(
                Topic.PRESENCE,
                NO_HINT,
                "Which of these is in the image?",
                thing.displayName(),
                known.stream().skip(things.size()).map(Thing::displayName).toList()));
      }
    }

    private void counts(SceneFacts facts, SceneRandom random, List<ChoiceQuestion> questions) {
      facts
          .counts()
          .forEach(
              (shape, count) -> {
                if (corpus.keepsCount(count, random)) {
                  questions.add(
                      new ChoiceQuestion(
                          Topic.COUNT,
                          NO_HINT,
                          Text.format("How many %s are there?", shape.plural()),
                          Integer.toString(count),
                          Distractors.others(
                              Distractors.numbers(1, 4), Integer.toString(count), random)));
                  questions.add(
                      new ChoiceQuestion(
                          Topic.ONE_MORE,
                          Text.format("One more %s is put into the picture.", shape.displayName()),
                          Text.format("How many %s are there then?", shape.plural()),
                          Integer.toString(count + 1),
                          Distractors.others(
                              Distractors.numbers(2, 5), Integer.toString(count + 1), random)));
                }
              });
    }

    private static void place(
        SceneObject object, SceneRandom random, List<ChoiceQuestion> questions) {
      questions.add(
          new ChoiceQuestion(
              Topic.PLACE,
              NO_HINT,
              Text.format("Where is the %s?", object.displayName()),
              object.position().displayName(),
              Distractors.others(
                  Arrays.stream(Quarter.values()).map(Quarter::displayName),
                  object.position().displayName(),
                  random)));
      questions.add(
          new ChoiceQuestion(
              Topic.PLACE,
              MAP,
              Text.format("In which part of the map is the %s?", object.displayName()),
              direction(object.position()),
              Distractors.others(
                  Arrays.stream(Quarter.values()).map(ObjectChoices::direction),
                  direction(object.position()),
                  random)));
    }

    private static String direction(Quarter position) {
      return switch (position) {
        case TOP_LEFT -> "northwest";
        case TOP_RIGHT -> "northeast";
        case BOTTOM_LEFT -> "southwest";
        case BOTTOM_RIGHT -> "southeast";
      };
    }

    /** Comparisons of objects with unique names. A question is asked only if it has one answer. */
    private static void comparisons(List<SceneObject> objects, List<ChoiceQuestion> questions) {
      farthest(objects, ObjectChoices::across, "left", "west", questions);
      farthest(objects, object -> -across(object), "right", "east", questions);
      farthest(objects, ObjectChoices::down, "top", "north", questions);
      farthest(objects, object -> -down(object), "bottom", "south", questions);
      List<SceneObject> large =
          objects.stream().filter(object -> object.size() == ObjectSize.LARGE).toList();
      if (large.size() == 1 && objects.size() > 1) {
        questions.add(
            among(Topic.SIZE, NO_HINT, "Which object is the largest?", large.get(0), objects));
      }
    }

    /** Returns twice the column of the centre. */
    private static int across(SceneObject object) {
      return object.box().left() + object.box().right();
    }

    /** Returns twice the row of the centre. */
    private static int down(SceneObject object) {
      return object.box().top() + object.box().bottom();
    }

    private static void farthest(
        List<SceneObject> objects,
        ToIntFunction<SceneObject> place,
        String side,
        String direction,
        List<ChoiceQuestion> questions) {
      List<SceneObject> order = objects.stream().sorted(Comparator.comparingInt(place)).toList();
      if (order.size() < 2
          || place.applyAsInt(order.get(1)) - place.applyAsInt(order.get(0))
              < 2 * SceneObject.CLEARLY) {
        return;
      }
      questions.add(
          among(
              Topic.FARTHEST,
              NO_HINT,
              Text.format("Which object is farthest to the %s?", side),
              order.get(0),
              objects));
      questions.add(
          among(
              Topic.FARTHEST,
              MAP,
              Text.format("Which object is farthest %s?", direction),
              order.get(0),
              objects));
    }

    private static ChoiceQuestion among(
        Topic topic, String hint, String text, SceneObject answer, List<SceneObject> objects) {
      return new ChoiceQuestion(
          topic,
          hint,
          text,
          answer.displayName(),
          objects.stream()
              .filter(object -> object != answer)
              .map(SceneObject::displayName)
              .toList());
    }
  }
}
