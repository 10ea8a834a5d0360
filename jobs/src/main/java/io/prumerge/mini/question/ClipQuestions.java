package io.prumerge.mini.question;

import io.prumerge.mini.scene.Clip;
import io.prumerge.mini.scene.ClipObject;
import io.prumerge.mini.scene.ObjectState;
import io.prumerge.mini.scene.SceneRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Two questions about a clip, with four options each. Every answer is as likely as every other,
 * with and without any one of the frames.
 */
public final class ClipQuestions {

  private static final List<String> TIMES = List.of("once", "twice", "three times", "four times");
  private static final List<String> WAYS = List.of("left", "right", "up", "down");

  private ClipQuestions() {}

  /** Returns the questions about a clip. */
  public static List<ClipQuestion> of(Clip clip, SceneRandom random) {
    List<ClipObject> objects = clip.objects();
    return switch (clip.kind()) {
      case DIRECTION ->
          objects.stream()
              .map(
                  object ->
                      posed(
                          "Which way does the " + name(object) + " move?",
                          WAYS,
                          way(object),
                          random))
              .toList();
      case COUNT ->
          objects.stream()
              .map(
                  object ->
                      posed(
                          "How often does the " + name(object) + " change its color?",
                          TIMES,
                          TIMES.get(object.changes() - 1),
                          random))
              .toList();
      case ORDER -> {
        List<ClipObject> order =
            objects.stream().sorted(Comparator.comparing(ClipObject::firstChange)).toList();
        ClipObject last = order.get(order.size() - 1);
        yield List.of(
            posed(
                "Which shape changes its color first?", names(objects), name(order.get(0)), random),
            posed("Which shape changes its color last?", names(objects), name(last), random));
      }
      case SHUFFLE -> {
        List<ClipObject> asked = new ArrayList<>(objects);
        random.shuffle(asked);
        yield asked.stream()
            .limit(2)
            .map(
                object ->
                    posed(
                        "Which shape is at the end where the "
                            + name(object)
                            + " was at the start?",
                        names(objects),
                        name(successor(object, objects)),
                        random))
            .toList();
      }
    };
  }

  private static ClipQuestion posed(
      String text, List<String> options, String answer, SceneRandom random) {
    List<String> order = new ArrayList<>(options);
    random.shuffle(order);
    return new ClipQuestion(text, order, order.indexOf(answer));
  }

  private static List<String> names(List<ClipObject> objects) {
    return objects.stream().map(ClipQuestions::name).toList();
  }

  private static String name(ClipObject object) {
    return object.shape().displayName();
  }

  /** Returns which way an object goes from the first frame to the second. */
  private static String way(ClipObject object) {
    ObjectState first = object.states().get(0);
    ObjectState second = object.states().get(1);
    int right = forward(first.left(), second.left());
    int down = forward(first.top(), second.top());
    if (right != 0) {
      return right > 0 ? "right" : "left";
    }
    return down > 0 ? "down" : "up";
  }

  /** Returns the shorter way from one place to another, negative if it leads back. */
  private static int forward(int from, int to) {
    return Math.floorMod(to - from + Clip.SIDE / 2, Clip.SIDE) - Clip.SIDE / 2;
  }

  /** Returns the object that is in the last frame in the quarter of this one's first frame. */
  private static ClipObject successor(ClipObject object, List<ClipObject> objects) {
    int quarter = quarter(object.states().get(0));
    return objects.stream()
        .filter(other -> quarter(other.states().get(Clip.FRAMES - 1)) == quarter)
        .findFirst()
        .orElseThrow();
  }

  private static int quarter(ObjectState state) {
    int half = Clip.SIDE / 2;
    return state.top() / half * 2 + state.left() / half;
  }
}
