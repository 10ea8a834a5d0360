package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** A benchmark as a user names it: by its name, or by the file that defines it. */
public final class NamedBenchmark {

  private NamedBenchmark() {}

  /**
   * Returns the benchmark that a user names.
   *
   * @param text null if the user names none
   * @throws UsageException if it is unknown or faulty, as of {@link #of}
   */
  public static Optional<Benchmark> asked(Optional<String> text) {
    return text.map(name -> OptionChecks.read(Setting.BENCHMARK, name, NamedBenchmark::of));
  }

  /** Says what was decided where a user's file says nothing. */
  public static void tell(Benchmark benchmark, Console console) {
    if (benchmark instanceof FileBenchmark file) {
      file.note().ifPresent(note -> console.warn("%s", note));
    }
  }

  /**
   * Returns the sources that a user gives, or else those that the benchmark knows.
   *
   * @param own other paths that the command names
   * @throws UsageException as of {@link #knownSources}
   */
  public static List<String> sources(
      Optional<Benchmark> benchmark, List<String> given, List<String> own) {
    return given.isEmpty() ? benchmark.map(one -> knownSources(one, own)).orElse(List.of()) : given;
  }

  /**
   * Returns the sources that a benchmark knows; none if it knows none.
   *
   * @param own paths that the command names
   * @throws UsageException if its file names some that do not exist, or are on a file system that
   *     the command names none of
   */
  public static List<String> knownSources(Benchmark benchmark, List<String> own) {
    if (benchmark instanceof FileBenchmark file) {
      try {
        return file.knownSources(Folders.beforeSpark(Console.SILENT), own);
      } catch (IOException e) {
        throw new Failure("Cannot look for the data of " + file.name() + ": " + e.getMessage());
      }
    }
    return benchmark.sources();
  }

  /**
   * Returns the benchmark.
   *
   * @param text a name, or the path of a YAML file on any file system
   * @throws IllegalArgumentException naming the known ones
   * @throws UsageException with all faults of a file
   */
  public static Benchmark of(String text) {
    if (BenchmarkLists.isNamed(text)) {
      throw new IllegalArgumentException(
          Text.format(
              "%s is a list of benchmarks; name one of them here: %s",
              text, String.join(", ", BenchmarkLists.named(text))));
    }
    if (!BenchmarkFile.isNamed(text)) {
      return Benchmarks.KNOWN.named(text);
    }
    Folders folders = Folders.beforeSpark(Console.SILENT);
    try {
      return of(folders.present(Setting.BENCHMARK, text), folders);
    } catch (IOException e) {
      throw new Failure("Cannot read the benchmark " + text + ": " + e.getMessage());
    }
  }

  private static Benchmark of(Path file, Folders folders) throws IOException {
    BenchmarkFileReader reader =
        BenchmarkFileReader.of(BenchmarkFile.text(file, folders.fileSystem(file)), file.getName());
    if (!reader.problems().isEmpty()) {
      List<String> problems = new ArrayList<>(reader.problems());
      problems.addAll(
          ofColumns(new FileBenchmark(reader.file(), Optional.of(file.getParent())), folders));
      throw BenchmarkFile.refusal(file.getName(), problems);
    }
    return FileBenchmark.named(reader.file(), file.getParent());
  }

  /** Returns the faults of columns that a faulty file's data lack, as far as they can be read. */
  private static List<String> ofColumns(FileBenchmark benchmark, Folders folders) {
    try {
      List<String> sources = benchmark.knownSources(folders, List.of());
      return benchmark.columnProblems(folders.sources(sources, Optional.empty()));
    } catch (IOException | RuntimeException e) {
      return List.of(); // the file's own faults come first
    }
  }

  /**
   * Returns the benchmarks that files define, or all YAML files in folders. A file in a folder that
   * defines none is a warning.
   *
   * @throws UsageException with all faults of a file that is named itself
   */
  public static List<Benchmark> in(List<String> places, Console console) throws IOException {
    Folders folders = Folders.beforeSpark(console);
    List<Benchmark> found = new ArrayList<>();
    for (String place : places) {
      Path path = folders.present(Setting.BENCHMARK, place);
      FileStatus[] files = folders.fileSystem(path).listStatus(path);
      Arrays.sort(files);
      boolean folder = folders.fileSystem(path).getFileStatus(path).isDirectory();
      for (FileStatus file : files) {
        if (!folder) {
          found.add(told(of(file.getPath(), folders), console));
        } else if (file.isFile() && BenchmarkFile.isNamed(file.getPath().getName())) {
          try {
            found.add(told(of(file.getPath(), folders), console));
          } catch (UsageException e) {
            console.warn("%s", e.getMessage());
          }
        }
      }
    }
    return found;
  }

  private static Benchmark told(Benchmark benchmark, Console console) {
    tell(benchmark, console);
    return benchmark;
  }
}
