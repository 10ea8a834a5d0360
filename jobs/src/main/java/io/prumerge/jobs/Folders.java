package io.prumerge.jobs;

import io.prumerge.benchmark.SourceFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Folders named on the command line, on whatever file system their path says. */
final class Folders {

  /** What Spark puts before Hadoop's own names. */
  private static final String HADOOP = "spark.hadoop.";

  private final Configuration hadoop;

  Folders(SparkSession spark) {
    this(spark.sparkContext().hadoopConfiguration());
  }

  private Folders(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** For a command that starts no session: Hadoop's settings, those given to Spark on top. */
  static Folders withoutSpark() {
    Configuration hadoop = new Configuration();
    for (Tuple2<String, String> setting : new SparkConf().getAllWithPrefix(HADOOP)) {
      hadoop.set(setting._1(), setting._2());
    }
    return new Folders(hadoop);
  }

  Configuration hadoop() {
    return hadoop;
  }

  FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(hadoop);
  }

  /** The path with its file system and from the root. */
  Path qualified(String option, String folder) {
    try {
      Path path = new Path(folder);
      return fileSystem(path).makeQualified(path);
    } catch (IllegalArgumentException | IOException e) {
      throw new UsageException(
          "%s '%s' cannot be a path here: %s".formatted(option, folder, e.getMessage()), e);
    }
  }

  /** What {@code --source} names, all of which must be there. */
  SourceFiles sources(List<String> paths, Optional<String> split) throws IOException {
    List<Path> present = new ArrayList<>();
    for (String path : paths) {
      present.add(present("--source", path));
    }
    return new SourceFiles(present, hadoop, split);
  }

  /** The path, at which nothing lies yet. */
  Path absent(String option, String folder) throws IOException {
    Path path = qualified(option, folder);
    if (fileSystem(path).exists(path)) {
      throw new UsageException(
          "%s %s exists already; name a new folder, results are never overwritten"
              .formatted(option, folder));
    }
    return path;
  }

  /** The path of a folder that must be there. */
  Path present(String option, String folder) throws IOException {
    Path path = qualified(option, folder);
    if (!fileSystem(path).exists(path)) {
      throw new UsageException("%s %s does not exist".formatted(option, folder));
    }
    return path;
  }
}
