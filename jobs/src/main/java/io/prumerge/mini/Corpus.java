package io.prumerge.mini;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What occurs how often in a split, so that a question alone does not give its answer away: wrong
 * statements are about things as common as those of right ones, and questions with a common answer
 * are mostly left out.
 */
final class Corpus {

  /** Objects a scene can hold. */
  private static final int MOST_OBJECTS = 4;

  /** Words that are drawn to find another one. */
  private static final int TRIES = 8;

  /** Words that could stand for one another; real ones of any length. */
  private record Print(WordKind kind, int length) {
    static Print of(PrintedWord word) {
      return new Print(word.kind(), word.kind() == WordKind.REAL ? 0 : word.text().length());
    }
  }

  private final int[] images = new int[Thing.ALL.size()];
  private final int[][] together = new int[Thing.ALL.size()][Thing.ALL.size()];
  private final int[] shapes = new int[Shape.values().length];
  private final int[] counts = new int[MOST_OBJECTS + 1];
  private final int[] objects = new int[MOST_OBJECTS + 1];
  private final int[] kinds = new int[SceneKind.values().length];
  private final int[][] colours = new int[Shape.values().length][Colour.values().length];
  private final Map<Print, List<String>> words = new HashMap<>();

  /** Counts one scene. */
  void add(Scene scene) {
    SceneFacts facts = new SceneFacts(scene);
    for (Thing thing : facts.things()) {
      images[thing.index()]++;
      for (Thing other : facts.things()) {
        together[thing.index()][other.index()]++;
      }
    }
    kinds[scene.kind().ordinal()]++;
    objects[scene.objects().size()]++;
    facts
        .counts()
        .forEach(
            (shape, count) -> {
              shapes[shape.ordinal()]++;
              counts[count]++;
            });
    for (SceneObject object : scene.objects()) {
      colours[object.shape().ordinal()][object.colour().ordinal()]++;
    }
    scene
        .word()
        .ifPresent(
            word ->
                words.computeIfAbsent(Print.of(word), print -> new ArrayList<>()).add(word.text()));
  }

  /** In how many images the thing is. */
  int images(Thing thing) {
    return images[thing.index()];
  }

  /** In how many images both things are. */
  int together(Thing thing, Thing other) {
    return together[thing.index()][other.index()];
  }

  /** A thing that is none of {@code present}, common ones more often. */
  Thing absent(Collection<Thing> present, SceneRandom random) {
    int[] weights = seen(images);
    present.forEach(thing -> weights[thing.index()] = 0);
    return Thing.ALL.get(random.weighted(weights));
  }

  /** A shape that is none of {@code present}, common ones more often. */
  Shape absentShape(Collection<Shape> present, SceneRandom random) {
    int[] weights = seen(shapes);
    present.forEach(shape -> weights[shape.ordinal()] = 0);
    return Shape.values()[random.weighted(weights)];
  }

  /** Another number of equal shapes, drawn as those are that {@link #keepsCount} keeps. */
  int otherCount(int count, SceneRandom random) {
    int[] weights = new int[counts.length];
    for (int i = 1; i < weights.length; i++) {
      weights[i] = i == count ? 0 : 1 + Math.min(counts[i], enough(counts));
    }
    return random.weighted(weights);
  }

  /** Whether to ask for the colour of this shape, so that all colours are about as common. */
  boolean keepsColour(SceneObject object, SceneRandom random) {
    return keeps(colours[object.shape().ordinal()], object.colour().ordinal(), random);
  }

  /** Whether to ask for the shape of this colour, so that all shapes are about as common. */
  boolean keepsShape(SceneObject object, SceneRandom random) {
    int[] shapesOfColour =
        Arrays.stream(colours).mapToInt(row -> row[object.colour().ordinal()]).toArray();
    return keeps(shapesOfColour, object.shape().ordinal(), random);
  }

  /** Whether to ask how many of a shape there are. */
  boolean keepsCount(int count, SceneRandom random) {
    return keeps(counts, count, random);
  }

  /** Whether to ask how many objects there are. */
  boolean keepsObjects(int count, SceneRandom random) {
    return keeps(objects, count, random);
  }

  /** Whether to ask what kind of scene it is. */
  boolean keepsKind(SceneKind kind, SceneRandom random) {
    return keeps(kinds, kind.ordinal(), random);
  }

  /**
   * Another printed word of the same kind, of numbers and random letters one of the same length; a
   * misreading where none turns up.
   */
  String otherWord(PrintedWord word, SceneRandom random) {
    List<String> alike = words.getOrDefault(Print.of(word), List.of());
    for (int i = 0; i < TRIES && !alike.isEmpty(); i++) {
      String other = random.pick(alike);
      if (!other.equals(word.text())) {
        return other;
      }
    }
    return Misreading.of(word.text(), random);
  }

  /** A common value is dropped so often that it stays below half of the average. */
  private static boolean keeps(int[] counted, int value, SceneRandom random) {
    return random.below(Math.max(1, counted[value])) < enough(counted);
  }

  /** Half of the average over the values that occur, at least 1. */
  private static int enough(int[] counted) {
    int values = (int) Arrays.stream(counted).filter(count -> count > 0).count();
    return Math.max(1, Arrays.stream(counted).sum() / Math.max(1, 2 * values));
  }

  /** One more than counted, so that a small split forbids nothing. */
  private static int[] seen(int[] counts) {
    int[] weights = counts.clone();
    for (int i = 0; i < weights.length; i++) {
      weights[i]++;
    }
    return weights;
  }
}
