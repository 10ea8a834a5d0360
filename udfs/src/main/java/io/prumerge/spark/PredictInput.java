package io.prumerge.spark;

import io.prumerge.engine.Question;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.Visual;
import io.prumerge.lang.Text;
import io.prumerge.spark.version.Sequences;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/**
 * Reads the images and questions of rows.
 *
 * @param image index of the column of an image, or of a prompt's images
 * @param video whether a row's images are the frames of one video
 * @param times index of the column with the frames' seconds or {@link LlavaPredictor#TIMES}, or
 *     {@link #NO_COLUMN}
 * @param prompt index of the prompt column
 * @param budget index of the column with the most new tokens, or {@link #NO_COLUMN}
 * @param letters index of the column with the letters of which one is the answer, or {@link
 *     #NO_COLUMN}
 * @param maxNewTokens used if the budgets' column is absent or null; 0 = the checkpoint's own
 *     setting
 * @param margins whether the margins of answers are wanted
 */
record PredictInput(
    int image,
    boolean video,
    int times,
    int prompt,
    int budget,
    int letters,
    int maxNewTokens,
    boolean margins)
    implements Serializable {

  /** The index of {@code times}, {@code budget} or {@code letters} if there is no such column. */
  static final int NO_COLUMN = -1;

  private static final long serialVersionUID = 1L;

  private static final int SECONDS = LlavaPredictor.TIMES.fieldIndex("seconds");
  private static final int RATE = LlavaPredictor.TIMES.fieldIndex("fps");
  private static final int ASSUMED = LlavaPredictor.TIMES.fieldIndex("assumed");

  /** Returns what the row's prompts show; a missing image, or a missing video, has no bytes. */
  List<Visual> visuals(Row row) {
    if (row.isNullAt(image)) {
      return List.of();
    }
    List<byte[]> images = images(row);
    if (!video) {
      return Visual.pictures(images);
    }
    return List.of(
        images.isEmpty()
            ? new Visual.Picture(new byte[0])
            : new Visual.Video(images, times(row, images.size())));
  }

  private FrameTimes times(Row row, int frames) {
    if (times == NO_COLUMN || row.isNullAt(times)) {
      return FrameTimes.UNKNOWN;
    }
    if (!(row.get(times) instanceof Row told)) {
      return known(row.getList(times)).map(FrameTimes::at).orElse(FrameTimes.UNKNOWN);
    }
    Optional<List<Double>> seconds =
        told.isNullAt(SECONDS) ? Optional.empty() : known(told.getList(SECONDS));
    if (told.isNullAt(RATE)) {
      return seconds.map(FrameTimes::at).orElse(FrameTimes.UNKNOWN);
    }
    double rate = told.getDouble(RATE);
    boolean assumed = !told.isNullAt(ASSUMED) && told.getBoolean(ASSUMED);
    return seconds
        .map(each -> new FrameTimes(each, OptionalDouble.of(rate), assumed))
        .orElseGet(() -> FrameTimes.steady(frames, rate, assumed));
  }

  /** Returns the seconds of frames; empty if one is unknown. */
  private static Optional<List<Double>> known(List<Double> seconds) {
    return seconds.contains(null) ? Optional.empty() : Optional.of(seconds);
  }

  private List<byte[]> images(Row row) {
    if (row.schema().apply(image).dataType().equals(DataTypes.BinaryType)) {
      return List.of(row.<byte[]>getAs(image));
    }
    return row.<byte[]>getList(image).stream()
        .map(bytes -> bytes == null ? new byte[0] : bytes)
        .toList();
  }

  /**
   * Returns the row's prompts, including null ones; none if the array of prompts is null itself.
   */
  List<String> prompts(Row row) {
    if (row.schema().apply(prompt).dataType().typeName().equals("string")) {
      return Collections.singletonList(row.getString(prompt));
    }
    return row.isNullAt(prompt) ? List.of() : row.getList(prompt);
  }

  /** Returns the row's questions; none if the array of prompts is null itself. */
  List<Question> questions(Row row) {
    List<String> prompts = prompts(row);
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      String text = prompts.get(i) == null ? "" : prompts.get(i);
      questions.add(
          new Question(
              text, budget(row, i, prompts.size()), letters(row, i, prompts.size()), margins));
    }
    return questions;
  }

  /** Returns the most new tokens of the i-th of {@code prompts} prompts. */
  private int budget(Row row, int i, int prompts) {
    if (budget == NO_COLUMN || row.isNullAt(budget)) {
      return maxNewTokens;
    }
    Integer value;
    if (row.get(budget) instanceof Integer single) {
      value = single;
    } else {
      value = this.<Integer>each(row, budget, prompts).get(i);
    }
    return value == null ? maxNewTokens : value;
  }

  /** Returns the letters of the i-th of {@code prompts} prompts; none if a text answers it. */
  private List<String> letters(Row row, int i, int prompts) {
    if (letters == NO_COLUMN || row.isNullAt(letters)) {
      return List.of();
    }
    if (row.schema().apply(letters).dataType().catalogString().equals("array<string>")) {
      return row.getList(letters);
    }
    Seq<String> values = this.<Seq<String>>each(row, letters, prompts).get(i);
    return values == null ? List.of() : Sequences.list(values);
  }

  private <T> List<T> each(Row row, int column, int prompts) {
    List<T> values = row.getList(column);
    if (values.size() != prompts) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot predict a row with %d prompts and %d values in %s: one for each prompt is"
                  + " needed",
              prompts, values.size(), row.schema().apply(column).name()));
    }
    return values;
  }
}
