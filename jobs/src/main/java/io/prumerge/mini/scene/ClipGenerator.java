package io.prumerge.mini.scene;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An endless, reproducible stream of clips: like {@link SceneGenerator}, and independent of it. The
 * splits share no clip, whatever the seeds. Kinds follow each other in turn.
 *
 * <p>No single frame tells anything of an answer: all places are equally likely, and so is each of
 * an object's two colours to be the first one.
 */
public final class ClipGenerator {

  /** Separates this stream from that of scenes. */
  private static final long CLIPS = SceneRandom.mix("clips".hashCode());

  private static final int HALF = Clip.SIDE / 2;
  private static final int SMALLEST = 26;
  private static final int LARGEST = 36;

  /**
   * Frames from one change to the next, at least. Eight frames from the first to the last at equal
   * distances are at most as far apart, so they show every change.
   */
  private static final int APART = 4;

  private static final int MOST_CHANGES = 4;

  /** Pixels that a moving object goes on from frame to frame, at least and at most. */
  private static final int SLOWEST = 4;

  private static final int FASTEST = 5;

  private final long seed;
  private final Split split;

  /** Creates the stream of this seed and split. Any seed is allowed. */
  public ClipGenerator(long seed, Split split) {
    this.seed = seed;
    this.split = split;
  }

  /**
   * Returns the clip with this number.
   *
   * @param index from 0
   */
  public Clip clip(int index) {
    if (index < 0) {
      throw new IllegalArgumentException(Text.format("Clip %d; numbers start at 0", index));
    }
    long stream = SceneRandom.mix(SceneRandom.mix(seed + CLIPS) + split.code());
    SceneRandom random = new SceneRandom(SceneRandom.mix(stream + index));
    Clip clip = draw(index, random);
    while (SplitRule.splitOf(content(clip)) != split) {
      clip = draw(index, random);
    }
    return clip;
  }

  /** Returns a description in words and places; equal ones belong to the same split. */
  private static String content(Clip clip) {
    return clip.kind()
        + clip.objects().stream()
            .map(object -> "; " + object.shape() + " " + object.states())
            .collect(Collectors.joining());
  }

  private Clip draw(int index, SceneRandom random) {
    ClipEvent kind = ClipEvent.values()[index % ClipEvent.values().length];
    Backdrop drawn = SceneGenerator.backdrop(random);
    Backdrop plain = new Backdrop(drawn.background(), drawn.tint(), Texture.PLAIN, drawn.grain());
    List<Shape> shapes = shuffled(Shape.values(), random);
    List<Colour> colours = shuffled(Colour.values(), random);
    List<ClipObject> objects =
        switch (kind) {
          case DIRECTION -> moving(shapes, colours, random);
          case COUNT -> blinking(shapes, colours, random);
          case ORDER -> oneAfterTheOther(shapes, colours, random);
          case SHUFFLE -> changingPlaces(shapes, colours, random);
        };
    return new Clip(split, seed, index, kind, plain, objects);
  }

  private static <T> List<T> shuffled(T[] values, SceneRandom random) {
    List<T> all = new ArrayList<>(Arrays.asList(values));
    random.shuffle(all);
    return all;
  }

