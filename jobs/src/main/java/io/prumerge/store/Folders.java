package io.prumerge.store;

import io.prumerge.checkpoint.HubModels;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Problems;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.location.HostEncoding;
import io.prumerge.location.HubCache;
import io.prumerge.location.HubKind;
import io.prumerge.location.HubName;
import io.prumerge.location.Location;
import io.prumerge.service.Unknown;
import io.prumerge.source.SourceFiles;
import io.prumerge.spark.ModelCache;
import io.prumerge.spark.ModelCopy;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;
import scala.Tuple2;

/** Resolves folders that a caller names, on the file system of their path. */
public final class Folders {

  /** Spark's prefix for Hadoop's settings. */
  private static final String HADOOP = "spark.hadoop.";

  /** Folders whose tables Spark reads, sooner or later. */
  private static final Set<Setting> READ_BY_SPARK =
      EnumSet.of(
          Setting.ANSWERS,
          Setting.ANSWER_CACHE,
          Setting.EXAMPLES,
          Setting.EXAMPLES_CACHE,
          Setting.OUTPUT,
          Setting.RUNS);

  private final Configuration hadoop;
  private final Optional<String> modelCopies;
  private final Console console;

  /** Uses the settings of a session. */
  public Folders(SparkSession spark) {
    this(spark, Console.SILENT);
  }

  /** Uses the settings of a session, and shows the progress of copying models. */
  public Folders(SparkSession spark, Console console) {
    this(
        spark.sparkContext().hadoopConfiguration(),
        Optional.ofNullable(spark.conf().get(ModelCache.DIRECTORY, null)),
        console);
  }

  private Folders(Configuration hadoop, Optional<String> modelCopies, Console console) {
    this.hadoop = hadoop;
    this.modelCopies = modelCopies;
    this.console = console;
  }

  /**
   * Creates the folders of a command that starts no session, from Hadoop's settings and the
   * settings given to Spark.
   */
  public static Folders withoutSpark(Console console) {
    SparkConf conf = new SparkConf();
    Configuration hadoop = new Configuration();
    if (QuickLocalFileSystem.helps()) {
      hadoop.setIfUnset("fs.file.impl", QuickLocalFileSystem.class.getName());
    }
    for (Tuple2<String, String> setting : conf.getAllWithPrefix(HADOOP)) {
      hadoop.set(setting._1(), setting._2());
    }
    return new Folders(hadoop, Optional.ofNullable(conf.get(ModelCache.DIRECTORY, null)), console);
  }

  /**
   * Returns the folders of a command that is going to have a session: those of the one that runs,
   * else as {@link #withoutSpark}.
   */
  public static Folders beforeSpark(Console console) {
    Option<SparkSession> running = SparkSession.getDefaultSession();
    return running.isDefined() ? new Folders(running.get(), console) : withoutSpark(console);
  }

  /** Returns Hadoop's settings. */
  public Configuration hadoop() {
    return hadoop;
  }

  /** Returns the copies of model folders on this host. */
  public ModelCache models() {
    return new ModelCache(modelCopies.map(java.nio.file.Path::of), hadoop, this::show);
  }

  private void show(String model, long bytes, ModelCopy copying) throws IOException {
    try (Phase phase = console.bytes("Copying " + model + " to this host", bytes)) {
      copying.make(phase::add);
    }
  }

