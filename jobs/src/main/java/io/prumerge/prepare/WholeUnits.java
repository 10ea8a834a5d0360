package io.prumerge.prepare;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the first images that have a number of questions, with all images that units ({@link
 * BenchmarkQuestion#UNIT}) join to them, on and on. Where more questions hang together than are
 * asked for, and than {@value #MANY}, their images are chosen one by one, which cuts units. The
 * driver holds all images, about 200 bytes each.
 *
 * @param <K> the images' keys
 */
public final class WholeUnits<K> {

  /** So many questions more than were asked for are no surprise. */
  private static final int MANY = 100;

  private final List<K> keys = new ArrayList<>();
  private final List<Integer> questions = new ArrayList<>();
  private final List<Integer> parents = new ArrayList<>();
  private final Map<String, Integer> units = new HashMap<>();

  /**
   * Returns SQL for the units of an image's column {@code questions}.
   *
   * @param extra the path of a question's further values, from {@code question}
   */
  public static String sql(String extra) {
    return Text.format(
        "array_compact(transform(questions, question -> try_element_at(%s, '%s')))",
        extra, BenchmarkQuestion.UNIT);
  }

  /**
   * Adds the next image.
   *
   * @param lines the units of its questions, each as its question has them
   */
  public void add(K key, int count, List<String> lines) {
    int image = keys.size();
    keys.add(key);
    questions.add(count);
    parents.add(image);
    lines.stream()
        .flatMap(String::lines)
        .forEach(
            unit -> {
              Integer other = units.putIfAbsent(unit, image);
              if (other != null) {
                join(other, image);
              }
            });
  }

  /** Returns the first images that have so many questions, with those joined to them. */
  public ChosenImages<K> first(long limit) {
    Map<Integer, Long> joined = new HashMap<>();
    for (int image = 0; image < keys.size(); image++) {
      joined.merge(root(image), (long) questions.get(image), Long::sum);
    }
    long most = Math.max(limit, MANY);
    boolean[] chosen = new boolean[keys.size()];
    long asked = 0;
    for (int image = 0; image < keys.size(); image++) {
      boolean whole = joined.get(root(image)) <= most;
      if (whole && root(image) < image) {
        chosen[image] = chosen[root(image)];
      } else if (asked < limit) {
        chosen[image] = true;
        asked += whole ? joined.get(image) : questions.get(image);
      }
    }
    int last = 0;
    while (last < chosen.length && chosen[last]) {
      last++;
    }
    List<K> others = new ArrayList<>();
    for (int image = last; image < chosen.length; image++) {
      if (chosen[image]) {
        others.add(keys.get(image));
      }
    }
    return new ChosenImages<>(
        last == 0 ? Optional.empty() : Optional.of(keys.get(last - 1)), others);
  }

  /** The first of joined images is their root. */
  private void join(int one, int other) {
    int a = root(one);
    int b = root(other);
    parents.set(Math.max(a, b), Math.min(a, b));
  }

  private int root(int image) {
    int at = image;
    while (parents.get(at) != at) {
      parents.set(at, parents.get(parents.get(at))); // half of the way for all who come later
      at = parents.get(at);
    }
    return at;
  }
}
