package io.prumerge.run;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * The file that commits a chunk. It names the attempt that counts, and holds its counts so that
 * resuming a run does not read the chunks.
 *
 * @param chunk number of the chunk in the run's folder
 * @param attempt name of the attempt's folder
 */
record ChunkMarker(int chunk, String attempt, ChunkCounts counts) {

  private static final Pattern NAME = Pattern.compile("committed-\\d{5,}\\.json");
  private static final String ATTEMPT = "chunk-%05d-";

  ChunkMarker {
    if (!attempt.matches(String.format(Locale.ROOT, ATTEMPT, chunk) + "[-0-9a-f]{36}")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "attempt is '%s', which is not an attempt at chunk %d", attempt, chunk));
    }
  }

  static String newAttempt(int chunk) {
    return String.format(Locale.ROOT, ATTEMPT, chunk) + UUID.randomUUID();
  }

  static String fileName(int chunk) {
    return String.format(Locale.ROOT, "committed-%05d.json", chunk);
  }

  static boolean isOne(Path file) {
    return NAME.matcher(file.getName()).matches();
  }
}
