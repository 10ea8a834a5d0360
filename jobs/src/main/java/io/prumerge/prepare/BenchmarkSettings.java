package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.BenchmarkLists;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.console.GivenOption;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.location.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;

/**
 * The benchmarks that a run names in place of examples, and their settings that are given: on the
 * command line, or from code.
 */
public final class BenchmarkSettings {

  @Mixin
  public final GivenOption<List<String>> benchmarks =
      GivenOption.texts(Setting.BENCHMARK)
          .proposing(new BenchmarkLists())
          .help(
              "NAME|FILE",
              "Benchmarks in place of examples, by name, by YAML file, or as a list (@docs, @science,"
                  + " @captions, @paper6): what is not prepared yet is prepared first.");

  @Mixin
  public final GivenOption<List<String>> sources =
      GivenOption.texts(Setting.SOURCE)
          .help(
              "DIR|FILE",
              "With --benchmark, or a sweep file's benchmarks: where its files are, as in prepare; of"
                  + " several benchmarks one each in their order, or NAME=DIR. Left out: the"
                  + " benchmark's data set in Hugging Face's cache.");

  @Mixin
  public final GivenOption<String> split =
      GivenOption.text(Setting.SPLIT)
          .help("NAME", "With --benchmark: split to use; default: each benchmark's usual one.");

  @Mixin
  public final GivenOption<String> prompts =
      GivenOption.text(Setting.PROMPTS)
          .proposing(new PromptNames())
          .help("NAME", "With --benchmark: prompt profile of each, as in prepare.");

  @Mixin
  public final GivenOption<String> cache =
      GivenOption.text(Setting.EXAMPLES_CACHE)
          .help(
              "DIR",
              "With --benchmark: folder of prepared tables, which later runs use too; default: prepared"
                  + " next to --output.");

  @Mixin
  public final GivenOption<Double> sourceFps =
      GivenOption.of(Setting.SOURCE_FPS, Double.class)
          .readBy(new RateConverter())
          .help(
              "R",
              "With --benchmark: frames per second of videos that do not tell their own, as in"
                  + " prepare.");

  /** Returns whether there are any. */
  public boolean isGiven() {
    return !benchmarks.get().isEmpty();
  }

  /**
   * Returns what is to be prepared, each into a table of its own; without a source where the data
   * set on the hub is meant, and without an output.
   *
   * @param names of benchmarks, files or lists
   * @param limit the run's number of questions, which alone are prepared; empty: all
   * @param framesBy the run's rules of frames, by which videos are prepared, too
   * @param frames the run's numbers of frames, likewise
   * @param output of the run, whose file system benchmarks' files may name; empty if it has none
   * @throws UsageException if a setting needs benchmarks, or sources do not fit them
   */
  public List<PrepareOptions> options(
      List<String> names,
      OptionalLong limit,
      List<String> framesBy,
      List<String> frames,
      Optional<String> output) {
    if (names.isEmpty()) {
      if (!sources.get().isEmpty()
          || Stream.of(split, prompts, sourceFps, cache).anyMatch(GivenOption::isGiven)) {
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
        names.stream()
            .flatMap(name -> OptionChecks.read(Setting.BENCHMARK, name, BenchmarkLists::expanded))
            .map(name -> OptionChecks.read(Setting.BENCHMARK, name, NamedBenchmark::of))
            .toList();
    List<String> known = all.stream().map(Benchmark::name).toList();
    OptionChecks.requireDistinct(Setting.BENCHMARK, known);
    Map<String, List<String>> places = places(known);
    FrameChoice choice = FrameChoice.of(framesBy, frames, sourceFps.find());
    List<String> own = Stream.of(output, cache.find()).flatMap(Optional::stream).toList();
    return all.stream()
        .map(
            benchmark ->
                new PrepareOptions(
                    benchmark,
                    places.containsKey(benchmark.name())
                        ? places.get(benchmark.name())
                        : NamedBenchmark.knownSources(benchmark, own),
                    split.find(),
                    PrepareOptions.prompts(benchmark, prompts.find()),
                    limit,
                    LimitOrder.NAMES,
                    benchmark.showsVideos() ? choice : FrameChoice.NONE,
                    ""))
        .toList();
  }

  private Map<String, List<String>> places(List<String> names) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    List<String> bare = new ArrayList<>();
    for (String source : sources.get()) {
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
