package io.prumerge.spark;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.text.InstructionTokenizer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A model's folder that Hadoop reads: its own files, and those of a Q-Former's tokenizer below it.
 *
 * @param model as it was named
 * @param uri of the folder
 * @param system that has it
 */
record SourceFolder(String model, URI uri, FileSystem system, List<File> files) {

  /**
   * A file of a model.
   *
   * @param name below the model's folder
   */
  record File(String name, FileStatus status) {}

  /**
   * Lists a folder.
   *
   * @throws IOException if there is none, or it has no files
   */
  static SourceFolder list(String model, URI uri, FileSystem system) throws IOException {
    try {
      Path folder = new Path(uri);
      List<File> files = new ArrayList<>(files(system, folder, ""));
      if (files.isEmpty()) {
        throw new IOException(
            String.format(Locale.ROOT, "Cannot open the model %s: the folder has no files", model));
      }
      Path words = new Path(folder, InstructionTokenizer.FOLDER);
      if (system.exists(words)) {
        files.addAll(files(system, words, InstructionTokenizer.FOLDER + "/"));
      }
      return new SourceFolder(model, uri, system, List.copyOf(files));
    } catch (FileNotFoundException e) {
      throw new IOException(
          String.format(Locale.ROOT, "Cannot open the model %s: no such folder", model), e);
    }
  }

  private static List<File> files(FileSystem system, Path folder, String prefix)
      throws IOException {
    return Arrays.stream(system.listStatus(folder))
        .filter(FileStatus::isFile)
        .map(file -> new File(prefix + file.getPath().getName(), file))
        .sorted(Comparator.comparing(File::name))
        .toList();
  }

  /** Returns the bytes of all files. */
  long bytes() {
    return files.stream().mapToLong(file -> file.status().getLen()).sum();
  }

  /** Returns the folder's own name, for readability, and a hash of its state. */
  String stateName() {
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
    return new Path(uri).getName() + "-" + HexFormat.of().formatHex(hash, 0, 8);
  }
}
