package io.prumerge.report;

import static org.apache.spark.sql.functions.col;

import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.Wording;
import io.prumerge.engine.ErrorKind;
import io.prumerge.image.codec.ForeignFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Says what helps against the errors of answers: to ask again helps against few kinds only. */
public final class ErrorRemedies {

  /** Where a remedy is applied. */
  private enum Place {
    DATA,
    SETTINGS,
    /** The next time may be better. */
    ASKING
  }

  /**
   * What helps.
   *
   * @param text empty where there is nothing to do but to ask again
   */
  private record Remedy(Place place, Wording text) {

    static Remedy data(String text) {
      return new Remedy(Place.DATA, Wording.plain(text));
    }

    static Remedy settings(String format, Object... values) {
      return new Remedy(Place.SETTINGS, Wording.of(format, values));
    }
  }

  private ErrorRemedies() {}

  /**
   * Returns what helps against the errors in answers, the most frequent first.
   *
   * @param predictions rows of {@link io.prumerge.store.Table#PREDICTIONS}; those without an error
   *     do not count
   * @return empty if there are no errors, or none of a known kind
   */
  public static Wording of(Dataset<Row> predictions) {
    List<Row> found =
        predictions
            .where(col("error").isNotNull())
            .select(functions.substring_index(col("error"), ":", 1).as("kind"), format().as("of"))
            .groupBy("kind", "of")
            .count()
            .orderBy(col("count").desc(), col("kind"), col("of"))
            .collectAsList();
    List<Wording> said = new ArrayList<>();
    SortedSet<Place> places = new TreeSet<>();
    SortedSet<String> again = new TreeSet<>();
    long asked = 0;
    for (Row row : found) {
      Optional<ErrorKind> kind = kind(row.getAs("kind"));
      if (kind.isEmpty()) { // of another version
        continue;
      }
      long count = row.<Long>getAs("count");
      Remedy remedy = remedy(kind.get(), row.getAs("of"));
      places.add(remedy.place());
      if (remedy.place() == Place.ASKING) {
        again.add(kind.get().label());
        asked += count;
      } else {
        said.add(
            Wording.of(
                "%s with %s: %s", Texts.count(count, "answer"), kind.get().label(), remedy.text()));
      }
    }
    if (!said.isEmpty()) {
      said.add(
          Wording.plain(
              places.contains(Place.DATA)
                  ? "then prepare the examples again, and run in a new folder"
                  : "then run in a new folder"));
    }
    if (!again.isEmpty()) {
      said.add(asking(again, asked, said.isEmpty()));
    }
    return Wording.join("; ", said);
  }

  private static Wording asking(SortedSet<String> kinds, long answers, boolean alone) {
    return alone
        ? Wording.of("%s %s asks these questions again", Setting.RESUME, Setting.RETRY_ERRORS)
        : Wording.of(
            "%s %s %s asks the questions of the other %s again",
            Setting.RESUME,
            Setting.RETRY_ERRORS,
            String.join(" ", kinds),
            Texts.count(answers, "answer"));
  }

  /** Returns the words about a picture's format in an error; null without. */
  private static Column format() {
    return functions.coalesce(
        Stream.of(ForeignFormat.values())
            .map(ForeignFormat::refusal)
            .map(words -> functions.when(col("error").contains(words), functions.lit(words)))
            .toArray(Column[]::new));
  }

  private static Optional<ErrorKind> kind(String label) {
    return Stream.of(ErrorKind.values()).filter(kind -> kind.label().equals(label)).findFirst();
  }

  /**
   * Returns what helps.
   *
   * @param format what is wrong with a picture's format, with what helps; may be null
   */
  private static Remedy remedy(ErrorKind kind, String format) {
    return switch (kind) {
      case IMAGE_MISSING -> Remedy.data("put the pictures where the data name them");
      case IMAGE_CORRUPT -> Remedy.data("copy the pictures anew, or leave them out");
      case IMAGE_TOO_LARGE -> Remedy.data("make the pictures smaller");
      case IMAGE_UNSUPPORTED ->
          Remedy.data(
              format == null
                  ? "save the pictures as PNG; where the error counts images, ask a model that"
                      + " takes several"
                  : format);
      case IMAGE_INEXACT -> Remedy.data("open and save the pictures by Pillow, as PNG");
      case VIDEO_UNSUPPORTED ->
          Remedy.settings(
              "the error says what takes no video; ask a model that takes videos, and one behind an"
                  + " endpoint with %s pictures",
              Setting.VIDEO_AS);
      case VIDEO_MISSING -> Remedy.data("put folders of frames where the data name the videos");
      case VIDEO_CORRUPT -> Remedy.data("write the videos' frames anew");
      case VIDEO_TOO_LARGE -> Remedy.settings("prepare fewer or smaller frames");
      case FRAMES_UNAVAILABLE ->
          Remedy.settings("prepare the videos by a rule and a number that they allow");
      case PROMPT_EMPTY -> Remedy.data("give the questions a text");
      case PROMPT_PLACEHOLDER -> Remedy.data("give the questions one <image> for each picture");
      case PROMPT_TOO_LONG ->
          Remedy.settings(
              "keep fewer visual tokens, lower %s, or shorten the questions",
              Setting.MAX_NEW_TOKENS);
      case PROMPT_UNKNOWN_TOKEN -> Remedy.data("take the tokens that the error names out");
      case LETTER_NOT_A_TOKEN -> Remedy.settings("answer by text: leave %s out", Setting.ANSWER_BY);
      case MAX_NEW_TOKENS_INVALID -> Remedy.settings("set %s to 0 or more", Setting.MAX_NEW_TOKENS);
      case REDUCTION_FAILED ->
          Remedy.settings("the error says what the method lacks; change or leave out the method");
      case MODEL_NOT_FINITE -> Remedy.settings("set another %s, such as fp32", Setting.DTYPE);
      case LOGGED_FAILURE ->
          Remedy.settings("ask these questions again where the answers come from");
      case DEVICE_OUT_OF_MEMORY, ENDPOINT_FAILED -> new Remedy(Place.ASKING, Wording.plain(""));
    };
  }
}
