package io.prumerge.jobs;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.bench.CommandJvm;
import io.prumerge.mini.MiniFolder.MiniBenchmarks;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The list of the libraries' classes in addition to those that a JVM loads for a run of a few
 * images.
 */
@Tag("slow")
class LibraryClassesTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** Made anew here, to replace the one that {@link LibraryClasses} reads. */
  private static final Path MADE = ROOT.resolve("jobs/target/bench").resolve(LibraryClasses.LIST);

  private static final String FROM_JAR = "(\\S+) source: file:.*\\.jar";

  /** With one processor nothing is loaded ahead. */
  private static final String ONE_PROCESSOR = "-XX:ActiveProcessorCount=1";

  @TempDir Path work;

  @Test
  void theListHasWhatARunLoads() throws Exception {
    List<String> loaded = loadedByARun();
    Files.createDirectories(MADE.getParent());
    Files.write(MADE, byPackage(loaded));

    Set<String> listed = new HashSet<>(LibraryClasses.names());
    assertThat(listed).as("names in the list, each once").hasSameSizeAs(LibraryClasses.names());
    assertThat(share(loaded, listed))
        .as("loaded classes that are listed; %s has all", MADE)
        .isGreaterThan(0.95);
    assertThat(share(listed, Set.copyOf(loaded)))
        .as("listed classes that are loaded; %s has no others", MADE)
        .isGreaterThan(0.95);
  }

  private static double share(Iterable<String> some, Set<String> all) {
    int count = 0;
    int found = 0;
    for (String one : some) {
      count++;
      found += all.contains(one) ? 1 : 0;
    }
    return (double) found / count;
  }

  private List<String> loadedByARun() throws IOException, InterruptedException {
    MiniBenchmarks.write(work.resolve("mini"), Split.TEST, 1, 20, done -> {});
    String examples = work.resolve("examples").toString();
    String source = work.resolve("mini/pope").toString();
    run(List.of(), "prepare --benchmark pope --source %s --output %s".formatted(source, examples));
    Path log = work.resolve("classes.log");
    run(
        List.of(ONE_PROCESSOR, "-Xlog:class+load:file=" + log + ":none:filecount=0"),
        "evaluate --model %s --examples %s --method none prumerge --limit 20 --output %s"
            .formatted(ROOT.resolve("conf/mini-llava"), examples, work.resolve("run")));
    return Files.readAllLines(log).stream()
        .filter(line -> line.matches(FROM_JAR))
        .map(line -> line.replaceFirst(" .*", ""))
        .filter(
            name -> name.contains(".") && !name.startsWith("io.prumerge.") && !name.contains("/"))
        .distinct()
        .toList();
  }

  private void run(List<String> options, String command) throws IOException, InterruptedException {
    CommandJvm.run(work.resolve("said.log"), options, List.of(command.split(" ")));
  }

  private static List<String> byPackage(List<String> names) {
    Map<String, List<String>> packages =
        names.stream()
            .collect(
                groupingBy(
                    name -> name.substring(0, name.lastIndexOf('.')),
                    LinkedHashMap::new,
                    toList()));
    return packages.entrySet().stream()
        .map(
            one ->
                one.getValue().stream()
                    .map(name -> name.substring(one.getKey().length() + 1))
                    .collect(joining(" ", one.getKey() + " ", "")))
        .toList();
  }
}
