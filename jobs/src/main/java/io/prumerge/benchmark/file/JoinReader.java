package io.prumerge.benchmark.file;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.prumerge.source.SplitFiles;
import io.prumerge.store.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a layout says under {@code join}: one {@link LayoutJoin}, or a list of them. */
final class JoinReader {

  static final List<String> JOIN = List.of("files", "config", "on", "columns");

  /** A folder, and a name with the split in the place of {@code {split}}, or * for all. */
  private static final Pattern FILES =
      Pattern.compile("(?:([^{}*]+)/)?([^/{}*]*)(\\{split}|\\*)([^/{}*]*)");

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
    String above = place + ".";
    Map<String, YamlNode> keys = yaml.map(node, place);
    yaml.requireKnown(above, keys, JOIN);
    if (node.map() != null) {
      yaml.requireAll(node, above, keys, List.of("on", "columns"));
    }
    YamlNode key = keys.get("on");
    Map<String, String> on = yaml.textsByKey(key, above + "on");
    if (key != null) {
      yaml.requireSome(key, above + "on", on);
    }
    List<String> columns = yaml.texts(keys, above, "columns");
    uses.removeIf(use -> columns.contains(use.column()));
    on.keySet().forEach(own -> uses.add(new ColumnUse(above + "on", own, key.line())));
    if (keys.containsKey("files") && keys.containsKey("config")) {
      yaml.problem(keys.get("config"), above + "files and " + above + "config: name one of them");
    }
    return new LayoutJoin(files(keys, above), yaml.text(keys, above, "config"), on, columns);
  }

  private Optional<SplitFiles> files(Map<String, YamlNode> keys, String above) {
    Optional<Matcher> name = yaml.text(keys, above, "files").map(FILES::matcher);
    if (name.isPresent() && !named) {
      yaml.problem(
          keys.get("files"),
          above + "files is of a form that names its own files, by their splits");
    }
    if (name.isPresent() && !name.get().matches()) {
      yaml.problem(
          keys.get("files"),
          above + "files must be a name with one * or {split}, as data/{split}_answers.json");
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
