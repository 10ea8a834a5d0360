package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/**
 * The settings of {@code prepare}.
 *
 * @param split the split to read if the files hold several, and its name in the table; empty = the
 *     benchmark's default
 * @param prompts wording of the questions
 * @param limit at least so many questions, images kept whole
 */
public record PrepareOptions(
    Benchmark benchmark,
    List<String> sources,
    Optional<String> split,
    PromptProfile prompts,
    OptionalLong limit,
    String output) {

  public PrepareOptions {
    sources = List.copyOf(sources);
    OptionChecks.requireText(Setting.SPLIT, split);
    OptionChecks.requirePositive(Setting.LIMIT, limit);
  }

  /** Returns these options for other source files and another table. */
  public PrepareOptions of(List<String> files, String table) {
    return new PrepareOptions(benchmark, files, split, prompts, limit, table);
  }

  /** Returns the split's name in the table. */
  public String splitName() {
    return split.orElseGet(benchmark::defaultSplit);
  }

  /** What is given of these options: on the command line, or from code. */
  public static final class Settings {

    /** The benchmarks in the help text. */
    static final class BenchmarkNames implements Iterable<String> {

      @Override
      public Iterator<String> iterator() {
        return Benchmarks.names().iterator();
      }
    }

    /** The prompt profiles in the help text. */
    static final class PromptNames implements Iterable<String> {

      @Override
      public Iterator<String> iterator() {
        return PromptProfile.names().iterator();
      }
    }

    @Option(
        names = "--benchmark",
        required = true,
        paramLabel = "NAME",
        completionCandidates = BenchmarkNames.class,
        description = {
          "One of: ${COMPLETION-CANDIDATES}.",
          "custom reads any question file in LLaVA's form and a folder of images."
        })
    public Benchmark benchmark;

    @Option(
        names = "--source",
        required = true,
        arity = "1..*",
        paramLabel = "DIR|FILE",
        description = {
          "The benchmark's official download, its folder in LLaVA's playground/data/eval, or its",
          "Hugging Face Parquet files, or hf:ORG/NAME[@REV] for those in Hugging Face's cache; the",
          "format is detected."
        })
    public List<String> sources = List.of();

    @Option(
        names = "--split",
        paramLabel = "NAME",
        description = "Split to use if the files hold several; default: the benchmark's usual one.")
    public String split;

    @Option(
        names = "--prompts",
        defaultValue = "llava",
        paramLabel = "NAME",
        completionCandidates = PromptNames.class,
        description =
            "Prompt profile, which words the questions: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    public PromptProfile prompts;

    /** Larger than the option's for callers from code. */
    public Long limit;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "Stop after N questions, or slightly more: an image keeps all its questions.")
    public void limit(int questions) {
      limit = (long) questions;
    }

    @Option(
        names = "--output",
        required = true,
        paramLabel = "DIR",
        description = "A new folder for the table.")
    public String output;

    /**
     * Returns the options.
     *
     * @throws UsageException if a setting is missing or does not fit
     */
    public PrepareOptions options() {
      return new PrepareOptions(
          OptionChecks.required(Setting.BENCHMARK, benchmark),
          OptionChecks.requireSome(Setting.SOURCE, sources),
          Optional.ofNullable(split),
          prompts == null ? PromptProfile.LLAVA : prompts,
          limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
          OptionChecks.required(Setting.OUTPUT, output));
    }
  }
}
