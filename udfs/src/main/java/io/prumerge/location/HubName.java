package io.prumerge.location;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names on Hugging Face's hub, such as {@code llava-hf/llava-1.5-7b-hf}, given where a folder must
 * be. Nothing here downloads anything: the advice is how to.
 */
public final class HubName {

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*");

  private HubName() {}

  /**
   * Returns the end of a message about a model's folder that is not there; empty if its path is no
   * name on the hub, or leads into a folder that is there.
   */
  public static String ofModel(Path folder) {
    return advice(folder, "");
  }

  /** Returns the same about a data set's folder. */
  public static String ofDataset(Path folder) {
    return advice(folder, "--repo-type dataset ");
  }

  private static String advice(Path folder, String kind) {
    Path here = Path.of("").toAbsolutePath();
    Path owner = folder.toAbsolutePath().normalize().getParent();
    // Beside what is there: this folder, or that of a sweep file in it.
    boolean beside =
        owner != null
            && owner.startsWith(here)
            && !owner.equals(here)
            && !Files.exists(owner)
            && Files.isDirectory(owner.getParent());
    if (!beside) {
      return "";
    }
    Path last = folder.getFileName();
    String name = owner.getFileName() + "/" + last;
    return isOne(name)
        ? String.format(
            Locale.ROOT,
            "; if that is a name on Hugging Face's hub, download it and give the folder: %s",
            download(kind + name, here.relativize(owner.resolveSibling(last))))
        : "";
  }

  /** Returns whether a text has the form of a name on the hub. */
  public static boolean isOne(String text) {
    return NAME.matcher(text).matches();
  }

  /** Returns the command that downloads a model into a folder. */
  public static String download(String name, Path folder) {
    return String.format(Locale.ROOT, "hf download %s --local-dir %s", name, folder);
  }
}
