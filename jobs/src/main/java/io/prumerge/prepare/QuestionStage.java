package io.prumerge.prepare;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.source.ImagePlace;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a benchmark's questions are written as they are read, one JSON object a line, so that the
 * driver holds one question and the executors have them all.
 */
final class QuestionStage implements Closeable {

  /** Compressed files are read by one task each. */
  private static final long PER_FILE = 50_000;

  /** How many of the first images are looked for to find their folder. */
  private static final int SAMPLE = 20;

  private static final int BUFFER_BYTES = 1 << 16;

  /** Everything but ASCII is escaped: half a surrogate pair is no UTF-8, but passes so. */
  private static final ObjectWriter JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build()
          .writerFor(StagedQuestion.class);

  private final FileSystem fs;
  private final Path folder;
  private final MessageDigest digest = Sha256.digest();
  private final Set<String> names = new LinkedHashSet<>();
  private OutputStream out = OutputStream.nullOutputStream();
  private long count;

  /**
   * @param folder is not there yet
   */
  QuestionStage(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /** Takes the next question. */
  void add(BenchmarkQuestion question) {
    try {
      if (count % PER_FILE == 0) {
        out.close();
        String name = String.format(Locale.ROOT, "%07d.json.gz", count / PER_FILE);
        out = new GZIPOutputStream(fs.create(new Path(folder, name), false), BUFFER_BYTES);
      }
      byte[] line = JSON.writeValueAsBytes(StagedQuestion.of(count, question));
      digest.update(line);
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write questions to " + folder, e);
    }
    count++;
    if (names.size() < SAMPLE) {
      question
          .image()
          .filter(ImagePlace.InFolder.class::isInstance)
          .ifPresent(image -> names.add(image.id()));
    }
  }

  long count() {
    return count;
  }

  /** SHA-256 over all that was taken, and in which order. */
  String sha256() throws IOException {
    MessageDigest soFar;
    try {
      soFar = (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own SHA-256 can be cloned", e);
    }
    return HexFormat.of().formatHex(soFar.digest());
  }

  /** Names of the first images that are files of their own. */
  List<String> names() {
    return List.copyOf(names);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
