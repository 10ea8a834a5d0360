package io.prumerge.benchmark.file;

import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.service.Unknown;
import io.prumerge.store.Yaml;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Lists of benchmarks under names that begin with {@code @}, from the resource {@code lists.yaml}.
 */
public final class BenchmarkLists implements Iterable<String> {

  private static final String MARK = "@";
  private static final Map<String, List<String>> ALL = read();

  private static Map<String, List<String>> read() {
    String file = "lists.yaml";
    Map<String, List<String>> lists =
        Yaml.parse(PublishedFiles.text(file), new TypeReference<>() {}, file);
    Map<String, List<String>> all = new TreeMap<>();
    lists.forEach((name, benchmarks) -> all.put(MARK + name, List.copyOf(benchmarks)));
    return all;
  }

  /** Returns whether a text is such a name, known or not. */
  static boolean isNamed(String text) {
    return text.startsWith(MARK);
  }

  /**
   * Returns the benchmarks of a list.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  static List<String> named(String name) {
    List<String> list = ALL.get(name);
    if (list == null) {
      throw new IllegalArgumentException(Unknown.message("list of benchmarks", name, ALL.keySet()));
    }
    return list;
  }

  /**
   * Returns benchmarks with those of lists in their places.
   *
   * @throws IllegalArgumentException naming the known lists
   */
  public static Stream<String> expanded(String name) {
    return isNamed(name) ? named(name).stream() : Stream.of(name);
  }

  /** Returns the names of all benchmarks and lists. */
  @Override
  public Iterator<String> iterator() {
    TreeSet<String> all = new TreeSet<>(ALL.keySet());
    all.addAll(Benchmarks.KNOWN.names());
    return all.iterator();
  }
}
