package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Benchmark;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Published benchmarks that are files among this package's resources, in the form of users' files:
 * {@code NAME.yaml}, listed in {@code published.txt}.
 */
final class PublishedFiles {

  private static final SortedMap<String, Benchmark> ALL = read();

  private PublishedFiles() {}

  /** Returns all names, sorted. */
  static Set<String> names() {
    return ALL.keySet();
  }

  /** Returns the benchmark of that name. */
  static Optional<Benchmark> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  /** Returns the names of all wordings, sorted. */
  static Set<String> prompts() {
    Set<String> prompts = new TreeSet<>();
    ALL.keySet().forEach(name -> prompts.addAll(file(name).prompts().keySet()));
    return prompts;
  }

  private static SortedMap<String, Benchmark> read() {
    SortedMap<String, Benchmark> all = new TreeMap<>();
    for (String name : text("published.txt").lines().toList()) {
      all.put(name, FileBenchmark.published(file(name)));
    }
    return all;
  }

  private static BenchmarkFile file(String name) {
    String called = name + ".yaml";
    return BenchmarkFile.whole(BenchmarkFileReader.ofPublished(text(called), called), called);
  }

  /** Returns the text of a resource. */
  static String text(String resource) {
    try (InputStream in = PublishedFiles.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource " + resource, e);
    }
  }
}
