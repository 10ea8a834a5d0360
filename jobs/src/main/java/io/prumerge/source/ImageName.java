package io.prumerge.source;

import io.prumerge.lang.Text;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks image names from question files: foreign text that becomes a path. */
public final class ImageName {

  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:.*");
  private static final Pattern SEPARATOR = Pattern.compile("[/\\\\]");

  private ImageName() {}

  /**
   * Checks that {@code name} stays below the image folder.
   *
   * @throws DataException if not; names the line of the file
   */
  public static String checked(String name, JsonLine line) {
    Optional<String> problem = problem(name);
    if (problem.isPresent()) {
      throw line.error(problem.get());
    }
    return name;
  }

  /** Returns why {@code name} is not a path below the image folder; empty if it is one. */
  public static Optional<String> problem(String name) {
    String problem = null;
    if (name.isBlank()) {
      problem = "is empty";
    } else if (name.chars().anyMatch(Character::isISOControl)) {
      problem = "has a control character";
    } else if (name.indexOf(':') >= 0 && SCHEME.matcher(name).matches()) {
      problem = "is a URL or names a drive";
    } else if (name.startsWith(ImagePlace.Several.START)) {
      problem = "begins as the names of several images in one prompt";
    } else if (name.startsWith("/") || name.startsWith("\\")) {
      problem = "is absolute";
    } else if (name.contains("..") && SEPARATOR.splitAsStream(name).anyMatch(".."::equals)) {
      problem = "leaves the image folder";
    }
    return Optional.ofNullable(problem)
        .map(
            flaw ->
                Text.format("image '%s' %s; expected a path below the image folder", name, flaw));
  }
}
