package io.prumerge.mini.scene;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An endless, reproducible stream of scenes: scene i depends only on the seed, the split and i, so
 * that any machine can generate any part of it.
 *
 * <p>The splits share no scene, whatever the seeds: a hash of a scene's content ({@link SplitRule})
 * decides its split, and scenes of the other split are drawn again. Seed and split also start
 * different random streams.
 */
public final class SceneGenerator {

  /** Percent of the scenes by {@link SceneKind}. */
  private static final int[] KINDS = {50, 33, 17};

  /** Percent of the scenes of objects that have 1, 2, 3 and 4 objects. */
  private static final int[] COUNTS = {15, 30, 30, 25};

  /** The most foreground patches of a scene: less than a quarter of the picture. */
  static final int MOST_FOREGROUND = Scene.GRID * Scene.GRID / 4 - 1;

  private static final int MOST_WORD_OBJECTS = 2;

  private final long seed;
  private final Split split;

  /** Creates the stream of this seed and split. Any seed is allowed. */
  public SceneGenerator(long seed, Split split) {
    this.seed = seed;
    this.split = split;
  }

  /**
   * Returns the scene with this number.
   *
   * @param index from 0
   */
  public Scene scene(int index) {
    if (index < 0) {
      throw new IllegalArgumentException(Text.format("Scene %d; numbers start at 0", index));
    }
    long stream = SceneRandom.mix(SceneRandom.mix(seed) + split.code());
    SceneRandom random = new SceneRandom(SceneRandom.mix(stream + index));
    Optional<Scene> scene = Optional.empty();
    while (scene.filter(this::belongs).isEmpty()) {
      scene = draw(index, random);
    }
    return scene.get();
  }

  private boolean belongs(Scene scene) {
    return SplitRule.splitOf(scene) == split
        && PatchLabels.of(scene).foreground() <= MOST_FOREGROUND;
  }

  /** Draws a scene; empty if an object did not fit. */
  private Optional<Scene> draw(int index, SceneRandom random) {
    SceneKind kind = SceneKind.values()[random.weighted(KINDS)];
    Backdrop backdrop = backdrop(random);
    Optional<PrintedWord> word =
        kind == SceneKind.WORD ? Optional.of(Words.draw(random)) : Optional.empty();
    Optional<Chart> chart =
        kind == SceneKind.CHART ? Optional.of(Charts.draw(random)) : Optional.empty();
    return objects(kind, word, random)
        .map(objects -> new Scene(split, seed, index, kind, backdrop, objects, word, chart));
  }

  private static Optional<List<SceneObject>> objects(
      SceneKind kind, Optional<PrintedWord> word, SceneRandom random) {
    int count =
        switch (kind) {
          case OBJECTS -> 1 + random.weighted(COUNTS);
          case WORD -> random.between(1, MOST_WORD_OBJECTS);
          case CHART -> 0;
        };
    return Placement.place(ObjectPrior.shapes(count, random), word, random);
  }

