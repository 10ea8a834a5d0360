package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.rule.ValueForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys that say which columns hold the parts of a question. */
final class ColumnKeys {

  /** Of the questions' ids; by default the row's number, from 1. */
  static final Key<Optional<String>> ID = Key.text("id");

  /**
   * Of a picture: a file's name (or a list of such), base64, {@code {bytes, path}}; or {@code
   * struct.field}, at any depth. Several are several pictures.
   */
  static final Key<List<String>> IMAGE = Key.texts("image");

  /** Each picture's own name: {@code "{docId}.png"}. */
  static final Key<Optional<String>> IMAGE_NAME = Key.text("image_name");

  /**
   * Of a video, in place of {@code image}: a folder of frames below {@code images}, or a list of
   * frames.
   */
  static final Key<Optional<String>> VIDEO = Key.text("video");

  /** Of the name of a video whose frames the row holds. */
  static final Key<Optional<String>> VIDEO_NAME = Key.text("video_name");

  /**
   * A column, or one of {@code texts}, whose value stands before the video's name; of a list, the
   * first whose folder is there, else none.
   */
  static final Key<List<String>> VIDEO_FOLDER = Key.texts("video_folder");

  /** Of the second at which the part begins that is asked about, if the files are not cut to it. */
  static final Key<Optional<String>> START = Key.text("start");

  /** Of the second at which it ends. */
  static final Key<Optional<String>> END = Key.text("end");

  /** Of the frames a second of the whole video. */
  static final Key<Optional<String>> FPS = Key.text("fps");

  /** Of the question; needed unless all rows ask {@code question} at the file's top. */
  static final Key<Optional<String>> QUESTION = Key.text("question");

  /**
   * A list: a column for each option, empty cells left out. A name: of a list, lines {@code A.
   * cat}, a dict or {@code {text, label}}; letters place the options, other keys and labels name
   * them.
   */
  static final Key<List<String>> OPTIONS = Key.texts("options");

  /**
   * RE2's expressions whose groups are the options, of the first that matches the question: {@code
   * '(?s)^(?P<question>.*)\nA\. (.*)\nB\. (.*)$'}.
   */
  static final Key<List<Pattern>> OPTIONS_IN_QUESTION = Key.patterns("options_in_question");

  /** Of the right answers: a text, number, list, or the text of a JSON or Python list. */
  static final Key<Optional<String>> ANSWERS = Key.text("answers");

  /** Of one right answer, which may look like a list; in place of {@code answers}. */
  static final Key<Optional<String>> ANSWER = Key.text("answer");

  /**
   * Of groups with figures of their own. Of several columns they are called {@code product=lamp}.
   * {@code _file} is the file's name without its ending.
   */
  static final Key<List<String>> CATEGORY = Key.texts("category");

  /**
   * Of values that the rule needs. {@code _position}: ids are category/number ({@code red/1}), of
   * JSON lines the line's; answers in a file for each category need no ids, but its order.
   */
  static final Key<List<String>> EXTRA = Key.texts("extra");

  /** Questions of one value of this column are a unit, for the statistic {@code units}. */
  static final Key<Optional<String>> UNIT = Key.text("unit");

  /**
   * Units of several kinds, by their columns: {@code {pair: [set, number], picture: [image]}}; in
   * place of {@code unit}.
   */
  static final Key<Map<String, List<String>>> UNITS =
      Key.of(
          "units",
          ValueForm.TEXTS.byName("kind", 1),
          (yaml, node, place) -> yaml.someOf(node, place, yaml.listsByName(node, place)));

  /** Of the split's name: only rows of the asked one are questions. */
  static final Key<Optional<String>> SPLIT = Key.text("split");

  static final KeyGroup GROUP =
      KeyGroup.of(
              "columns",
              ID,
              IMAGE,
              IMAGE_NAME,
              VIDEO,
              VIDEO_NAME,
              VIDEO_FOLDER,
              START,
              END,
              FPS,
              QUESTION,
              OPTIONS,
              OPTIONS_IN_QUESTION,
              ANSWERS,
              ANSWER,
              CATEGORY,
              EXTRA,
              UNIT,
              UNITS,
              SPLIT)
          .either(ANSWER, ANSWERS)
          .either(IMAGE, VIDEO)
          .either(UNIT, UNITS);

  /** Keys that say more of videos. */
  static final List<Key<?>> OF_VIDEOS = List.of(VIDEO_NAME, VIDEO_FOLDER, START, END, FPS);

  private ColumnKeys() {}
}
