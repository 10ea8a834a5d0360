package io.prumerge.spark;

import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.text.InstructionTokenizer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * Brings model folders to this host. A folder on the host's own file system is used in place; a
 * folder that Hadoop reads (HDFS, S3, ...) is copied once per host and kept.
 *
 * <p>Only the folder's own files are copied, and those of a Q-Former's tokenizer below it. A copy's
 * name holds a hash of the source's URL and of its files' names, sizes and times, so a changed
 * source gets another copy. A copy is made under a file lock and a temporary name, and renamed when
 * complete, so a crash never leaves a partial copy under the final name.
 */
public final class ModelCache {

  /** Setting that names the folder for the copies. */
  public static final String DIRECTORY = "spark.prumerge.cacheDir";

  /** Hashes of the folder's files, as {@code sha256sum} writes them. */
  static final String SUMS = "SHA256SUMS";

  /**
   * A file of a model.
   *
   * @param name below the model's folder
   */
  private record Source(String name, FileStatus status) {}

  private final Optional<Path> directory;
  private final Configuration hadoop;

  /**
   * @param directory where copies are kept; needed only for models that are elsewhere
   * @param hadoop configuration of the file systems
   */
  public ModelCache(Optional<Path> directory, Configuration hadoop) {
    this.directory = directory;
    this.hadoop = hadoop;
  }

  /**
   * The model's folders on this host.
   *
   * @param model {@code BASE[+ADAPTER][+CLIP]}; each is a path (of this host, whatever Hadoop's
   *     default file system is) or a URL
   * @throws IOException if a folder cannot be read, its files differ from its {@code SHA256SUMS},
   *     or no folder is set or has room for the copy
   * @throws io.prumerge.config.CheckpointException if the folders make no model
   */
  public ModelFolders local(String model) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (String folder : ModelFolders.split(model)) {
      folders.add(folder(folder));
    }
    return ModelFolders.of(folders);
  }

  /**
   * One folder on this host.
   *
   * @throws IOException as {@link #local}
   */
  public Path folder(String model) throws IOException {
    URI uri = new org.apache.hadoop.fs.Path(model).toUri();
    if (uri.getScheme() == null) {
      return Path.of(model);
    }
    if (uri.getScheme().equals("file")) {
      return Path.of(uri.getPath());
    }
    Path cache =
        directory.orElseThrow(
            () ->
                new IOException(
                    String.format(
                        Locale.ROOT,
                        "Cannot copy the model %s to this host: set %s to a local folder with room for it",
                        model,
                        DIRECTORY)));
    List<Source> files = list(model, uri);
    Path copy = cache.resolve(name(uri, files));
    Files.createDirectories(cache);
    HostLock.holding(
        cache.resolve(copy.getFileName() + ".lock"),
        () -> {
          if (!Files.isDirectory(copy)) {
            copy(model, uri, files, copy);
          }
        });
    return copy;
  }

  private List<Source> list(String model, URI uri) throws IOException {
    try {
      org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(uri);
      List<Source> files = new ArrayList<>(files(folder, ""));
      if (files.isEmpty()) {
        throw new IOException(
            String.format(Locale.ROOT, "Cannot open the model %s: the folder has no files", model));
      }
      org.apache.hadoop.fs.Path words =
          new org.apache.hadoop.fs.Path(folder, InstructionTokenizer.FOLDER);
      if (fileSystem(uri).exists(words)) {
        files.addAll(files(words, InstructionTokenizer.FOLDER + "/"));
      }
      return files;
    } catch (FileNotFoundException e) {
      throw new IOException(
          String.format(Locale.ROOT, "Cannot open the model %s: no such folder", model), e);
    }
  }

  private List<Source> files(org.apache.hadoop.fs.Path folder, String prefix) throws IOException {
    return Arrays.stream(fileSystem(folder.toUri()).listStatus(folder))
        .filter(FileStatus::isFile)
        .map(file -> new Source(prefix + file.getPath().getName(), file))
        .sorted(Comparator.comparing(Source::name))
        .toList();
  }

  private FileSystem fileSystem(URI uri) throws IOException {
    return FileSystem.get(uri, hadoop);
  }

  /** The folder's own name, for readability, and a hash of its state. */
  private static String name(URI uri, List<Source> files) {
    String state =
        files.stream()
            .map(
                file ->
                    file.name()
                        + " "
                        + file.status().getLen()
                        + " "
                        + file.status().getModificationTime())
            .collect(Collectors.joining("\n", uri + "\n", "\n"));
    byte[] hash = Sha256.of(state.getBytes(StandardCharsets.UTF_8));
    String folder = new org.apache.hadoop.fs.Path(uri).getName();
    return folder + "-" + HexFormat.of().formatHex(hash, 0, 8);
  }

  private void copy(String model, URI uri, List<Source> files, Path copy) throws IOException {
    Path partial = copy.resolveSibling(copy.getFileName() + ".part");
    delete(partial); // left by an attempt that died
    long bytes = files.stream().mapToLong(file -> file.status().getLen()).sum();
    long free = Files.getFileStore(copy.getParent()).getUsableSpace();
    if (bytes > free) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Cannot copy the model %s (%,d MB) to %s: %,d MB are free. Make room, or set %s to another folder",
              model,
              bytes >> 20,
              copy.getParent(),
              free >> 20,
              DIRECTORY));
    }
    Files.createDirectories(partial);
    try {
      Map<String, String> hashes = new TreeMap<>();
      for (Source file : files) {
        Path target = partial.resolve(file.name());
        Files.createDirectories(target.getParent());
        hashes.put(file.name(), copy(fileSystem(uri), file.status(), target));
      }
      verify(model, partial, hashes);
      Files.move(partial, copy, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      delete(partial);
      throw e;
    }
  }

  /** Copies one file and returns the SHA-256 of the bytes read. */
  private static String copy(FileSystem source, FileStatus file, Path target) throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(source.open(file.getPath()), digest);
        OutputStream out = Files.newOutputStream(target)) {
      byte[] buffer = new byte[1 << 20];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    }
    if (Files.size(target) != file.getLen()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Cannot copy %s: %d bytes arrived of %d",
              file.getPath(),
              Files.size(target),
              file.getLen()));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Compares the hashes with the source's {@value #SUMS}; writes that file if the source has none.
   */
  private static void verify(String model, Path folder, Map<String, String> hashes)
      throws IOException {
    Path sums = folder.resolve(SUMS);
    if (!Files.exists(sums)) {
      List<String> lines =
          hashes.entrySet().stream().map(e -> e.getValue() + "  " + e.getKey()).toList();
      Files.write(sums, lines);
      return;
    }
    for (String line : Files.readAllLines(sums)) {
      String[] parts = line.strip().split("\\s+\\*?", 2); // "hash  name" or "hash *name"
      String actual = parts.length == 2 ? hashes.get(parts[1]) : null;
      if (actual != null && !actual.equalsIgnoreCase(parts[0])) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "Cannot use the model %s: the SHA-256 of %s is %s, its %s says %s",
                model,
                parts[1],
                actual,
                SUMS,
                parts[0]));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
