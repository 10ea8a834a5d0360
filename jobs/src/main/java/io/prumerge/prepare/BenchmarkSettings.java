package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.BenchmarkLists;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.location.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * The benchmarks that a run names in place of examples, and their settings that are given: on the
 * command line, or from code.
 */
public final class BenchmarkSettings {

  @Option(
      names = "--benchmark",
      arity = "1..*",
      paramLabel = "NAME|FILE",
      completionCandidates = BenchmarkLists.class,
      description =
          "Benchmarks in place of examples, by name, by YAML file, or as a list (@docs, @science,"
              + " @captions, @paper6): what is not prepared yet is prepared first.")
  public List<String> benchmarks = List.of();

  @Option(
      names = "--source",
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description =
          "With --benchmark, or a sweep file's benchmarks: where its files are, as in prepare; of"
              + " several benchmarks one each in their order, or NAME=DIR. Left out: the"
              + " benchmark's data set in Hugging Face's cache.")
  public List<String> sources = List.of();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "With --benchmark: split to use; default: each benchmark's usual one.")
  public String split;

  @Option(
      names = "--prompts",
      paramLabel = "NAME",
      completionCandidates = PromptNames.class,
      description = "With --benchmark: prompt profile of each, as in prepare.")
  public String prompts;

  @Option(
      names = "--examples-cache",
      paramLabel = "DIR",
      description =
          "With --benchmark: folder of prepared tables, which later runs use too; default: prepared"
              + " next to --output.")
  public String cache;

  @Option(
      names = "--source-fps",
      paramLabel = "R",
      converter = RateConverter.class,
      description =
          "With --benchmark: frames per second of videos that do not tell their own, as in"
              + " prepare.")
  public Double sourceFps;

  /** The run's number of questions, which alone are prepared; empty: all. */
  public OptionalLong limit = OptionalLong.empty();

  /** The run's rules of frames, by which videos are prepared, too. */
  public List<String> framesBy = List.of();

  /** The run's numbers of frames, likewise. */
  public List<String> frames = List.of();

  /** Returns these settings for other benchmarks. */
  public BenchmarkSettings of(List<String> others) {
    BenchmarkSettings copy = new BenchmarkSettings();
    copy.benchmarks = List.copyOf(others);
    copy.sources = sources;
    copy.split = split;
    copy.prompts = prompts;
    copy.cache = cache;
    copy.sourceFps = sourceFps;
    copy.limit = limit;
    copy.framesBy = framesBy;
    copy.frames = frames;
    return copy;
  }

  private FrameChoice frames() {
    FrameSettings given = new FrameSettings();
    given.framesBy = framesBy;
    given.frames = frames;
    given.sourceFps = sourceFps;
    return given.choice();
  }

  /** Returns whether there are any. */
  public boolean isGiven() {
    return !benchmarks.isEmpty();
  }

  /**
   * Returns what is to be prepared, each into a table of its own; without a source where the data
   * set on the hub is meant, and without an output.
   *
   * @param output of the run, whose file system benchmarks' files may name; null if it has none yet
   * @throws UsageException if a setting needs benchmarks, or sources do not fit them
   */
  public List<PrepareOptions> options(String output) {
    if (!isGiven()) {
      boolean others =
          !sources.isEmpty()
              || split != null
              || prompts != null
              || sourceFps != null
              || cache != null;
      if (others) {
        throw new UsageException(
            Wording.of(
                "%s, %s, %s, %s and %s go with %s only",
                Setting.SOURCE,
                Setting.SPLIT,
                Setting.PROMPTS,
                Setting.SOURCE_FPS,
                Setting.EXAMPLES_CACHE,
                Setting.BENCHMARK));
      }
      return List.of();
    }
    List<Benchmark> all =
        benchmarks.stream()
            .flatMap(name -> OptionChecks.read(Setting.BENCHMARK, name, BenchmarkLists::expanded))
            .map(name -> OptionChecks.read(Setting.BENCHMARK, name, NamedBenchmark::of))
            .toList();
    List<String> names = all.stream().map(Benchmark::name).toList();
    OptionChecks.requireDistinct(Setting.BENCHMARK, names);
    Map<String, List<String>> places = places(names);
    FrameChoice frames = frames();
    List<String> own = Stream.of(output, cache).filter(Objects::nonNull).toList();
    return all.stream()
        .map(
            benchmark ->
                new PrepareOptions(
                    benchmark,
                    places.containsKey(benchmark.name())
                        ? places.get(benchmark.name())
                        : NamedBenchmark.knownSources(benchmark, own),
                    Optional.ofNullable(split),
                    PrepareOptions.prompts(benchmark, Optional.ofNullable(prompts)),
                    limit,
                    LimitOrder.NAMES,
                    benchmark.showsVideos() ? frames : FrameChoice.NONE,
                    ""))
        .toList();
  }

  private Map<String, List<String>> places(List<String> names) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    List<String> bare = new ArrayList<>();
    for (String source : sources) {
      int end = source.indexOf('=');
      String name = end < 0 ? "" : source.substring(0, end);
      if (names.contains(name)) {
        places.computeIfAbsent(name, key -> new ArrayList<>()).add(source.substring(end + 1));
      } else if (Benchmarks.KNOWN.names().contains(name)) {
        throw new UsageException(
            Wording.of(
                "%s %s is of no named %s",
                Setting.SOURCE, Location.shown(source), Setting.BENCHMARK));
      } else {
        bare.add(source);
      }
    }
    boolean paired = places.isEmpty() && bare.size() == names.size();
    if (!bare.isEmpty() && names.size() > 1 && !paired) {
      throw new UsageException(
          Wording.of(
              "Cannot tell which %s is of which %s: there are %d for %d; name each as in %s=%s",
              Setting.SOURCE,
              Setting.BENCHMARK,
              bare.size(),
              names.size(),
              names.get(0),
              Location.shown(bare.get(0))));
    }
    for (int i = 0; i < bare.size(); i++) {
      String name = names.get(paired ? i : 0);
      places.computeIfAbsent(name, key -> new ArrayList<>()).add(bare.get(i));
    }
    return places;
  }
}
