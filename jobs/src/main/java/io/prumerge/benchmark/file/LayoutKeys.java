package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.rule.ValueForm;
import io.prumerge.store.YamlNode;
import java.util.List;
import java.util.Optional;

/** The keys of one form of the data; some of them stand at the file's top if there is only one. */
final class LayoutKeys {

  /** A folder, and a name with the splits that there are in their place, or * for anything. */
  static final Pattern FILES_PATTERN =
      Pattern.compile(
          "(?:([^{}*]+)/)?([^/{}*]*)(?:\\{([\\w.-]+(?:\\|[\\w.-]+)*)\\}|\\*)([^/{}*]*)");

  /**
   * Files that have this form by their names, before forms without this key, in the folder or its
   * {@code data/}: {@code "data/{train|val}.json"} with the splits in braces; with one {@code *}
   * for them, all files of such names are one split, whichever is asked for.
   */
  static final Key<Optional<String>> FILES =
      Key.of("files", ValueForm.TEXT.like(FILES_PATTERN.pattern()), CheckedYaml::text);

  /**
   * The split that is read of the tables of this form if none is asked for; by default the file's.
   * {@code "*"}: all are one, whatever is asked for, where there is no table of the file's.
   */
  static final Key<Optional<String>> SPLIT = Key.text("split");

  /**
   * The questions are prompts of that wording: kept under it, else without its text. {@code {llava:
   * "{question}\nIn a word."}}: they read so, whatever that wording says by now.
   */
  static final Key<YamlNode> PROMPTED =
      Key.node(
          "prompted",
          ValueForm.TEXT.or("a text, or its pieces by it", ValueForm.TEXTS.byKey("name", 1)));

  /** Folders below which the data name files; without them the columns hold the pictures. */
  static final Key<List<LocatedText>> IMAGES = Key.located("images");

  /** Whether a form of the data is read of which no row has a picture; else it is refused. */
  static final Key<Boolean> IMAGE_OPTIONAL = Key.flag("image_optional");

  /** Whether {@code A. cat} is the option {@code cat}, where all of a row's begin so. */
  static final Key<Boolean> OPTIONS_HAVE_LETTERS = Key.flag("options_have_letters");

  /** Which columns hold the parts of a question. */
  static final Key<GivenKeys> COLUMNS = Key.group("columns", ColumnKeys.GROUP);

  /** Further columns that data of this form have. */
  static final Key<List<String>> HAS = Key.texts("has");

  /**
   * A row is a question for each value of this column, which are between commas or in a list; its
   * id is {@code id/value}.
   */
  static final Key<Optional<String>> EACH = Key.text("each");

  /** Rows without values of these columns are no questions. */
  static final Key<List<String>> ROWS_WITH = Key.texts("rows_with");

  /**
   * By column RE2's expression whose named groups are columns, too, also of joined rows: {@code
   * {number: '^[a-z]+_(?P<set>[0-9]+)$'}}.
   */
  static final Key<YamlNode> PARTS = Key.node("parts", ValueForm.TEXT.byKey("column", 1));

  /** Columns of other rows with the same key; or a list of such. */
  static final Key<YamlNode> JOIN = Key.node("join", JoinReader.GROUP.form().orList("such"));

  static final KeyGroup GROUP =
      KeyGroup.of(
          "layout",
          FILES,
          SPLIT,
          PROMPTED,
          IMAGES,
          IMAGE_OPTIONAL,
          OPTIONS_HAVE_LETTERS,
          COLUMNS,
          HAS,
          EACH,
          ROWS_WITH,
          PARTS,
          JOIN);

  private LayoutKeys() {}
}
