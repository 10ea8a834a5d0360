package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.console.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that defines a benchmark: where its questions are, how they are asked, and how answers are
 * scored. {@code jobs/BENCHMARKS.md} describes its keys.
 *
 * @param name in the column {@code benchmark}
 * @param data files, a folder of them, or {@code hf:ORG/NAME}; as in the file
 * @param config folder of a data set with several configurations that is read; empty = any
 * @param encoding of data that are CSV or TSV
 * @param layouts forms of the data, the first that fits is read
 * @param answerNames what right answers are, where the data have other values for them
 * @param categoryPattern whose first group is the part of a category column's value that counts
 * @param categories what values of category columns are called, if otherwise; a value may be in
 *     several
 * @param texts for prompts, by name: each is chosen by values of columns
 * @param prompts wordings by name, the default one first
 * @param maxNewTokens empty = the checkpoint's
 * @param turned whether pictures are turned as their EXIF data say
 * @param profiles by name, the default one first
 * @param figures the headline first
 * @param answerFile of answers that a server or another evaluator takes
 * @param called the file's name in messages
 * @param text the file itself
 */
public record BenchmarkFile(
    String name,
    List<LocatedText> data,
    Optional<String> config,
    String split,
    Charset encoding,
    List<Layout> layouts,
    Map<String, String> answerNames,
    Optional<Pattern> categoryPattern,
    Map<String, List<String>> categories,
    Map<String, ChosenText> texts,
    Map<String, Wording> prompts,
    OptionalInt maxNewTokens,
    boolean turned,
    Map<String, ScoringProfile> profiles,
    List<MetricRule> figures,
    Optional<AnswerFile> answerFile,
    String called,
    String text) {

  /** Bytes of a file at most. */
  private static final int MOST_BYTES = 1 << 20;

  public BenchmarkFile {
    data = List.copyOf(data);
    layouts = List.copyOf(layouts);
    answerNames = Map.copyOf(answerNames);
    categories = Map.copyOf(categories);
    texts = Map.copyOf(texts);
    prompts = Collections.unmodifiableMap(new LinkedHashMap<>(prompts));
    profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
    figures = List.copyOf(figures);
  }

  /** Returns the data and the folders of pictures. */
  Stream<LocatedText> places() {
    return Stream.concat(
        data.stream(), layouts.stream().flatMap(layout -> layout.images().stream()));
  }

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
          String.format(
              Locale.ROOT,
              "Cannot read the benchmark %s: it has more than %,d bytes",
              file,
              MOST_BYTES));
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
    return new BenchmarkFile(
        name,
        data,
        config,
        split,
        encoding,
        layouts,
        answerNames,
        categoryPattern,
        categories,
        texts,
        prompts,
        maxNewTokens,
        turned,
        other.profiles,
        figures,
        answerFile,
        called,
        other.text);
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
        String.format(
            Locale.ROOT, "Cannot use the benchmark %s: %s", called, String.join("; ", problems)));
  }
}
