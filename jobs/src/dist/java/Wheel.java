import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs a folder as a Python wheel: a zip whose last file, RECORD, has the SHA-256 and the size of
 * all others (PyPA, "Binary distribution format"). In its METADATA, {@code @pyspark@} becomes the
 * versions of the lines of Spark that it has jars for. The same folder gives the same bytes. The
 * build runs it: {@code java Wheel.java FOLDER FILE}.
 */
final class Wheel {

  /** The earliest that a zip can say. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private static final String METADATA = ".dist-info/";

  /** The folder of the jars for a line, such as {@code spark-3.5_2.12}. */
  private static final Pattern LINE = Pattern.compile(".*/jars/spark-(\\d+)\\.(\\d+)_[^/]*/.*");

  private Wheel() {}

  public static void main(String[] args) throws IOException, NoSuchAlgorithmException {
    Path folder = Path.of(args[0]);
    List<String> names = names(folder);
    for (String name : names) {
      if (name.endsWith(METADATA + "METADATA")) {
        Path file = folder.resolve(name);
        Files.writeString(file, Files.readString(file).replace("@pyspark@", pyspark(names)));
      }
    }
    StringBuilder record = new StringBuilder();
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(Path.of(args[1])))) {
      String metadata = "";
      for (String name : names) {
        begin(zip, name);
        record.append(name).append(",sha256=").append(copied(folder.resolve(name), zip));
        record.append(',').append(Files.size(folder.resolve(name))).append('\n');
        metadata = name.substring(0, name.lastIndexOf('/'));
      }
      record.append(metadata).append("/RECORD,,\n");
      begin(zip, metadata + "/RECORD");
      zip.write(record.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Returns the specifier (PEP 440) of all versions of the lines and of no other, such as {@code
   * >=3.5, <4.2, !=4.0.*}. Spark 3.5 is the last line of Spark 3.
   */
  private static String pyspark(List<String> names) {
    List<int[]> lines =
        names.stream()
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .map(
                line ->
                    new int[] {Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2))})
            .sorted(Arrays::compare)
            .toList();
    int[] last = lines.get(lines.size() - 1);
    StringBuilder versions =
        new StringBuilder(
            ">=%d.%d, <%d.%d".formatted(lines.get(0)[0], lines.get(0)[1], last[0], last[1] + 1));
    for (int i = 1; i < lines.size(); i++) {
      int[] line = lines.get(i);
      int[] before = lines.get(i - 1);
      for (int minor = line[0] == before[0] ? before[1] + 1 : 0; minor < line[1]; minor++) {
        versions.append(", !=%d.%d.*".formatted(line[0], minor));
      }
    }
    return versions.toString();
  }

  /** Returns the files below a folder, sorted, with the metadata last, as the format advises. */
  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted(
              Comparator.comparing((String name) -> name.contains(METADATA))
                  .thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  private static void begin(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
  }

  /** Copies a file and returns its SHA-256 in RECORD's alphabet, which has no padding. */
  private static String copied(Path file, OutputStream out)
      throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Files.copy(file, new DigestOutputStream(out, digest));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
  }
}
