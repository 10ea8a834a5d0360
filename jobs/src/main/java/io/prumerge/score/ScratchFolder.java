package io.prumerge.score;

import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.store.Folders;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** A folder of what executors read. It is deleted with the process at the latest. */
record ScratchFolder(FileSystem fs, Path folder) implements Closeable {

  /**
   * Names a new folder, without making it.
   *
   * @param place next to which it lies; empty: on this host, if Spark runs on this host alone
   * @param why it is needed, for messages
   * @throws Failure if executors would not see it
   */
  static ScratchFolder beside(SparkSession spark, Optional<Path> place, String why)
      throws IOException {
    String name = "questions-" + UUID.randomUUID();
    Path folder;
    if (place.isPresent()) {
      folder = Folders.beside(place.get(), "." + place.get().getName() + "." + name);
    } else if (spark.sparkContext().isLocal()) {
      folder =
          new Path(
              new Path(java.nio.file.Files.createTempDirectory("prumerge-spark").toUri()), name);
    } else {
      throw new Failure(
          Wording.of(
              "%s, which executors must read from files: name a folder that they see by %s",
              why, Setting.OUTPUT));
    }
    FileSystem fs = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
    fs.deleteOnExit(folder);
    return new ScratchFolder(fs, folder);
  }

  /** Returns a folder in it, which Spark does not pass over as it does over hidden ones. */
  Path below(String name) {
    return new Path(folder, name);
  }

  /** Deletes it. */
  @Override
  public void close() throws IOException {
    fs.delete(folder, true);
    fs.cancelDeleteOnExit(folder);
  }
}
