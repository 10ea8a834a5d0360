package io.prumerge.published;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A user's file of published figures.
 *
 * @param name its last name
 * @param figures in their order
 * @param remarks about all of them
 */
public record PublishedFile(String name, List<PublishedFigure> figures, List<String> remarks) {

  /** Far above any table that is printed, so that a file named by mistake is not read. */
  private static final long MOST_BYTES = 1 << 20;

  public PublishedFile {
    figures = List.copyOf(figures);
    remarks = List.copyOf(remarks);
  }

  /**
   * Reads the file that was named, if one was.
   *
   * @throws UsageException if there is none, or its name does not say what it is
   * @throws DataException naming file and place, if something in it cannot be read
   */
  public static Optional<PublishedFile> of(Optional<String> named, Folders folders)
      throws IOException {
    return named.isEmpty() ? Optional.empty() : Optional.of(read(named.get(), folders));
  }

  private static PublishedFile read(String named, Folders folders) throws IOException {
    Path path = folders.present(Setting.PUBLISHED, named);
    String ending = path.getName().toLowerCase(Locale.ROOT).replaceFirst(".*\\.", "");
    FileStatus file = folders.fileSystem(path).getFileStatus(path);
    if (file.isDirectory()) {
      throw new UsageException(
          Wording.of("%s %s is a folder; name a file in it", Setting.PUBLISHED, named));
    }
    if (file.getLen() > MOST_BYTES) {
      throw new UsageException(
          Wording.of(
              "%s %s has %,d bytes, a table of published figures at most %,d; is it another file?",
              Setting.PUBLISHED, named, file.getLen(), MOST_BYTES));
    }
    PublishedFile read =
        switch (ending) {
          case "csv", "tsv" -> PublishedCsv.read(path, folders.hadoop());
          case "yaml", "yml" -> PublishedYaml.read(text(path, folders), path.getName());
          default ->
              throw new UsageException(
                  Wording.of(
                      "Cannot read %s %s: its name must end in .csv, .tsv or .yaml; save a"
                          + " spreadsheet as CSV",
                      Setting.PUBLISHED, named));
        };
    if (read.figures().isEmpty()) {
      throw new DataException(path.getName() + " has no figure");
    }
    return read;
  }

  private static String text(Path path, Folders folders) throws IOException {
    try (InputStream in = folders.fileSystem(path).open(path)) {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(in.readAllBytes()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new DataException(path.getName() + " is not UTF-8; save it as UTF-8", e);
    }
  }

  /** Returns a digest of everything that it says. */
  public String sha256() {
    return Sha256.hex(toString().getBytes(StandardCharsets.UTF_8));
  }
}
