package io.prumerge.benchmark;

import java.util.regex.Pattern;

/** Image names out of question files: foreign text that becomes a path. */
final class ImageName {

  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:.*");

  private ImageName() {}

  /**
   * Checks that {@code name} stays below the image folder.
   *
   * @throws DataException naming the line of the file
   */
  static String checked(String name, JsonLine line) {
    String problem = null;
    if (name.isBlank()) {
      problem = "is empty";
    } else if (SCHEME.matcher(name).matches()) {
      problem = "is a URL or names a drive";
    } else if (name.startsWith("/") || name.startsWith("\\")) {
      problem = "is absolute";
    } else if (Pattern.compile("[/\\\\]").splitAsStream(name).anyMatch(".."::equals)) {
      problem = "leaves the image folder";
    }
    if (problem != null) {
      throw line.error(
          "image '%s' %s; expected a path below the image folder".formatted(name, problem));
    }
    return name;
  }
}
