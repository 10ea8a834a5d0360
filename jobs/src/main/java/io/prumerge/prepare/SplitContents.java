package io.prumerge.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.checkpoint.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * Counts and digests of one benchmark and split in an examples table.
 *
 * @param images images with questions about them
 * @param questions questions about images
 * @param textQuestions questions without an image
 * @param examplesSha256 SHA-256 over the keys, questions and image hashes, in the keys' order
 * @param promptsSha256 SHA-256 over the hashes of the prompts, in the keys' order
 * @param differentImages of the images, told apart by what they show in place of their names; all
 *     where that was not counted, as in manifests of earlier versions
 */
public record SplitContents(
    String benchmark,
    String split,
    long images,
    long questions,
    long textQuestions,
    String examplesSha256,
    String promptsSha256,
    @JsonSetter(nulls = Nulls.AS_EMPTY) long differentImages) {

  public SplitContents {
    differentImages = differentImages == 0 ? images : differentImages;
  }

  /** Counts and digests of the rows so far of one split. */
  private static final class Running {

    private final String benchmark;
    private final String split;
    private final MessageDigest examples = Sha256.digest();
    private final MessageDigest prompts = Sha256.digest();
    private long images;
    private long questions;
    private long textQuestions;

    Running(Row first) {
      benchmark = first.getString(0);
      split = first.getString(1);
    }

    boolean contains(Row row) {
      return row.getString(0).equals(benchmark) && row.getString(1).equals(split);
    }

    void add(Row row) {
      examples.update((row.mkString("\t") + "\n").getBytes(UTF_8));
      prompts.update((row.getString(5) + "\n").getBytes(UTF_8));
      if (row.getString(2).startsWith(ExampleKeys.IMAGE_PREFIX)) {
        images++;
        questions += row.getInt(3);
      } else {
        textQuestions += row.getInt(3);
      }
    }

    SplitContents contents() {
      return new SplitContents(
          benchmark,
          split,
          images,
          questions,
          textQuestions,
          HexFormat.of().formatHex(examples.digest()),
          HexFormat.of().formatHex(prompts.digest()),
          images);
    }
  }

  /**
   * Reads the rows of all splits, one at a time.
   *
   * @param sorted rows of {@link ExampleKeys#sorted}
   */
  public static List<SplitContents> all(Iterator<Row> sorted) {
    List<SplitContents> all = new ArrayList<>();
    Running running = null;
    while (sorted.hasNext()) {
      Row row = sorted.next();
      if (running == null || !running.contains(row)) {
        if (running != null) {
          all.add(running.contents());
        }
        running = new Running(row);
      }
      running.add(row);
    }
    if (running != null) {
      all.add(running.contents());
    }
    return all;
  }

  /**
   * Returns these contents with the number of different images.
   *
   * @param counted by {@link ExampleKeys#differentImages}
   */
  SplitContents telling(Map<List<String>, Long> counted) {
    return new SplitContents(
        benchmark,
        split,
        images,
        questions,
        textQuestions,
        examplesSha256,
        promptsSha256,
        counted.get(List.of(benchmark, split)));
  }
}
