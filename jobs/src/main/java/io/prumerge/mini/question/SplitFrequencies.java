package io.prumerge.mini.question;

import io.prumerge.mini.scene.Colour;
import io.prumerge.mini.scene.PrintedWord;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Frequencies in a split, so that a question alone does not give away its answer: wrong statements
 * are about things as common as those in right statements, and questions with a common answer are
 * mostly left out.
 */
public final class SplitFrequencies {

  /** The most objects of a scene. */
  private static final int MOST_OBJECTS = 4;

  /** Most draws to find a different word. */
  private static final int TRIES = 8;

  /** A group of interchangeable words: one kind and length, but real words of any length. */
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
  public void add(Scene scene) {
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

  /** Returns the number of images with the thing. */
  public int images(Thing thing) {
    return images[thing.index()];
  }

  /** Returns the number of images with both things. */
  public int together(Thing thing, Thing other) {
    return together[thing.index()][other.index()];
  }

  /** Returns a random thing not in {@code present}; common things are more likely. */
  Thing absent(Collection<Thing> present, SceneRandom random) {
    int[] weights = seen(images);
    present.forEach(thing -> weights[thing.index()] = 0);
    return Thing.ALL.get(random.weighted(weights));
  }

  /** Returns a random shape not in {@code present}; common shapes are more likely. */
  Shape absentShape(Collection<Shape> present, SceneRandom random) {
    int[] weights = seen(shapes);
    present.forEach(shape -> weights[shape.ordinal()] = 0);
    return Shape.values()[random.weighted(weights)];
  }

  /**
   * Returns another number of equal shapes, drawn like the numbers that {@link #keepsCount} keeps.
   */
  int otherCount(int count, SceneRandom random) {
    int[] weights = new int[counts.length];
    for (int i = 1; i < weights.length; i++) {
      weights[i] = i == count ? 0 : 1 + Math.min(counts[i], enough(counts));
    }
    return random.weighted(weights);
  }

  /**
   * Returns whether to ask for the colour of this shape, so that all colours are about as common.
   */
  boolean keepsColour(SceneObject object, SceneRandom random) {
    return keeps(colours[object.shape().ordinal()], object.colour().ordinal(), random);
  }

  /**
   * Returns whether to ask for the shape of this colour, so that all shapes are about as common.
   */
  boolean keepsShape(SceneObject object, SceneRandom random) {
    int[] shapesOfColour =
        Arrays.stream(colours).mapToInt(row -> row[object.colour().ordinal()]).toArray();
    return keeps(shapesOfColour, object.shape().ordinal(), random);
  }

  /** Returns whether to ask how many of a shape there are. */
  boolean keepsCount(int count, SceneRandom random) {
    return keeps(counts, count, random);
  }

  /** Returns whether to ask how many objects there are. */
  boolean keepsObjects(int count, SceneRandom random) {
    return keeps(objects, count, random);
  }

  /** Returns whether to ask what kind of scene it is. */
  boolean keepsKind(SceneKind kind, SceneRandom random) {
    return keeps(kinds, kind.ordinal(), random);
  }

  /**
   * Returns another printed word of the same kind; for numbers and random letters, also of the same
   * length. If none is found, a misreading.
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

  /** Drops a common value at random, so that at most about half of the average remains. */
  private static boolean keeps(int[] counted, int value, SceneRandom random) {
    return random.below(Math.max(1, counted[value])) < enough(counted);
  }

  /** Returns half of the average over the values that occur, at least 1. */
  private static int enough(int[] counted) {
    int values = (int) Arrays.stream(counted).filter(count -> count > 0).count();
    return Math.max(1, Arrays.stream(counted).sum() / Math.max(1, 2 * values));
  }

  /** Returns the counts plus one, so that nothing is impossible in a small split. */
  private static int[] seen(int[] counts) {
    int[] weights = counts.clone();
    for (int i = 0; i < weights.length; i++) {
      weights[i]++;
    }
    return weights;
  }
}
