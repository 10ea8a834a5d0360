package io.prumerge.location;

import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hugging Face's cache on this host, as huggingface_hub 0.36 and 2.4 lay it out: {@code
 * models--ORG--NAME/snapshots/COMMIT/}, whose files are links to {@code blobs/}, and {@code
 * refs/REV}, which hold commits. It is only read.
 *
 * @param root the folder {@code hub}
 */
public record HubCache(Path root) {

  /** Folder of Hugging Face's cache of models. */
  private static final String HUB = "HF_HUB_CACHE";

  /** As {@code HF_HUB_CACHE}, where that is not set. */
  private static final String FORMER_HUB = "HUGGINGFACE_HUB_CACHE";

  /** Folder with Hugging Face's cache of models as {@code hub}, where none is named. */
  private static final String HOME = "HF_HOME";

  /** Folder with {@code huggingface}, where {@code HF_HOME} is not set; else {@code ~/.cache}. */
  private static final String CACHES = "XDG_CACHE_HOME";

  private static final String BRANCH = "main";
  private static final String UNFINISHED = ".incomplete";
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)})");

  /** Returns the cache that {@code hf} uses under this process's environment. */
  public static HubCache ofEnvironment() {
    return of(System.getenv(), System.getProperty("user.home"));
  }

  /** Returns the cache that {@code hf} uses: that of the variables, else that below the home. */
  static HubCache of(Map<String, String> environment, String home) {
    String caches = environment.getOrDefault(CACHES, home + "/.cache");
    String own =
        expanded(environment.getOrDefault(HOME, caches + "/huggingface"), environment, home);
    String hub = environment.getOrDefault(FORMER_HUB, own + "/hub");
    return new HubCache(
        Path.of(expanded(environment.getOrDefault(HUB, hub), environment, home))
            .toAbsolutePath()
            .normalize());
  }

  private static String expanded(String path, Map<String, String> environment, String home) {
    String below = path.equals("~") || path.startsWith("~/") ? home + path.substring(1) : path;
    return VARIABLE
        .matcher(below)
        .replaceAll(
            found -> {
              String name = found.group(1) == null ? found.group(2) : found.group(1);
              return Matcher.quoteReplacement(environment.getOrDefault(name, found.group()));
            });
  }

  /**
   * Returns the folder with a revision's files, which ends with its commit; empty if the cache has
   * none of them.
   */
  public Optional<Path> snapshot(HubName name) {
    Path repo = name.in(root);
    return commit(repo, name.revision().orElse(BRANCH))
        .map(commit -> repo.resolve("snapshots").resolve(commit))
        .filter(Files::isDirectory);
  }

  /**
   * Returns whether a path of some host's cache may be what a name stood for: it is of the name's
   * model or data set, and this cache knows no other commit of the name's revision.
   */
  public boolean mayHaveBeen(HubName name, String path) {
    Path repo = name.in(root);
    Path snapshot = Path.of(path);
    return HubName.blobs(path).isPresent()
        && snapshot.getName(snapshot.getNameCount() - 3).equals(repo.getFileName())
        && commit(repo, name.revision().orElse(BRANCH))
            .map(commit -> commit.equals(snapshot.getFileName().toString()))
            .orElse(true);
  }

  private static Optional<String> commit(Path repo, String revision) {
    if (COMMIT.matcher(revision).matches()) {
      return Optional.of(revision);
    }
    // hf writes one for each branch, tag or short commit that it was asked for.
    Path ref = repo.resolve("refs").resolve(revision);
    try {
      return Files.isRegularFile(ref)
          ? Optional.of(Files.readString(ref, StandardCharsets.UTF_8).strip())
              .filter(text -> COMMIT.matcher(text).matches())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + ref + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the folder that a text names, with its commit; empty if the text is no name on the hub,
   * or is a bare one that the cache does not have: then it is a path.
   *
   * @param further what else may be missing in a folder; empty if nothing is
   * @throws IllegalArgumentException with the command that downloads it, if {@code hf:} names what
   *     is not here, or files of it are missing
   */
  public Optional<Path> find(HubKind kind, String text, Function<Path, Optional<String>> further) {
    return HubName.read(kind, text)
        .filter(name -> HubName.isNamedBy(text) || snapshot(name).isPresent())
        .map(name -> whole(name, "", further));
  }

  /**
   * Returns the folder with a revision's files.
   *
   * @param files options of the download that choose some of the files; empty for all
   * @throws IllegalArgumentException as {@link #find}
   */
  public Path whole(HubName name, String files, Function<Path, Optional<String>> further) {
    Path snapshot =
        snapshot(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        Text.format(
                            "%s is not in the Hugging Face cache %s; download it: %s",
                            name, root, name.download(files))));
    Optional<String> flaw = flaw(snapshot).or(() -> further.apply(snapshot));
    if (flaw.isPresent()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s is not whole in the Hugging Face cache: in %s, %s; finish the download: %s",
              name, snapshot, flaw.get(), name.download(files)));
    }
    return snapshot;
  }

  /**
   * Returns what shows that files of a snapshot are missing: a link to nothing, fewer parts than
   * their names say, or a download that did not end; empty if nothing does.
   */
  private static Optional<String> flaw(Path snapshot) {
    try (Stream<Path> files = Files.walk(snapshot)) {
      Map<Parts, Integer> parts = new LinkedHashMap<>();
      for (Path file : files.filter(one -> !Files.isDirectory(one)).sorted().toList()) {
        String name = snapshot.relativize(file).toString();
        if (!Files.exists(file)) {
          return Optional.of(name + " links to nothing");
        }
        Parts.of(name).ifPresent(of -> parts.merge(of, 1, Integer::sum));
      }
      for (Map.Entry<Parts, Integer> known : parts.entrySet()) {
        if (known.getValue() < known.getKey().all()) {
          return Optional.of(
              Text.format(
                  "%d of %d files %s are there",
                  known.getValue(), known.getKey().all(), known.getKey().names()));
        }
      }
      return unfinished(snapshot.getParent().resolveSibling("blobs"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + snapshot + ": " + e.getMessage(), e);
    }
  }

  private static Optional<String> unfinished(Path blobs) throws IOException {
    if (!Files.isDirectory(blobs)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(blobs)) {
      return all.map(blob -> blob.getFileName().toString())
          .filter(name -> name.endsWith(UNFINISHED))
          // One that was finished in another way since stays, too.
          .filter(name -> !Files.exists(blobs.resolve(name.replaceFirst("\\..*", ""))))
          .sorted()
          .findFirst()
          .map(name -> "its download has not ended, as blobs/" + name + " shows");
    }
  }

  /**
   * Files that are parts of one, such as {@code data/validation-00000-of-00068.parquet}.
   *
   * @param names with a star for the number
   * @param all how many there are
   */
  private record Parts(String names, int all) {

    private static final Pattern PART = Pattern.compile("(.*)-\\d{5}-of-(\\d{5})(\\..+)");

    static Optional<Parts> of(String file) {
      Matcher part = PART.matcher(file);
      return part.matches()
          ? Optional.of(
              new Parts(part.replaceFirst("$1-*-of-$2$3"), Integer.parseInt(part.group(2))))
          : Optional.empty();
    }
  }
}
