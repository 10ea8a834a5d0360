package io.prumerge.source.table;

import io.prumerge.source.PackedFile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * A file below a folder of data as Spark writes it: {@code
 * day=2026-03-01/shop=a/part-00000.csv.gz}.
 *
 * @param keys the values that the names of the folders between say, by column; a null is empty
 */
record PartFile(Path path, Map<String, String> keys) {

  /** What Hive and Spark write for a null, and for an empty text. */
  private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

  private static final Pattern ESCAPES = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");
  private static final int ESCAPE = 3;
  private static final int HEX = 16;

  /** Returns the same with one more folder's key, if its name is one. */
  static Map<String, String> with(Map<String, String> keys, String folder) {
    int equals = folder.indexOf('=');
    if (equals < 1) {
      return keys;
    }
    Map<String, String> all = new LinkedHashMap<>(keys);
    String value = folder.substring(equals + 1);
    all.put(decoded(folder.substring(0, equals)), value.equals(NULL) ? "" : decoded(value));
    return all;
  }

  /** Returns whether Spark or another of Hadoop's programs wrote a file, by its name. */
  static boolean isSparks(Path path) {
    return path.getName().startsWith("part-");
  }

  /** Returns a text without its escapes: Spark writes those of ASCII, pyarrow those of UTF-8. */
  private static String decoded(String text) {
    return ESCAPES
        .matcher(text)
        .replaceAll(escapes -> Matcher.quoteReplacement(decodedEscapes(escapes.group())));
  }

  private static String decodedEscapes(String escapes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < escapes.length(); at += ESCAPE) {
      bytes.write(Integer.parseInt(escapes.substring(at + 1, at + ESCAPE), HEX));
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return escapes;
    }
  }

  /** Returns how the name ends, without how it is compressed; empty if that is no table's. */
  static String ending(Path path) {
    String whole = path.getName().toLowerCase(Locale.ROOT);
    if (whole.endsWith(DataTable.PARQUET)) {
      return DataTable.PARQUET;
    }
    String name = PackedFile.name(path).toLowerCase(Locale.ROOT);
    return DataTable.ENDINGS.stream()
        .filter(ending -> name.endsWith(ending) && !ending.equals(DataTable.PARQUET))
        .findFirst()
        .orElse("");
  }
}