  private static List<ClipObject> moving(
      List<Shape> shapes, List<Colour> colours, SceneRandom random) {
    List<ClipObject> objects = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Direction direction = random.pick(Arrays.asList(Direction.values()));
      int step = random.between(SLOWEST, FASTEST);
      int left = random.below(Clip.SIDE);
      int top = random.below(Clip.SIDE);
      Colour colour = colours.get(i);
      objects.add(
          object(
              shapes.get(i),
              random.between(SMALLEST, LARGEST),
              frame ->
                  new ObjectState(
                      Math.floorMod(left + frame * step * direction.right(), Clip.SIDE),
                      Math.floorMod(top + frame * step * direction.down(), Clip.SIDE),
                      colour)));
    }
    return objects;
  }

  private static List<ClipObject> blinking(
      List<Shape> shapes, List<Colour> colours, SceneRandom random) {
    List<Integer> places = places(random);
    List<ClipObject> objects = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      List<Integer> changes = changes(random.between(1, MOST_CHANGES), random);
      objects.add(resting(shapes.get(i), places.get(i), i, colours, changes, random));
    }
    return objects;
  }

  private static List<ClipObject> oneAfterTheOther(
      List<Shape> shapes, List<Colour> colours, SceneRandom random) {
    List<Integer> places = places(random);
    List<Integer> changes = new ArrayList<>(changes(places.size(), random));
    random.shuffle(changes);
    List<ClipObject> objects = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      List<Integer> change = List.of(changes.get(i));
      objects.add(resting(shapes.get(i), places.get(i), i, colours, change, random));
    }
    return objects;
  }

  /** Returns an object that stays where it is and changes between two of the colours. */
  private static ClipObject resting(
      Shape shape,
      int place,
      int number,
      List<Colour> colours,
      List<Integer> changes,
      SceneRandom random) {
    int side = random.between(SMALLEST, LARGEST);
    Corner corner = Corner.within(side, random);
    return object(
        shape,
        side,
        frame -> {
          long before = changes.stream().filter(change -> change <= frame).count();
          return corner.at(place, colours.get(2 * number + (int) (before % 2)));
        });
  }

  private static List<ClipObject> changingPlaces(
      List<Shape> shapes, List<Colour> colours, SceneRandom random) {
    List<List<Integer>> orders = new ArrayList<>(List.of(places(random)));
    List<Integer> changes = changes(random.between(1, 2), random);
    changes.forEach(change -> orders.add(places(random)));
    List<ClipObject> objects = new ArrayList<>();
    for (int i = 0; i < orders.get(0).size(); i++) {
      int number = i;
      int side = random.between(SMALLEST, LARGEST);
      Corner corner = Corner.within(side, random);
      objects.add(
          object(
              shapes.get(i),
              side,
              frame -> {
                long before = changes.stream().filter(change -> change <= frame).count();
                return corner.at(orders.get((int) before).get(number), colours.get(number));
              }));
    }
    return objects;
  }

  private static ClipObject object(Shape shape, int side, IntFunction<ObjectState> states) {
    return new ClipObject(shape, side, IntStream.range(0, Clip.FRAMES).mapToObj(states).toList());
  }

  /** Returns the four quarters in any order. */
  private static List<Integer> places(SceneRandom random) {
    List<Integer> places = new ArrayList<>(List.of(0, 1, 2, 3));
    random.shuffle(places);
    return places;
  }

  /** Returns frames that differ from the one before, ascending, at least {@link #APART} apart. */
  private static List<Integer> changes(int count, SceneRandom random) {
    int free = Clip.FRAMES - 1 - (count - 1) * (APART - 1);
    List<Integer> all = IntStream.range(0, free).boxed().collect(Collectors.toList());
    random.shuffle(all);
    List<Integer> chosen = all.subList(0, count).stream().sorted().toList();
    return IntStream.range(0, count).mapToObj(i -> 1 + chosen.get(i) + i * (APART - 1)).toList();
  }

  /** The directions of a moving object. */
  private enum Direction {
    LEFT(-1, 0),
    RIGHT(1, 0),
    UP(0, -1),
    DOWN(0, 1);

    private final int right;
    private final int down;

    Direction(int right, int down) {
      this.right = right;
      this.down = down;
    }

    int right() {
      return right;
    }

    int down() {
      return down;
    }
  }

  /** Where an object has its top left corner in each quarter. */
  private record Corner(int right, int down) {

    /** Draws one that leaves a pixel to each side of the quarter. */
    static Corner within(int side, SceneRandom random) {
      return new Corner(random.between(1, HALF - 1 - side), random.between(1, HALF - 1 - side));
    }

    ObjectState at(int quarter, Colour colour) {
      return new ObjectState(quarter % 2 * HALF + right, quarter / 2 * HALF + down, colour);
    }
  }
}
