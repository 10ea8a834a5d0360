package io.prumerge.settings.sweep;

import io.prumerge.checkpoint.HubModels;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import io.prumerge.location.HubName;
import io.prumerge.location.ShippedConf;
import io.prumerge.settings.AnswerSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sweep files and the paths in them, which are relative to the file's folder. */
public final class SweepPaths {

  /**
   * Size limit, far above any list of methods, so that a file named by mistake is not read into
   * memory.
   */
  private static final long MOST_BYTES = 1 << 20;

  private SweepPaths() {}

  /**
   * Reads a sweep file on this machine, or one that is shipped.
   *
   * @param named as {@link ShippedSweeps#named} returns it
   * @throws UsageException if there is none, or it is far too large for one
   */
  public static String text(Path named) throws IOException {
    Path file = ShippedConf.ofEnvironment().find(named).orElse(named);
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          Text.format(
                  Files.isDirectory(file)
                      ? "The sweep file '%s' is a folder; name a file in it"
                      : "No sweep file %s here",
                  file)
              + ShippedSweeps.suggestion(file));
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new UsageException(
          Text.format(
              "%s has %,d bytes, a sweep file at most %,d; is it another file?",
              file, Files.size(file), MOST_BYTES));
    }
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UsageException("Cannot read the sweep file: " + CauseText.of(e), e);
    }
  }

  /** Returns the place of a model, whose folders may be joined by {@code +}. */
  public static String model(Path file, String model) {
    return AnswerSource.parse(model)
        .placed(folders -> ModelFolders.placed(folders, folder -> folder(file, folder)))
        .toString();
  }

  /**
   * Returns a folder next to the file, that of a bare name which the cache of this host has, or one
   * that is shipped. What says that it is a name on the hub stays one, for whoever opens it or
   * needs not.
   */
  private static String folder(Path file, String folder) {
    if (HubName.isNamedBy(folder)) {
      return folder;
    }
    String beside = local(file, folder);
    return beside.startsWith("/") && Files.exists(Path.of(beside))
        ? beside
        : HubModels.find(folder)
            .or(() -> ShippedConf.ofEnvironment().find(beside))
            .map(Path::toString)
            .orElse(beside);
  }

  /** Returns the place of a file that Spark reads, which would look for it on the cluster. */
  public static String data(Path file, String path) {
    return beside(file, "file:", path);
  }

  /** Returns the place of a file that this machine reads. */
  public static String local(Path file, String path) {
    return beside(file, "", path);
  }

  private static String beside(Path file, String scheme, String path) {
    boolean elsewhere = path.startsWith("/") || path.matches("[A-Za-z][A-Za-z0-9+.-]*:.*");
    return elsewhere ? path : scheme + file.toAbsolutePath().resolveSibling(path).normalize();
  }
}
