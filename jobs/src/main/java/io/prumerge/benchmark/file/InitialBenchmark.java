package io.prumerge.benchmark.file;

import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.location.HubName;
import io.prumerge.source.DataException;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.table.DataTable;
import io.prumerge.store.Folders;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes a first benchmark file for a user's own data. */
public final class InitialBenchmark {

  private final Folders folders;

  public InitialBenchmark(Folders folders) {
    this.folders = folders;
  }

  /**
   * Writes the file, which {@code prepare} and {@code evaluate} take as it is.
   *
   * @param data files, a folder of them, or a name on the hub
   * @param images folders of pictures that the data name; none if the data hold them
   * @param output a new YAML file
   * @return what was written
   * @throws UsageException if the output is there or is no YAML file, or the questions' column
   *     cannot be told
   */
  public WrittenBenchmark write(List<String> data, List<String> images, String output)
      throws IOException {
    Path file = folders.absent(Setting.OUTPUT, output);
    if (!BenchmarkFile.isNamed(file.getName())) {
      throw new UsageException("A benchmark's file ends with .yaml: " + output + ".yaml");
    }
    List<Path> tablesAt = paths(Setting.DATA, data);
    Optional<String> mixed = DataPlaces.problem(tablesAt, folders);
    if (mixed.isPresent()) {
      throw new UsageException(Wording.of("%s cannot be one table: %s", Setting.DATA, mixed.get()));
    }
    List<Path> imagesAt = paths(Setting.IMAGES, images);
    List<Path> sources = Stream.concat(tablesAt.stream(), imagesAt.stream()).toList();
    Optional<String> encoding = TextEncoding.of(tablesAt, folders.hadoop());
    List<DataTable> tables =
        DataTable.open(
            new SourceFiles(sources, folders.hadoop()),
            "test",
            Optional.empty(),
            encoding.map(TextEncoding.NAMES::get).orElse(TextEncoding.USUAL),
            columns -> true);
    DataTable first = tables.get(0);
    ColumnSample sample = new ColumnSample(first.manyColumns());
    first.read(new LinkedHashSet<>(sample.columns()), sample::add);
    String stem = file.getName().substring(0, file.getName().lastIndexOf('.'));
    String name = stem.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    BenchmarkGuess guess = new BenchmarkGuess(sample, first.name());
    String guessed =
        guess.yaml(
            name.isEmpty() ? "own" : name,
            places(data, tablesAt, file),
            encoding,
            places(images, imagesAt, file));
    String yaml = NamedParsers.in(guessed, file.getName()).text();
    SourceFiles source = new SourceFiles(sources, folders.hadoop());
    int questions = read(yaml, file, source, guess.doubts());
    if (questions == 0) {
      throw new UsageException("There are no questions in " + first.name());
    }
    writeNew(file, yaml);
    List<String> warnings = new ArrayList<>(source.notes());
    warnings.addAll(guess.missing());
    warnings.addAll(guess.doubts());
    source.leftOut().warning().ifPresent(warnings::add);
    if (first.rowsNameColumns() && sample.seen() > DataTable.LOOKED_AT) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the guess is from the keys of the first %,d rows of %s, which has %,d",
              DataTable.LOOKED_AT,
              first.name(),
              sample.seen()));
    }
    return new WrittenBenchmark(questions, warnings);
  }

  /**
   * Writes the file without one of checksums, which would be wrong when its user has changed it.
   */
  private void writeNew(Path file, String yaml) throws IOException {
    try (FileSystem files = FileSystem.newInstance(file.toUri(), folders.hadoop())) {
      files.setWriteChecksum(false);
      if (!WholeFile.wroteFirst(files, file, yaml)) {
        throw new Failure("Cannot write " + file + ": it exists by now");
      }
    }
  }

  /**
   * Returns the number of questions.
   *
   * @throws DataException if most rows cannot be read, with the doubts, which may say why
   */
  private static int read(String yaml, Path file, SourceFiles source, List<String> doubts)
      throws IOException {
    FileBenchmark benchmark =
        new FileBenchmark(BenchmarkFile.parse(yaml, file.getName()), Optional.of(file.getParent()));
    int[] questions = new int[1];
    try {
      benchmark.read(source, benchmark.prompts(Optional.empty()), question -> questions[0]++);
    } catch (DataException e) {
      throw doubts.isEmpty()
          ? e
          : new DataException(e.getMessage() + "; " + String.join("; ", doubts), e);
    }
    return questions[0];
  }

  private List<Path> paths(Setting setting, List<String> places) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (String place : places) {
      paths.add(folders.source(setting, place));
    }
    return paths;
  }

  /**
   * Returns places as the file names them: relative where they lie below its folder.
   *
   * @param paths of the places
   */
  private static List<String> places(List<String> places, List<Path> paths, Path file) {
    String start = file.getParent() + "/";
    List<String> named = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      boolean onHub = HubName.isNamedBy(places.get(i));
      String full = onHub ? places.get(i) : paths.get(i).toString();
      named.add(full.startsWith(start) ? full.substring(start.length()) : full);
    }
    return named;
  }
}
