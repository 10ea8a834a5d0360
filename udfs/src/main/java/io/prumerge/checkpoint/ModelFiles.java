package io.prumerge.checkpoint;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.config.CheckpointException;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that a model's answers depend on, as they were when they were read. Other threads,
 * processes and hosts compare theirs with them.
 *
 * @param files in the order in which a checkpoint names them
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
public record ModelFiles(List<ReadFile> files) implements Serializable {

  /** Any files. */
  public static final ModelFiles ANY = new ModelFiles(List.of());

  private static final long serialVersionUID = 1L;

  /**
   * A file as it was.
   *
   * @param name without its folder, which may be another on each host
   * @param beginning SHA-256 of its first MiB
   * @param sha256 of all of it; empty where it was not read
   */
  record ReadFile(String name, FileStat state, String beginning, String sha256)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    ReadFile with(String hash) {
      return new ReadFile(name, state, beginning, hash);
    }
  }

  public ModelFiles {
    files = List.copyOf(files);
  }

  /** Returns files as they are, with the hashes of their beginnings. */
  static ModelFiles of(List<Path> paths) throws IOException {
    List<ReadFile> files = new ArrayList<>();
    for (Path path : paths) {
      files.add(new ReadFile(name(path), FileStat.of(path), FileHashes.ofBeginning(path), ""));
    }
    return new ModelFiles(files);
  }

  /** Returns these files with the hashes of their whole content. */
  ModelFiles with(List<String> hashes) {
    List<ReadFile> hashed = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      hashed.add(files.get(i).with(hashes.get(i)));
    }
    return new ModelFiles(hashed);
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  /**
   * Refuses files that are not these, or are no longer. On the machine where these were read, a
   * file is the same while its entry is. On another one it is if size, time and first MiB are. A
   * file that is only dated otherwise is read once in a process, if its hash is known.
   *
   * @param model as messages name it
   * @param paths of the files now
   * @throws CheckpointException naming the file, and what it was and is
   */
  public void requireSame(String model, List<Path> paths) {
    if (equals(ANY)) {
      return;
    }
    List<String> names = paths.stream().map(ModelFiles::name).toList();
    List<String> were = files.stream().map(ReadFile::name).toList();
    if (!names.equals(were)) {
      throw changed(
          model,
          Text.format(
              "its files were %s, and are %s", String.join(", ", were), String.join(", ", names)),
          "them");
    }
    for (int i = 0; i < paths.size(); i++) {
      Path path = paths.get(i);
      ReadFile read = files.get(i);
      try {
        FileStat now = FileStat.of(path);
        if (!isSame(read, path, now)) {
          throw changed(
              model,
              Text.format(
                  "%s had %s, and %s",
                  path,
                  read.state(),
                  now.looksLike(read.state()) ? "has others of that time" : "has " + now),
              "it");
        }
      } catch (IOException e) {
        throw changed(model, Text.format("%s cannot be looked at any more (%s)", path, e), "it");
      }
    }
  }

  private static boolean isSame(ReadFile read, Path path, FileStat now) throws IOException {
    FileStat then = read.state();
    if (now.isCertain() && now.equals(then)) {
      return true;
    }
    if (now.size() != then.size()) {
      return false;
    }
    boolean hashed = !read.sha256().isEmpty();
    try {
      if (hashed && (now.isBeside(then) || !now.looksLike(then))) {
        return FileHashes.of(path).equals(read.sha256());
      }
      return now.looksLike(then) && FileHashes.ofBeginning(path).equals(read.beginning());
    } catch (FileHashes.ChangedException e) {
      return false; // it is being written
    }
  }

  private static CheckpointException changed(String model, String what, String those) {
    return new CheckpointException(
        Text.format(
            "Cannot answer with %s: it was changed since it was first read here: %s. Put %s back"
                + " and go on, or start anew; replace a model's files by mv, when nothing answers"
                + " with them, and never in place",
            model, what, those));
  }
}