  /** Draws any background. */
  static Backdrop backdrop(SceneRandom random) {
    Background background = random.pick(Arrays.asList(Background.values()));
    int brightness = random.between(-5, 5);
    int tint = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int channel = SceneColours.of(background) >> shift & 255;
      tint |= channel + brightness + random.between(-3, 3) << shift;
    }
    return new Backdrop(
        background, tint, random.pick(Arrays.asList(Texture.values())), random.next());
  }

  /** Generates random bar charts. */
  private static final class Charts {

    /** First possible patch row below the bars. */
    private static final int FIRST_BASE = 9;

    private static final int LAST_BASE = 11;

    private Charts() {}

    static Chart draw(SceneRandom random) {
      int count = random.between(3, 4);
      int step = random.between(2, 3);
      int width = (count - 1) * step + 1;
      int column = random.between(1, Scene.GRID - 1 - width);
      int base = random.between(FIRST_BASE, LAST_BASE) * Scene.PATCH;
      List<Colour> colours = new ArrayList<>(Arrays.asList(Colour.values()));
      random.shuffle(colours);
      List<Integer> heights =
          IntStream.rangeClosed(1, Bar.HIGHEST).boxed().collect(Collectors.toList());
      random.shuffle(heights);
      List<Bar> bars = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int height = heights.get(i) * Scene.PATCH;
        Box box = new Box((column + i * step) * Scene.PATCH, base - height, Scene.PATCH, height);
        bars.add(new Bar(colours.get(i), heights.get(i), box));
      }
      return new Chart(bars);
    }
  }

  /**
   * Places objects so that they touch nothing and clearly lie left or right, and at the top or
   * bottom.
   */
  private static final class Placement {

    /** Pixels between an object and the border of the picture. */
    private static final int MARGIN = 5;

    /** Pixels between an object and each middle line, which keeps it inside one quarter. */
    private static final int MIDDLE = 4;

    /** Pixels between two objects, or an object and a word. */
    static final int GAP = 7;

    /**
     * Percent of the objects that take the next of the shuffled quarters instead of a random one.
     */
    private static final int SPREAD = 75;

    private static final int TRIES = 20;
    private static final int SMALL_PERCENT = 60;
    private static final Comparator<SceneObject> READING_ORDER =
        Comparator.comparing(SceneObject::position)
            .thenComparing(object -> object.box().left())
            .thenComparing(object -> object.box().top());

    private Placement() {}

    /**
     * Returns the objects of the given shapes in reading order; empty if one of them did not fit.
     */
    static Optional<List<SceneObject>> place(
        List<Shape> shapes, Optional<PrintedWord> word, SceneRandom random) {
      List<Quarter> quarters = new ArrayList<>(Arrays.asList(Quarter.values()));
      random.shuffle(quarters);
      List<Box> taken = new ArrayList<>();
      word.map(PrintedWord::box).ifPresent(taken::add);
      List<SceneObject> objects = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        ObjectSize size = random.chance(SMALL_PERCENT) ? ObjectSize.SMALL : ObjectSize.LARGE;
        Quarter quarter =
            random.chance(SPREAD) ? quarters.get(i % quarters.size()) : random.pick(quarters);
        Optional<Box> box = free(size, quarter, taken, random);
        if (box.isEmpty()) {
          return Optional.empty();
        }
        taken.add(box.get());
        Colour colour = ObjectPrior.colour(shapes.get(i), random);
        objects.add(new SceneObject(shapes.get(i), colour, size, box.get()));
      }
      objects.sort(READING_ORDER);
      return Optional.of(objects);
    }

    private static Optional<Box> free(
        ObjectSize size, Quarter quarter, List<Box> taken, SceneRandom random) {
      int side = random.between(size.smallest(), size.largest());
      for (int i = 0; i < TRIES; i++) {
        int left = offset(side, quarter.left(), random);
        int top = offset(side, quarter.top(), random);
        Box box = new Box(left, top, side, side);
        if (taken.stream().noneMatch(other -> box.nearerThan(GAP, other))) {
          return Optional.of(box);
        }
      }
      return Optional.empty();
    }

    private static int offset(int side, boolean firstHalf, SceneRandom random) {
      int half = Scene.SIDE / 2;
      return firstHalf
          ? random.between(MARGIN, half - MIDDLE - side)
          : random.between(half + MIDDLE, Scene.SIDE - MARGIN - side);
    }
  }

  /**
   * The distribution of shapes and colours. Some are common and some occur in pairs, so that
   * "popular" and "adversarial" questions about absent objects are possible.
   */
  private static final class ObjectPrior {

    /** By {@link Shape}, most common first. */
    private static final int[] SHAPES = {7, 6, 5, 4, 3, 3};

    /** By {@link Colour}. */
    private static final int[] COLOURS = {6, 3, 4, 4, 5, 3, 2, 2};

    /** How much more common a shape's favoured colour is. */
    private static final int FAVOURED = 4;

    /** Percent of the objects that come with the companion of their shape. */
    private static final int COMPANY = 40;

    private ObjectPrior() {}

    /**
     * Returns the shapes of {@code count} objects: in half of the draws one is repeated, else all
     * differ.
     */
    static List<Shape> shapes(int count, SceneRandom random) {
      int[] weights = SHAPES.clone();
      List<Shape> shapes = new ArrayList<>();
      Shape shape = Shape.values()[random.weighted(weights)];
      int copies = count > 1 && random.chance(50) ? random.between(2, count) : 1;
      while (shapes.size() < count) {
        for (int i = 0; i < copies; i++) {
          shapes.add(shape);
        }
        copies = 1;
        weights[shape.ordinal()] = 0;
        Shape companion = companion(shape);
        boolean together = weights[companion.ordinal()] > 0 && random.chance(COMPANY);
        shape = together ? companion : Shape.values()[random.weighted(weights)];
      }
      return shapes;
    }

    static Colour colour(Shape shape, SceneRandom random) {
      int[] weights = COLOURS.clone();
      weights[favourite(shape).ordinal()] *= FAVOURED;
      return Colour.values()[random.weighted(weights)];
    }

    private static Shape companion(Shape shape) {
      return switch (shape) {
        case CIRCLE -> Shape.SQUARE;
        case SQUARE -> Shape.CIRCLE;
        case TRIANGLE -> Shape.STAR;
        case STAR -> Shape.TRIANGLE;
        case CROSS -> Shape.RING;
        case RING -> Shape.CROSS;
      };
    }

    private static Colour favourite(Shape shape) {
      return switch (shape) {
        case CIRCLE -> Colour.RED;
        case SQUARE -> Colour.BLUE;
        case TRIANGLE -> Colour.GREEN;
        case STAR -> Colour.YELLOW;
        case CROSS -> Colour.PURPLE;
        case RING -> Colour.ORANGE;
      };
    }
  }

  /** Chooses what to print and where. */
  static final class Words {

    /** Every real word, in the order of the resource. */
    static final List<String> REAL = SceneResources.lines("words.txt");

    private static final int REAL_PERCENT = 50;
    private static final int RANDOM_PERCENT = 30;

    private Words() {}

    static PrintedWord draw(SceneRandom random) {
      WordKind kind = kind(random.below(100));
      String text =
          switch (kind) {
            case REAL -> random.pick(REAL);
            case RANDOM -> letters(random.between(3, 5), random);
            case NUMBER ->
                Integer.toString(
                    random.chance(50) ? random.between(10, 99) : random.between(100, 999));
          };
      return new PrintedWord(text, kind, box(text.length(), random));
    }

    private static WordKind kind(int percent) {
      if (percent < REAL_PERCENT) {
        return WordKind.REAL;
      }
      return percent < REAL_PERCENT + RANDOM_PERCENT ? WordKind.RANDOM : WordKind.NUMBER;
    }

    private static String letters(int count, SceneRandom random) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < count; i++) {
        text.append((char) ('A' + random.below(26)));
      }
      return text.toString();
    }

    /**
     * Returns a random box at least one patch from the border, clearly in the upper or the lower
     * half.
     */
    private static Box box(int length, SceneRandom random) {
      int column = random.between(1, Scene.GRID - 1 - length);
      List<Integer> rows = new ArrayList<>(List.of(1, 2, 3, 4));
      rows.addAll(List.of(7, 8, 9, 10));
      return new Box(
          column * Scene.PATCH + random.between(-1, 1),
          random.pick(rows) * Scene.PATCH + random.between(-1, 1),
          length * Scene.PATCH,
          Scene.PATCH);
    }
  }
}
