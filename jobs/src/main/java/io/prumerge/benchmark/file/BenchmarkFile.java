package io.prumerge.benchmark.file;

import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that defines a benchmark: where its questions are, how they are asked, and how answers are
 * scored. {@code conf/benchmark-keys.md} describes its keys.
 *
 * @param name in the column {@code benchmark}
 * @param called the file's name in messages
 * @param text the file itself
 */
public record BenchmarkFile(
    String name,
    QuestionData data,
    MeantValues values,
    Asking asking,
    AnswerScoring scoring,
    String called,
    String text) {

  /** Bytes of a file at most. */
  private static final int MOST_BYTES = 1 << 20;

  /** Returns whether a source names such a file, instead of a benchmark. */
  public static boolean isNamed(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    return lower.endsWith(".yaml") || lower.endsWith(".yml");
  }

  /**
   * Reads a file.
   *
   * @throws UsageException with all its faults, each with its line
   */
  public static BenchmarkFile read(Path file, FileSystem fs) throws IOException {
    return parse(text(file, fs), file.getName());
  }

  /** Reads a file's text. */
  static String text(Path file, FileSystem fs) throws IOException {
    byte[] bytes;
    try (InputStream in = fs.open(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    if (bytes.length > MOST_BYTES) {
      throw new UsageException(
          Text.format(
              "Cannot read the benchmark %s: it has more than %,d bytes", file, MOST_BYTES));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new UsageException("Cannot read the benchmark " + file + ": it is not UTF-8", e);
    }
  }

  /**
   * Reads a file's text.
   *
   * @param called the file's name in messages
   * @throws UsageException with all its faults, each with its line
   */
  public static BenchmarkFile parse(String text, String called) {
    return whole(BenchmarkFileReader.of(text, called), called);
  }

  /**
   * Returns the file with the rules and the text of another, which says the same. Its places stay
   * those of the user's own lines.
   */
  BenchmarkFile scoredBy(BenchmarkFile other) {
    return new BenchmarkFile(name, data, values, asking, other.scoring, called, other.text);
  }

  /** Returns the file of a reader that found no fault. */
  static BenchmarkFile whole(BenchmarkFileReader reader, String called) {
    if (!reader.problems().isEmpty()) {
      throw refusal(called, reader.problems());
    }
    return reader.file();
  }

  /** Returns the refusal of a file with these faults. */
  static UsageException refusal(String called, List<String> problems) {
    return new UsageException(
        Text.format("Cannot use the benchmark %s: %s", called, String.join("; ", problems)));
  }
}
