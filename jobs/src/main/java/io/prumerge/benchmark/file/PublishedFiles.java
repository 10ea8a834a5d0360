package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Benchmark;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Published benchmarks that are files among this package's resources, in the form of users' files:
 * {@code NAME.yaml}, listed in {@code published.txt}.
 */
final class PublishedFiles {

  private static final Set<String> NAMES =
      Collections.unmodifiableSet(new TreeSet<>(text("published.txt").lines().toList()));

  /** By their names: each is read when it is asked for. */
  private static final Map<String, FileBenchmark> READ = new ConcurrentHashMap<>();

  private PublishedFiles() {}

  /** Returns all names, sorted. */
  static Set<String> names() {
    return NAMES;
  }

  /** Returns the benchmark of that name. */
  static Optional<Benchmark> find(String name) {
    return NAMES.contains(name) ? Optional.of(read(name)) : Optional.empty();
  }

  /** Returns the names of all wordings, sorted. */
  static Set<String> prompts() {
    Set<String> prompts = new TreeSet<>();
    NAMES.forEach(name -> prompts.addAll(read(name).promptNames()));
    return prompts;
  }

  private static FileBenchmark read(String name) {
    return READ.computeIfAbsent(
        name,
        absent -> {
          String called = name + ".yaml";
          return FileBenchmark.published(
              BenchmarkFile.whole(BenchmarkFileReader.ofPublished(text(called), called), called));
        });
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
