package io.prumerge.benchmark.file;

import io.prumerge.console.Failure;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.location.HubCache;
import io.prumerge.location.HubName;
import io.prumerge.source.DataException;
import io.prumerge.source.RowSource;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.StagedTable;
import io.prumerge.source.table.DataTable;
import io.prumerge.store.ColumnSelection;
import io.prumerge.store.Folders;
import io.prumerge.store.NamedTable;
import io.prumerge.store.RowSources;
import io.prumerge.store.SparkData;
import io.prumerge.store.SparkFolders;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Writes a first benchmark file for a user's own data, or like a published one. */
public final class InitialBenchmark {

  private final Folders folders;
  private final Supplier<SparkSession> spark;

  /**
   * @param spark is asked for a session if the data are a table of one
   */
  public InitialBenchmark(Folders folders, Supplier<SparkSession> spark) {
    this.folders = folders;
    this.spark = spark;
  }

  /**
   * Writes the file, which {@code prepare} and {@code evaluate} take as it is.
   *
   * @param data files, a folder of them, a name on the hub, a table of the session, or data of a
   *     format; of those, and of what Spark wrote, options of its reader are tried
   * @param images folders of pictures that the data name; none if the data hold them
   * @param output a new YAML file
   * @return what was written
   * @throws UsageException if the output is there or is no YAML file, or the questions' column
   *     cannot be told
   */
  public WrittenBenchmark write(List<String> data, List<String> images, String output)
      throws IOException {
    Path file = newFile(output, folders);
    List<Path> tablesAt = paths(Setting.DATA, data);
    Optional<String> mixed = DataPlaces.problem(tablesAt, folders);
    if (mixed.isPresent()) {
      throw new UsageException(Wording.of("%s cannot be one table: %s", Setting.DATA, mixed.get()));
    }
    List<Path> imagesAt = paths(Setting.IMAGES, images);
    List<Path> paths = Stream.concat(tablesAt.stream(), imagesAt.stream()).toList();
    List<String> imagePlaces = places(images, imagesAt, file);
    SourceFiles source = new SourceFiles(paths, folders.hadoop());
    source.picturesIn(imagesAt, tablesAt);
    Optional<RowSource> given = RowSources.among(data);
    if (given.isPresent() && !tablesAt.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s %s and %s: a table is read alone", Setting.DATA, given.get(), tablesAt.get(0)));
    }
    Optional<RowSource> read =
        given.isPresent()
            ? given
            : SparkFolders.ofAll(tablesAt, folders.hadoop()).map(RowSource.class::cast);
    if (read.isEmpty()) {
      return write(
          file, places(data, tablesAt, file), tablesAt, imagePlaces, source, List.of(), id -> {});
    }
    RowSource name = read.get();
    String written = name.toString();
    List<String> tried = List.of();
    if (name instanceof SparkData named) {
      List<String> places =
          paths(Setting.DATA, named.paths()).stream().map(Path::toString).toList();
      SparkTrials.Found found =
          SparkTrials.best(spark.get(), new SparkData(named.format(), places, named.options()));
      name = found.data();
      written = found.data().at(path -> place(path, file)).toString();
      tried = found.said().stream().toList();
    }
    RowSource rows = name;
    NamedTable table = NamedTable.open(spark.get(), rows);
    Path folder = Folders.beside(file, "." + file.getName() + ".questions-" + UUID.randomUUID());
    FileSystem fs = folders.fileSystem(folder);
    fs.deleteOnExit(folder);
    try {
      Path copy = new Path(folder, "rows"); // Spark passes over hidden folders
      table.stage(table.columns(), Optional.empty(), ColumnSelection.MARKS, copy);
      StagedTable staged =
          new StagedTable(rows.toString(), List.of(), copy, Optional.empty(), rows.places());
      return write(
          file,
          List.of(written),
          List.of(),
          imagePlaces,
          source.with(staged),
          tried,
          id -> requireIds(table, rows, id));
    } finally {
      fs.delete(folder, true);
      fs.cancelDeleteOnExit(folder);
    }
  }

  /**
   * Copies a published benchmark's file, with its comments, under a name made of the output's.
   *
   * @param benchmark its name
   * @param output a new YAML file
   * @param folders that the output is among
   * @return the copy's name
   * @throws UsageException if the output is there or is no YAML file, or no published file has that
   *     name
   */
  public static String copy(String benchmark, String output, Folders folders) throws IOException {
    Path file = newFile(output, folders);
    String name = name(file);
    String yaml =
        OptionChecks.read(
            Setting.LIKE,
            benchmark,
            one -> PublishedFiles.copy(one, name, HubCache.ofEnvironment()));
    BenchmarkFile.parse(yaml, file.getName());
    writeNew(file, yaml, folders);
    return name;
  }

