package io.prumerge.store;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import io.prumerge.source.HiddenName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Folders that Spark wrote, which its own reader reads: one with the mark of a whole job or with
 * the log of a streaming sink, or with files that are named as Spark names a task's.
 */
public final class SparkFolders {

  /** The mark that Hadoop's committer leaves when all files are there. */
  private static final String SUCCESS = "_SUCCESS";

  /** A streaming sink's log of the files that count. */
  private static final String LOG = "_spark_metadata";

  /** How Spark names the file of a task. */
  private static final Pattern PART = Pattern.compile("part-([mr]-)?\\d{5,}\\b.*");

  private static final String PARQUET = "parquet";

  /** Formats by how Spark ends the names of their files. */
  private static final Map<String, String> FORMATS =
      Map.of(
          "csv", "csv", "json", "json", "orc", "orc", PARQUET, PARQUET, "avro", "avro", "txt",
          "text", "xml", "xml");

  private SparkFolders() {}

  /**
   * Returns how Spark reads those of some folders, or files of tasks, that it wrote: with headers,
   * if they are CSV, and else as it does without options. Parquet that no log is about is read as
   * other people's, which leaves pictures where they are.
   *
   * @return empty if it wrote none, or files of several formats
   * @throws DataException if it wrote some, and others have files of tables, too
   */
  public static Optional<SparkData> of(List<Path> folders, Configuration hadoop)
      throws IOException {
    List<String> written = new ArrayList<>();
    Set<String> formats = new TreeSet<>();
    List<Path> others = new ArrayList<>();
    for (Path folder : folders) {
      FileSystem fs = folder.getFileSystem(hadoop);
      boolean file = fs.getFileStatus(folder).isFile();
      boolean logged = !file && fs.exists(new Path(folder, LOG));
      Set<String> found = new TreeSet<>();
      boolean marked = add(folder, fs, found) || !file && fs.exists(new Path(folder, SUCCESS));
      if (logged || marked && !found.contains(PARQUET)) {
        written.add(folder.toString());
        formats.addAll(found);
      } else if (!file && !found.isEmpty()) {
        others.add(folder);
      }
    }
    if (!written.isEmpty() && !others.isEmpty()) {
      throw new DataException(
          Wording.of(
              "Cannot read %s and %s together: Spark wrote the first, and the files of tables in the"
                  + " second are not its, or are Parquet; write all rows into one folder, or name"
                  + " only the questions' folder as %s, and one of pictures by the key images",
              written.get(0), others.get(0), Setting.SOURCE));
    }
    return formats.size() == 1
        ? formats.stream().findFirst().map(format -> data(format, written))
        : Optional.empty();
  }

  /** Does the same, and is empty unless Spark wrote all of them. */
  public static Optional<SparkData> ofAll(List<Path> places, Configuration hadoop)
      throws IOException {
    return of(places, hadoop).filter(data -> data.paths().size() == places.size());
  }

  private static SparkData data(String format, List<String> paths) {
    SparkData data = new SparkData(format, paths, Map.of());
    return format.equals("csv") ? data.with("header", "true") : data;
  }

  /**
   * Adds the formats in a folder, and in the first of its partitions.
   *
   * @return whether a file is named as Spark names them
   */
  private static boolean add(Path folder, FileSystem fs, Set<String> formats) throws IOException {
    // Streamed: an image folder may hold hundreds of thousands of files.
    RemoteIterator<FileStatus> statuses = fs.listStatusIterator(folder);
    Optional<Path> partition = Optional.empty();
    boolean parts = false;
    while (statuses.hasNext()) {
      FileStatus status = statuses.next();
      Path path = status.getPath();
      if (HiddenName.is(path.getName())) {
        continue;
      }
      if (status.isDirectory()) {
        partition = partition.or(() -> Optional.of(path).filter(SparkFolders::isPartition));
      } else {
        parts |= PART.matcher(path.getName()).matches();
        format(path.getName()).ifPresent(formats::add);
      }
    }
    return partition.isPresent() && add(partition.get(), fs, formats) || parts;
  }

  private static boolean isPartition(Path folder) {
    return folder.getName().indexOf('=') > 0;
  }

  /** Returns the format that a name says, before or behind how the file is compressed. */
  private static Optional<String> format(String name) {
    return Arrays.stream(name.toLowerCase(Locale.ROOT).split("\\."))
        .skip(1)
        .filter(FORMATS::containsKey)
        .map(FORMATS::get)
        .findFirst();
  }
}