  /** Returns the file system of a path. */
  public FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(hadoop);
  }

  /** Returns the absolute path with its file system. */
  public Path qualified(Setting setting, String folder) {
    try {
      Path path = new Path(Location.open(folder));
      FileSystem fs = fileSystem(path);
      if (fs.getUri().getScheme().equals("file")) {
        HostEncoding.require(folder);
      }
      Path qualified = fs.makeQualified(path);
      String name = qualified.toUri().getPath();
      if (READ_BY_SPARK.contains(setting) && SparkInput.isPattern(name) && name.contains(":")) {
        throw new IllegalArgumentException(
            "Spark cannot read what has both a colon and one of \\ { } [ ] * ? in its path; rename"
                + " it");
      }
      return qualified;
    } catch (RuntimeException | IOException e) { // Hadoop says so that it lacks a class or a host
      throw unusable(setting, folder, e);
    }
  }

  private static UsageException unusable(Setting setting, String folder, Exception problem) {
    // java.net.URISyntaxException: Relative path in absolute URI: a:b
    String reason =
        problem.getCause() instanceof URISyntaxException
            ? Text.format(
                "what is before its first colon is taken for a file system; for a name with a colon"
                    + " write ./%s",
                folder)
            : Problems.line(problem);
    return new UsageException(
        Wording.of("Cannot use %s '%s' as a path: %s", setting, Location.shown(folder), reason),
        problem);
  }

  /** Returns a path in the same folder. Either name may have a colon. */
  public static Path beside(Path path, String name) {
    return new Path(path.getParent(), new Path(null, null, name));
  }

  /**
   * Returns the full paths of a model's folders, as in {@code BASE+ADAPTER}. A path without a
   * scheme is on this host, whatever Hadoop's default file system is. A name on Hugging Face's hub
   * becomes the path of its snapshot in the cache of this host, which ends with the commit.
   */
  public static String fullPath(String model) {
    return ModelFolders.placed(model, Folders::folderPath);
  }

  /**
   * Returns the full path of a model that is compared with a finished run's, and not opened: a name
   * on the hub that may have been the run's snapshot is that snapshot, whether this host's cache
   * still has it or not.
   *
   * @param former the run's model
   */
  public static String fullPath(String model, String former) {
    List<String> had = ModelFolders.split(former);
    if (ModelFolders.split(model).size() != had.size()) {
      return fullPath(model);
    }
    HubCache cache = HubCache.ofEnvironment();
    Iterator<String> snapshots = had.iterator();
    return ModelFolders.placed(
        model,
        text -> {
          java.nio.file.Path snapshot = java.nio.file.Path.of(snapshots.next());
          return cached(
                  text,
                  spelt ->
                      HubName.read(HubKind.MODEL, spelt)
                          .filter(name -> cache.mayHaveBeen(name, snapshot.toString()))
                          .map(name -> snapshot))
              .map(java.nio.file.Path::toString)
              .orElseGet(() -> folderPath(text));
        });
  }

  private static String folderPath(String model) {
    Optional<java.nio.file.Path> cached = cached(model, HubModels::find);
    if (cached.isPresent()) {
      return cached.get().toString();
    }
    try {
      if (new Path(Location.open(model)).toUri().getScheme() != null) {
        return model;
      }
      HostEncoding.require(model);
      return java.nio.file.Path.of(model).toAbsolutePath().normalize().toString();
    } catch (IllegalArgumentException e) {
      throw unusable(Setting.MODEL, model, e);
    }
  }

  /** Returns a model with {@link #fullPath(String)}s in place of its names on the hub. */
  public static String located(String model) {
    return ModelFolders.placed(
        model,
        folder -> cached(folder, HubModels::find).map(java.nio.file.Path::toString).orElse(folder));
  }

  private static Optional<java.nio.file.Path> cached(
      String place, Function<String, Optional<java.nio.file.Path>> cache) {
    try {
      return cache.apply(place);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** Returns the sources' files, all of which must exist; without rows that Spark reads. */
  public SourceFiles sources(List<String> places, Optional<String> split) throws IOException {
    return new SourceFiles(sources(places), hadoop, split);
  }

  /** Returns the paths of the sources, all of which must exist; without rows that Spark reads. */
  public List<Path> sources(List<String> places) throws IOException {
    List<Path> present = new ArrayList<>();
    for (String place : RowSources.without(places)) {
      present.add(source(place));
    }
    return present;
  }

  /**
   * Returns the path of a source, which must exist: a file, a folder, or a data set in Hugging
   * Face's cache on this host, by its name.
   */
  public Path source(String place) throws IOException {
    return source(Setting.SOURCE, place);
  }

  /**
   * Returns the path of a source as {@link #source(String)}.
   *
   * @param setting names it in an error
   */
  public Path source(Setting setting, String place) throws IOException {
    Optional<java.nio.file.Path> cached =
        cached(
            place,
            name ->
                HubCache.ofEnvironment().find(HubKind.DATASET, name, snapshot -> Optional.empty()));
    return cached.isPresent() ? new Path(cached.get().toUri()) : present(setting, place);
  }

  /** Returns the path of a file or folder that must not exist yet. */
  public Path absent(Setting setting, String folder) throws IOException {
    Path path = qualified(setting, folder);
    if (exists(setting, folder, path)) {
      throw new UsageException(
          Wording.of(
              "%s %s exists already; name a new %s, results are never overwritten",
              setting, folder, fileSystem(path).getFileStatus(path).isFile() ? "file" : "folder"));
    }
    requirePlace(setting, folder, path);
    return path;
  }

  /**
   * Refuses a path below a file or a local folder that cannot be written, which would be found out
   * when all work is done.
   */
  public void requirePlace(Setting setting, String folder, Path path) throws IOException {
    FileSystem fs = fileSystem(path);
    Path above = path.getParent();
    while (above != null && !fs.exists(above)) {
      above = above.getParent();
    }
    if (above != null && !fs.getFileStatus(above).isDirectory()) {
      throw new UsageException(
          Wording.of(
              "%s %s cannot be made: %s is a file; name a folder elsewhere",
              setting, folder, above));
    }
    if (above != null
        && isLocal(above)
        && !Files.isWritable(java.nio.file.Path.of(above.toUri().getPath()))) {
      throw new UsageException(
          Wording.of(
              "%s %s cannot be made: %s is not writable; name a folder elsewhere",
              setting, folder, above));
    }
  }

  /** Returns the path of a file or folder that must exist. */
  public Path present(Setting setting, String folder) throws IOException {
    Path path = qualified(setting, folder);
    if (!exists(setting, folder, path)) {
      String advice =
          setting == Setting.SOURCE && isLocal(path)
              ? HubName.ofDataset(java.nio.file.Path.of(path.toUri().getPath()))
              : "";
      throw new UsageException(
          Wording.of(
              "%s %s does not exist%s", setting, folder, advice.isEmpty() ? like(path) : advice));
    }
    return path;
  }

  private static boolean isLocal(Path path) {
    return path.toUri().getScheme().equals("file");
  }

  /**
   * Returns names in the folder of a path that may have been meant, as the end of a message; empty
   * without any, and on other file systems, where folders may be endless.
   */
  public String like(Path path) {
    if (!isLocal(path)) {
      return "";
    }
    String[] names = new File(path.getParent().toUri().getPath()).list();
    return names == null ? "" : Unknown.suggestion(path.getName(), List.of(names));
  }

  private boolean exists(Setting setting, String folder, Path path) {
    try {
      return fileSystem(path).exists(path);
    } catch (IOException | RuntimeException e) { // as a store without credentials
      Failure failure =
          new Failure(
              Wording.of(
                  "Cannot look for %s %s: %s", setting, Location.shown(folder), Problems.line(e)));
      failure.initCause(e);
      throw failure;
    }
  }
}