  /** Returns the names of the benchmarks that {@link #copy} copies, sorted. */
  public static Set<String> copied() {
    return PublishedFiles.names();
  }

  private static Path newFile(String output, Folders folders) throws IOException {
    Path file = folders.absent(Setting.OUTPUT, output);
    if (!BenchmarkFile.isNamed(file.getName())) {
      throw new UsageException("A benchmark's file ends with .yaml: " + output + ".yaml");
    }
    return file;
  }

  /** Returns the name of a file's benchmark, which is no known one's. */
  private static String name(Path file) {
    String stem = file.getName().substring(0, file.getName().lastIndexOf('.'));
    String plain = stem.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    String name = plain.isEmpty() ? "own" : plain;
    return Benchmarks.KNOWN.names().contains(name) ? name + "-own" : name;
  }

  private static void requireIds(NamedTable table, RowSource name, Optional<String> id) {
    if (table.hasPlaces()) {
      return;
    }
    if (id.isEmpty()) {
      throw new UsageException(
          Text.format(
              "Cannot tell which column of %s holds the questions' ids, without which its rows have"
                  + " no order: none of %s is known as one and is unique; name a view that calls it"
                  + " id",
              name, String.join(", ", table.schema().fieldNames())));
    }
    table.requireIds(id.get(), Optional.empty());
  }

  /**
   * @param data the places of the questions, as the file is to name them
   * @param texts files of questions, whose encoding is to be found
   * @param tried what was tried to read the data, for comments
   * @param ids checks the column of ids that was found
   */
  private WrittenBenchmark write(
      Path file,
      List<String> data,
      List<Path> texts,
      List<String> images,
      SourceFiles source,
      List<String> tried,
      Consumer<Optional<String>> ids)
      throws IOException {
    Optional<String> encoding = TextEncoding.of(texts, folders.hadoop());
    List<DataTable> tables =
        DataTable.open(
            source.unread(),
            "test",
            Optional.empty(),
            encoding.map(TextEncoding.NAMES::get).orElse(TextEncoding.USUAL),
            columns -> true);
    DataTable first = tables.get(0);
    ColumnSample sample = new ColumnSample(first.manyColumns());
    first.read(new LinkedHashSet<>(sample.columns()), sample::add);
    BenchmarkGuess guess =
        new BenchmarkGuess(sample, first.name(), new FoundVideos(source.unread()));
    String guessed = guess.yaml(name(file), data, tried, encoding, images);
    String yaml = NamedParsers.in(guessed, file.getName()).text();
    BenchmarkFile read = BenchmarkFile.parse(yaml, file.getName());
    ids.accept(read.data().layouts().get(0).columns().id());
    int questions = read(read, file, source, guess.doubts());
    if (questions == 0) {
      throw new UsageException("There are no questions in " + first.name());
    }
    writeNew(file, yaml, folders);
    List<String> warnings = new ArrayList<>(source.notes());
    warnings.addAll(guess.missing());
    source.leftOut().warning().ifPresent(warnings::add);
    if (first.rowsNameColumns() && sample.seen() > DataTable.LOOKED_AT) {
      warnings.add(
          Text.format(
              "the guess is from the keys of the first %,d rows of %s, which has %,d",
              DataTable.LOOKED_AT, first.name(), sample.seen()));
    }
    return new WrittenBenchmark(questions, guess.frames(), warnings, guess.doubts());
  }

  /**
   * Writes the file without one of checksums, which would be wrong when its user has changed it.
   */
  private static void writeNew(Path file, String yaml, Folders folders) throws IOException {
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
  private static int read(BenchmarkFile yaml, Path file, SourceFiles source, List<String> doubts)
      throws IOException {
    FileBenchmark benchmark = new FileBenchmark(yaml, Optional.of(file.getParent()));
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
    for (String place : RowSources.without(places)) {
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
    List<String> named = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      boolean onHub = HubName.isNamedBy(places.get(i));
      named.add(onHub ? places.get(i) : place(paths.get(i).toString(), file));
    }
    return named;
  }

  private static String place(String path, Path file) {
    String start = file.getParent() + "/";
    return path.startsWith(start) ? path.substring(start.length()) : path;
  }
}
