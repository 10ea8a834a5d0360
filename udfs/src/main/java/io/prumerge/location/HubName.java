package io.prumerge.location;

import io.prumerge.lang.Text;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name on Hugging Face's hub, written {@code hf:ORG/NAME} or {@code hf:ORG/NAME@REV}. Nothing
 * here downloads anything: {@link HubCache} looks for what is there, and {@link #download} says how
 * to get the rest.
 *
 * @param repo {@code ORG/NAME}
 * @param revision branch, tag or commit; empty: the branch {@code main}
 */
public record HubName(HubKind kind, String repo, Optional<String> revision) {

  /** The spelling that names nothing but the hub. */
  public static final String PREFIX = "hf:";

  private static final String PART = "[A-Za-z0-9_][A-Za-z0-9._-]*";
  private static final Pattern REPO = Pattern.compile(PART + "/" + PART);
  // Of a git reference, what can stand in a path: no part begins with a dot.
  private static final String STEP = "[A-Za-z0-9_-][A-Za-z0-9._-]*";
  private static final Pattern NAME =
      Pattern.compile("(" + REPO + ")(?:@(" + STEP + "(?:/" + STEP + ")*))?");
  private static final Pattern SNAPSHOT =
      Pattern.compile("(.*/(?:models|datasets)--[^/]+--([^/]+))/snapshots/[0-9a-f]{40}/?");

  /** Returns whether a text says that it is a name on the hub. */
  public static boolean isNamedBy(String text) {
    return text.startsWith(PREFIX);
  }

  /**
   * Returns the name that a text spells, with {@value #PREFIX} or bare; empty if it can only be a
   * path or a URL, or is a path that exists.
   *
   * @throws IllegalArgumentException if it has {@value #PREFIX} and no name after it
   */
  public static Optional<HubName> read(HubKind kind, String text) {
    if (exists(text)) {
      return Optional.empty();
    }
    String bare = isNamedBy(text) ? text.substring(PREFIX.length()) : text;
    Matcher name = NAME.matcher(bare);
    boolean isName = name.matches() && !bare.contains("--") && !bare.contains("..");
    if (!isName && isNamedBy(text)) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' names nothing on Hugging Face's hub; write hf:ORG/NAME, or hf:ORG/NAME@REV with"
                  + " a branch, a tag or a commit",
              Location.shown(text)));
    }
    return isName
        ? Optional.of(new HubName(kind, name.group(1), Optional.ofNullable(name.group(2))))
        : Optional.empty();
  }

  private static boolean exists(String text) {
    try {
      return Files.exists(Path.of(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Returns the last part of a path, or of a name: of {@code hf:ORG/NAME@REV} and of its snapshot
   * in a cache it is {@code NAME}.
   */
  public static String last(String place) {
    String path = isNamedBy(place) ? place.replaceFirst("@.*", "") : place;
    Matcher snapshot = SNAPSHOT.matcher(path);
    return snapshot.matches()
        ? snapshot.group(2)
        : path.replaceFirst("/+$", "").replaceFirst("^.*/", "");
  }

  /** Returns the folder that the links of a snapshot lead to; empty if a path is none. */
  public static Optional<String> blobs(String path) {
    Matcher snapshot = SNAPSHOT.matcher(path);
    return snapshot.matches() ? Optional.of(snapshot.group(1) + "/blobs") : Optional.empty();
  }

  /**
   * Returns the end of a message about a model's folder that is not there; empty if its path is no
   * name on the hub, or leads into a folder that is there.
   */
  public static String ofModel(Path folder) {
    return advice(folder, HubKind.MODEL).map(HubName::fetched).orElse("");
  }

  /** Returns the hub's name of a data set's folder. */
  public static String ofDataset(Path folder) {
    return advice(folder, HubKind.DATASET).map(HubName::fetched).orElse("");
  }

  private String fetched() {
    return Text.format(
        "; if that is a name on Hugging Face's hub, it is not in the cache of this host; download"
            + " it: %s",
        download(""));
  }

  private static Optional<HubName> advice(Path folder, HubKind kind) {
    Path here = Path.of("").toAbsolutePath();
    Path owner = folder.toAbsolutePath().normalize().getParent();
    // Next to what is there: this folder, or that of a sweep file in it.
    boolean beside =
        owner != null
            && owner.startsWith(here)
            && !owner.equals(here)
            && !Files.exists(owner)
            && Files.isDirectory(owner.getParent());
    if (!beside) {
      return Optional.empty();
    }
    return read(kind, owner.getFileName() + "/" + folder.getFileName());
  }

  /**
   * Returns the command that downloads this into the cache.
   *
   * @param files options that choose some of the files; empty for all
   */
  public String download(String files) {
    return Text.format(
        "hf download %s%s%s%s",
        kind.option,
        repo,
        revision.map(named -> " --revision " + named).orElse(""),
        files.isEmpty() ? "" : " " + files);
  }

  /** Returns the folder of all revisions in a cache. */
  Path in(Path cache) {
    return cache.resolve(kind.folder + "--" + repo.replace("/", "--"));
  }

  /** Returns the text that {@link #read} reads. */
  @Override
  public String toString() {
    return PREFIX + repo + revision.map(named -> "@" + named).orElse("");
  }
}
