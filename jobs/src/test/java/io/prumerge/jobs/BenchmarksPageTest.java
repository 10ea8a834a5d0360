package io.prumerge.jobs;

import io.prumerge.GeneratedFile;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.file.FileBenchmark;
import io.prumerge.source.DataException;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Makes {@code conf/benchmarks.md} from the benchmarks, and compares it. */
class BenchmarksPageTest {

  @TempDir private Path folder;

  @Test
  void thePageIsWhatTheCodeSays() throws IOException {
    GeneratedFile.requireCurrent("benchmarks.md", page());
  }

  private String page() throws IOException {
    OfficialFiles.write(folder);
    StringBuilder page =
        new StringBuilder(
            """
            # Benchmarks

            A test makes this page from the code and compares it. [What the names mean, where files come from and how a
            benchmark is added](../jobs/BENCHMARKS.md) is on another page.

            ## Contents

            """);
    for (BenchmarkFixture each : BenchmarkFixture.values()) {
      page.append("- [%s](#%s)\n".formatted(each, each.toString().replace("+", "-1")));
    }
    for (BenchmarkFixture each : BenchmarkFixture.values()) {
      page.append("\n## %s\n\n".formatted(each));
      section(page, each);
    }
    return page.toString();
  }

  private void section(StringBuilder page, BenchmarkFixture each) throws IOException {
    Benchmark benchmark = each.benchmark();
    page.append("Split `%s`. Reads:\n\n".formatted(benchmark.defaultSplit()));
    benchmark.layouts().forEach(layout -> page.append("- ").append(layout).append('\n'));
    page.append("\n| profile | figures, the headline first |\n|---|---|\n");
    benchmark.profiles().stream()
        .collect(
            Collectors.groupingBy(
                profile -> figures(benchmark, profile), LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (figures, profiles) -> page.append("| %s | %s |\n".formatted(code(profiles), figures)));
    page.append("\n| `--prompts` | a question as it is asked |\n|---|---|\n");
    wordings(each)
        .forEach(
            (prompt, names) -> page.append("| %s | %s |\n".formatted(code(names), cell(prompt))));
  }

  private static String figures(Benchmark benchmark, String profile) {
    return code(benchmark.metrics(profile).stream().map(MetricRule::name).distinct().toList());
  }

  /** Returns the names of the wordings by what they make of the first question of some files. */
  private Map<String, List<String>> wordings(BenchmarkFixture each) throws IOException {
    Benchmark benchmark = each.benchmark();
    List<String> names =
        List.copyOf(
            benchmark instanceof FileBenchmark file ? file.promptNames() : PromptProfile.names());
    Map<String, List<String>> wordings = new LinkedHashMap<>();
    for (String name : names) {
      asked(each, name)
          .ifPresent(
              prompt -> wordings.computeIfAbsent(prompt, absent -> new ArrayList<>()).add(name));
    }
    return wordings;
  }

  private Optional<String> asked(BenchmarkFixture each, String wording) throws IOException {
    SourceFiles source =
        new SourceFiles(
            each.sources(folder).stream().map(org.apache.hadoop.fs.Path::new).toList(),
            new Configuration(false),
            Optional.of(each.split()));
    List<BenchmarkQuestion> questions = new ArrayList<>();
    try {
      PromptProfile prompts = each.benchmark().prompts(Optional.of(wording));
      each.benchmark().read(source, prompts, questions::add);
    } catch (DataException | IllegalArgumentException e) {
      return Optional.empty(); // it has no such wording
    }
    return questions.stream().map(BenchmarkQuestion::prompt).findFirst();
  }

  private static String code(List<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }

  private static String cell(String prompt) {
    return "`" + prompt.replace("|", "\\|").replace("\n", "\\n") + "`";
  }
}
