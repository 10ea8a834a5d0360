package io.prumerge.benchmark.file;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.prumerge.benchmark.rule.ValueForm;
import io.prumerge.source.SplitFiles;
import io.prumerge.store.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a layout says under {@code join}: one {@link LayoutJoin}, or a list of them. */
final class JoinReader {

  /** A folder, and a name with the split in the place of {@code {split}}, or * for all. */
  private static final Pattern PATTERN =
      Pattern.compile("(?:([^{}*]+)/)?([^/{}*]*)(\\{split\\}|\\*)([^/{}*]*)");

  /**
   * Files of the split that is read: {@code "data/{split}_answers.json"}; where they are not there,
   * nor are the columns. With one {@code *} for the split: rows of all such files.
   */
  private static final Key<Optional<String>> FILES =
      Key.of("files", ValueForm.TEXT.like(PATTERN.pattern()), CheckedYaml::text);

  /**
   * Without {@code files}, a table of the hub's that has all columns; of several, this folder's.
   */
  private static final Key<Optional<String>> CONFIG = Key.text("config");

  /**
   * By our column what it is called there: {@code {photo: _key}}; {@code _key} is of an object
   * whose values are the rows.
   */
  private static final Key<Map<String, String>> ON = Key.textsByKey("on", "column").required();

  /** The columns from there. */
  private static final Key<List<String>> COLUMNS = Key.texts("columns").required();

  /** The keys of columns that rows have from other files. */
  static final KeyGroup GROUP =
      KeyGroup.of("join", FILES, CONFIG, ON, COLUMNS).either(FILES, CONFIG);

  private final CheckedYaml yaml;
  private final boolean named;
  private final List<ColumnUse> uses;

  /**
   * @param named whether the layout's own files are told by their names, with their splits
   * @param uses gets the columns of keys, and loses those that rows have from other files
   */
  JoinReader(CheckedYaml yaml, boolean named, List<ColumnUse> uses) {
    this.yaml = yaml;
    this.named = named;
    this.uses = uses;
  }

  List<LayoutJoin> read(YamlNode node, String place) {
    List<LayoutJoin> joins = new ArrayList<>();
    if (node != null) {
      for (YamlNode one : node.list() == null ? List.of(node) : node.list()) {
        joins.add(join(one, place));
      }
    }
    return joins;
  }

  private LayoutJoin join(YamlNode node, String place) {
    GivenKeys keys = GivenKeys.of(yaml, node, place, GROUP);
    Map<String, String> on = keys.get(ON);
    List<String> columns = keys.get(COLUMNS);
    uses.removeIf(use -> columns.contains(use.column()));
    on.keySet().forEach(own -> uses.add(new ColumnUse(keys.place(ON), own, keys.node(ON).line())));
    return new LayoutJoin(files(keys), keys.get(CONFIG), on, columns);
  }

  private Optional<SplitFiles> files(GivenKeys keys) {
    Optional<Matcher> name = keys.get(FILES).map(PATTERN::matcher);
    if (name.isPresent() && !named) {
      keys.problem(FILES, " is of a form that names its own files, by their splits");
    }
    if (name.isPresent() && !name.get().matches()) {
      keys.problem(FILES, " must be a name with one * or {split}, as data/{split}_answers.json");
      return Optional.empty();
    }
    return name.map(
        of ->
            new SplitFiles(
                of.group(2),
                of.group(3).equals("*") ? SplitFiles.ALL : "",
                of.group(4),
                Optional.ofNullable(of.group(1)).orElse(".")));
  }
}
