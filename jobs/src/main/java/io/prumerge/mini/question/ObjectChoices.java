package io.prumerge.mini.question;

import io.prumerge.mini.scene.Colour;
import io.prumerge.mini.scene.Position;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneFacts;
import io.prumerge.mini.scene.SceneObject;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Shape;
import io.prumerge.mini.scene.Size;
import io.prumerge.mini.scene.Thing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Multiple-choice questions about the objects of a scene. */
final class ObjectChoices {

  private static final String NO_HINT = "";
  private static final String MAP = "The picture is a map. North is at the top.";

  /** Number of wrong options drawn from all things. */
  private static final int DISTRACTORS = 4;

  private final Corpus corpus;

  ObjectChoices(Corpus corpus) {
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
                String.format(Locale.ROOT, "What color is the %s?", object.shape().displayName()),
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
                String.format(
                    Locale.ROOT, "What shape is the %s object?", object.colour().displayName()),
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
                        String.format(Locale.ROOT, "How many %s are there?", shape.plural()),
                        Integer.toString(count),
                        Distractors.others(
                            Distractors.numbers(1, 4), Integer.toString(count), random)));
                questions.add(
                    new ChoiceQuestion(
                        Topic.ONE_MORE,
                        String.format(
                            Locale.ROOT,
                            "One more %s is put into the picture.",
                            shape.displayName()),
                        String.format(Locale.ROOT, "How many %s are there then?", shape.plural()),
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
            String.format(Locale.ROOT, "Where is the %s?", object.displayName()),
            object.position().displayName(),
            Distractors.others(
                Arrays.stream(Position.values()).map(Position::displayName),
                object.position().displayName(),
                random)));
    questions.add(
        new ChoiceQuestion(
            Topic.PLACE,
            MAP,
            String.format(Locale.ROOT, "In which part of the map is the %s?", object.displayName()),
            direction(object.position()),
            Distractors.others(
                Arrays.stream(Position.values()).map(ObjectChoices::direction),
                direction(object.position()),
                random)));
  }

  private static String direction(Position position) {
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
        objects.stream().filter(object -> object.size() == Size.LARGE).toList();
    if (large.size() == 1 && objects.size() > 1) {
      questions.add(
          among(Topic.SIZE, NO_HINT, "Which object is the largest?", large.get(0), objects));
    }
  }

  /** Twice the column of the centre. */
  private static int across(SceneObject object) {
    return object.box().left() + object.box().right();
  }

  /** Twice the row of the centre. */
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
            String.format(Locale.ROOT, "Which object is farthest to the %s?", side),
            order.get(0),
            objects));
    questions.add(
        among(
            Topic.FARTHEST,
            MAP,
            String.format(Locale.ROOT, "Which object is farthest %s?", direction),
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
        objects.stream().filter(object -> object != answer).map(SceneObject::displayName).toList());
  }
}
