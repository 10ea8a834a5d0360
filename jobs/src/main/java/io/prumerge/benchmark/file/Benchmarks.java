package io.prumerge.benchmark.file;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.rule.AddedRule;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.service.NamedServices;
import io.prumerge.service.Unknown;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Benchmarks by name: this project's, those in jars given by {@code --jars}, and those that files
 * define, whose texts travel with these. A benchmark in a jar is a class with a public constructor
 * without parameters, named in {@code META-INF/services/io.prumerge.benchmark.Benchmark}.
 */
@DefaultSerializer(JavaSerializer.class)
public final class Benchmarks implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Characters of a file's line in messages. */
  private static final int LINE_SHOWN = 80;

  private static final NamedServices<Benchmark> SERVICES =
      new NamedServices<>(Benchmark.class, "benchmark", benchmark -> List.of(benchmark.name()));

  /** This project's, and those in jars. */
  public static final Benchmarks KNOWN = new Benchmarks(Collections.emptySortedMap());

  /** By their texts: each is read once in a JVM, and anew for another jar with one of its rules. */
  private static final Map<String, FileBenchmark> READ = new ConcurrentHashMap<>();

  private final TreeMap<String, String> files;

  private Benchmarks(SortedMap<String, String> files) {
    this.files = new TreeMap<>(files);
  }

  /**
   * Returns the known benchmarks and those that files define.
   *
   * @param files the files' texts by the benchmarks' names
   */
  public static Benchmarks of(Map<String, String> files) {
    return new Benchmarks(new TreeMap<>(files));
  }

  /** Returns the known benchmarks and this one, which may be a file's. */
  public static Benchmarks with(Benchmark benchmark) {
    return benchmark.definition().map(text -> of(Map.of(benchmark.name(), text))).orElse(KNOWN);
  }

  /**
   * Returns these benchmarks and others.
   *
   * @throws UsageException if a name stands for two different files
   */
  public Benchmarks and(Benchmarks others) {
    TreeMap<String, String> all = new TreeMap<>(files);
    others.files.forEach(
        (name, text) -> {
          String here = all.putIfAbsent(name, text);
          if (here != null && !here.equals(text)) {
            throw new UsageException(
                Text.format(
                    "Cannot use two different files of the benchmark %s together: their answers"
                        + " are not asked or scored alike (%s); give one of them another name",
                    name, difference(here, text)));
          }
        });
    return new Benchmarks(all);
  }

  /** Returns the first line that is not the same in two files, which may have ended before it. */
  private static String difference(String one, String other) {
    List<String> lines = one.lines().toList();
    List<String> others = other.lines().toList();
    int line = 0;
    while (line < Math.min(lines.size(), others.size())
        && lines.get(line).equals(others.get(line))) {
      line++;
    }
    return Text.format(
        "line %d is '%s' in one and '%s' in the other",
        line + 1, shown(lines, line), shown(others, line));
  }

  private static String shown(List<String> lines, int line) {
    return line < lines.size() ? Texts.inLine(lines.get(line).strip(), LINE_SHOWN) : "";
  }

  /** Returns the texts of the files by the benchmarks' names. */
  public SortedMap<String, String> files() {
    return Collections.unmodifiableSortedMap(files);
  }

  /**
   * Returns the benchmark of that name.
   *
   * @throws IllegalArgumentException naming the known ones
   * @throws IllegalStateException if a class that a jar lists cannot be loaded
   */
  public Benchmark named(String name) {
    String text = files.get(name);
    if (text != null) {
      FileBenchmark read = READ.get(text);
      if (read == null || !read.addedRules().stream().allMatch(AddedRule::isFound)) {
        read = new FileBenchmark(BenchmarkFile.parse(text, name), Optional.empty());
        READ.put(text, read);
      }
      return read;
    }
    return PublishedFiles.find(name)
        .or(() -> SERVICES.find(name))
        .orElseThrow(
            () -> new IllegalArgumentException(Unknown.message("benchmark", name, names())));
  }

  /** Returns all names, sorted. */
  public Set<String> names() {
    Set<String> all = new TreeSet<>(PublishedFiles.names());
    all.addAll(SERVICES.names());
    all.addAll(files.keySet());
    return all;
  }

  /** Returns the names of all wordings of this project, sorted. */
  public static Set<String> prompts() {
    Set<String> all = new TreeSet<>(PromptProfile.names());
    all.addAll(PublishedFiles.prompts());
    return all;
  }

  /** Returns whether a profile is its benchmark's own, which is the first. */
  public boolean isOwnProfile(String benchmark, String profile) {
    return names().contains(benchmark) && named(benchmark).profiles().get(0).equals(profile);
  }

  /** Returns all benchmarks with their own profiles, each as {@code BENCHMARK/PROFILE}. */
  public List<String> ownProfiles() {
    return names().stream().map(name -> name + "/" + named(name).profiles().get(0)).toList();
  }
}
