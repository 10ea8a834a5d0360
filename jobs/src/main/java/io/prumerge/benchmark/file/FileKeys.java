package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.rule.ValueForm;
import io.prumerge.store.YamlNode;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The keys at the top of a benchmark's file. */
final class FileKeys {

  /**
   * What tables call the benchmark: letters, digits, {@code .}, {@code _} or {@code -}, at most 64;
   * no built-in name.
   */
  static final Key<Optional<String>> NAME =
      Key.of("name", ValueForm.TEXT.like(ValueForm.NAME), CheckedYaml::text)
          .required("it is what tables call the benchmark");

  /**
   * Files of the questions ({@code .csv}, {@code .tsv}, {@code .jsonl}, {@code .json}, {@code
   * .parquet}), a folder of them, {@code hf:ORG/NAME}, {@code table:NAME}, or what Spark reads:
   * {@code {format: csv, path: tickets, options: {sep: ";"}}}. Relative paths start at the file's
   * folder.
   */
  static final Key<YamlNode> DATA =
      Key.node(
              "data",
              ValueForm.TEXTS.or(
                  "a text, a list of texts, or [keys](#spark)", SparkKeys.GROUP.form()))
          .required("it names the file of the questions");

  /**
   * Of a data set with several configurations, the folder to read; by default all. Of one with
   * several for each split, {@code "{split}_rows"}.
   */
  static final Key<Optional<String>> CONFIG = Key.text("config");

  /** The split that is read if none is asked for; by default {@code test}. */
  static final Key<Optional<String>> SPLIT = Key.text("split");

  /** Of CSV and TSV; by default {@code utf-8}. */
  static final Key<Charset> ENCODING =
      Key.choice("encoding", TextEncoding.NAMES, TextEncoding.USUAL);

  /** The question of every row, in place of {@code columns.question}. */
  static final Key<Optional<String>> QUESTION = Key.text("question");

  /**
   * Forms of the data by names of yours, in place of {@code columns} and {@code images}; the first
   * whose columns are there is read.
   */
  static final Key<YamlNode> LAYOUTS =
      Key.node("layouts", LayoutKeys.GROUP.form().byKey("form", 1));

  /** Texts in place of the answers that the data have: {@code {"1": "yes", "0": "no"}}. */
  static final Key<Map<String, String>> ANSWER_NAMES = Key.textsByKey("answer_names", "answer");

  /**
   * The group of this expression (RE2's) is the part of a category's value that counts: {@code
   * '^[a-z]+_(.+)_[0-9]+$'}.
   */
  static final Key<Optional<Pattern>> CATEGORY_PATTERN = Key.pattern("category_pattern");

  /**
   * Names of the categories' values, of which one may be in several groups: {@code {test_human:
   * human, "1": [generated, hard]}}.
   */
  static final Key<Map<String, List<String>>> CATEGORIES = Key.listsByKey("categories", "value");

  /**
   * What such a category tells of a question: {@code {size: [small, large]}}; its column does not
   * stand before it.
   */
  static final Key<Map<String, List<String>>> KINDS = Key.listsByKey("kinds", "kind");

  /** Texts by names of yours, for prompts: {@code {instruction}} is that of the row's values. */
  static final Key<Map<String, GivenKeys>> TEXTS = Key.named("texts", TextKeys.GROUP, 0);

  /**
   * How questions are worded: one wording, or several by names of yours, of which the first is the
   * default and {@code --prompts} names another. By default {@code ["{question}", "\n{options}"]}.
   */
  static final Key<YamlNode> PROMPTS =
      Key.node(
          "prompts",
          ValueForm.TEXTS.or(
              "pieces, or by name pieces or [keys](#wording)",
              ValueForm.TEXTS.or("", WordingReader.GROUP.form()).byName("name", 1)));

  /** Of an answer; by default the checkpoint's. */
  static final Key<OptionalInt> MAX_NEW_TOKENS = Key.positive("max_new_tokens");

  /** Whether pictures are turned as their EXIF says, the default, or read as stored. */
  static final Key<Boolean> ORIENTATION =
      Key.choice("orientation", new TreeMap<>(Map.of("exif", true, "stored", false)), true);

  /**
   * Profiles by names of yours: the first is the default, {@code score --profile} names another. By
   * default the rule {@code exact}.
   */
  static final Key<YamlNode> SCORE = Key.node("score", ProfileKeys.GROUP.form().byName("name", 1));

  /**
   * Figures by names of yours, in percent; the first is the headline. By default {@code accuracy},
   * or the rule's own.
   */
  static final Key<Map<String, GivenKeys>> FIGURES = Key.named("figures", FigureKeys.GROUP, 1);

  /** What {@code score --export} writes, and {@code score --answers} reads, too. */
  static final Key<GivenKeys> ANSWER_FILE = Key.group("answer_file", AnswerFileKeys.GROUP);

  static final KeyGroup GROUP =
      KeyGroup.of(
          "file",
          NAME,
          DATA,
          CONFIG,
          SPLIT,
          ENCODING,
          LayoutKeys.IMAGES,
          LayoutKeys.IMAGE_OPTIONAL,
          LayoutKeys.OPTIONS_HAVE_LETTERS,
          QUESTION,
          LayoutKeys.COLUMNS,
          LAYOUTS,
          ANSWER_NAMES,
          CATEGORY_PATTERN,
          CATEGORIES,
          KINDS,
          TEXTS,
          PROMPTS,
          MAX_NEW_TOKENS,
          ORIENTATION,
          SCORE,
          FIGURES,
          ANSWER_FILE);

  private FileKeys() {}
}
