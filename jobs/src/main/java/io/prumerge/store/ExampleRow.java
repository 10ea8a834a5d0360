package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.RecordColumns;
import java.util.List;
import java.util.Map;

/**
 * An image, or the images of one prompt, with its questions; a row of {@link Table#EXAMPLES}.
 *
 * @param imageId null without an image
 * @param image the file; null where it is missing
 * @param imageSha256 of several images the hash of their hashes; null where one is missing
 * @param width in pixels; null, like the height, for what cannot be read
 * @param moreImages files of the prompt's further images; null if it has one image or none
 */
public record ExampleRow(
    String benchmark,
    String split,
    String imageId,
    byte[] image,
    String imageSha256,
    Integer width,
    Integer height,
    List<Question> questions,
    @AddedLater List<byte[]> moreImages) {

  /**
   * A question about the image.
   *
   * @param question without the prompt's further words
   * @param answers of the reference
   * @param options of a multiple-choice question
   * @param maxNewTokens null for the run's own limit
   * @param extra what only some benchmarks have, by name
   */
  public record Question(
      String questionId,
      String prompt,
      String question,
      String category,
      List<String> answers,
      List<String> options,
      Integer maxNewTokens,
      Map<String, String> extra) {

    /** The fields of the column {@code questions}. */
    public static final RecordColumns<Question> COLUMNS = RecordColumns.of(Question.class);

    /** Returns this question with other further values. */
    public Question withExtra(Map<String, String> values) {
      return new Question(
          questionId, prompt, question, category, answers, options, maxNewTokens, values);
    }
  }
}
