package io.prumerge.run;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.lang.Text;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * The file that commits a chunk. It names the attempt that counts, and holds its counts so that
 * resuming a run does not read the chunks.
 *
 * <p>A chunk whose errors were asked again has a further marker, with the next number. The highest
 * number counts.
 *
 * @param chunk number of the chunk in the run's folder
 * @param retry how often the chunk's errors were asked again, with success
 * @param attempt name of the attempt's folder
 * @param files bytes of the files in it that hold answers, by name; empty in markers of earlier
 *     versions, and without answers
 */
record ChunkMarker(
    int chunk,
    @JsonSetter(nulls = Nulls.AS_EMPTY) int retry,
    String attempt,
    ChunkCounts counts,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, Long> files) {

  private static final Pattern NAME = Pattern.compile("committed-\\d{5,}(-\\d{5,})?\\.json");
  private static final String ATTEMPT = "chunk-%05d-";

  ChunkMarker {
    if (!attempt.matches(Text.format(ATTEMPT, chunk) + "[-0-9a-f]{36}")) {
      throw new IllegalArgumentException(
          Text.format("attempt is '%s', which is not an attempt at chunk %d", attempt, chunk));
    }
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  static String newAttempt(int chunk) {
    return Text.format(ATTEMPT, chunk) + UUID.randomUUID();
  }

  /** Returns the name of the file with this marker. */
  String fileName() {
    return retry == 0
        ? Text.format("committed-%05d.json", chunk)
        : Text.format("committed-%05d-%05d.json", chunk, retry);
  }

  static boolean isOne(Path file) {
    return NAME.matcher(file.getName()).matches();
  }
}
