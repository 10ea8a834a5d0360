package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.lang.Text;
import io.prumerge.location.HubCache;
import io.prumerge.location.HubName;
import io.prumerge.service.Unknown;
import io.prumerge.store.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

  /**
   * Returns the text of a user's file that says the same under another name: its data are the data
   * set under the first of its names that the cache has, else under its usual one.
   *
   * @throws IllegalArgumentException naming all files, if the name is of none
   */
  static String copy(String name, String other, HubCache cache) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(noFile(name));
    }
    String text = text(name + ".yaml");
    List<HubName> data = read(name).hubData().orElseThrow().names();
    HubName here =
        data.stream()
            .filter(one -> cache.snapshot(one).isPresent())
            .findFirst()
            .orElse(data.get(0));
    Map<String, YamlNode> keys = YamlNode.parse(text, name).map();
    List<String> lines = new ArrayList<>(text.lines().toList()); // these keys have one each
    lines.set(keys.get("name").line() - 1, "name: " + BenchmarkGuess.quoted(other));
    lines.set(keys.get("data").line() - 1, "data: \"" + here + "\"");
    return String.join("\n", lines) + "\n";
  }

  private static String noFile(String name) {
    if (BenchmarkFile.isNamed(name)) {
      return name + " is a file already: copy it, and change the name in it";
    }
    if (!Benchmarks.KNOWN.names().contains(name)) {
      return Unknown.message("benchmark that is a file", name, NAMES);
    }
    return Text.format(
        "%s is no file but the class %s; files are %s",
        name, Benchmarks.KNOWN.named(name).getClass().getName(), String.join(", ", NAMES));
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
