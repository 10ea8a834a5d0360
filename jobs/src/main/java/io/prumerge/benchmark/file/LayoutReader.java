package io.prumerge.benchmark.file;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptText;
import io.prumerge.service.Unknown;
import io.prumerge.source.SplitFiles;
import io.prumerge.store.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the {@link DataLayout}s of a file: its {@code columns}, or several under {@code layouts}.
 */
final class LayoutReader {

  /** How the place of the pictures' columns ends. */
  static final String IMAGE_COLUMN = "columns.image";

  /** How the place of the videos' column ends. */
  static final String VIDEO_COLUMN = "columns.video";

  private final CheckedYaml yaml;
  private String asked = "";
  private Set<String> texts = Set.of();
  private Set<String> prompts = Set.of();

  LayoutReader(CheckedYaml yaml) {
    this.yaml = yaml;
  }

  /** Returns the file's layouts; at least one, which may be faulty. */
  List<DataLayout> read(YamlNode root, GivenKeys keys) {
    asked = keys.get(FileKeys.QUESTION).orElse("");
    texts = names(keys.node(FileKeys.TEXTS));
    prompts = names(keys.node(FileKeys.PROMPTS));
    YamlNode several = keys.node(FileKeys.LAYOUTS);
    if (several == null) {
      return List.of(layout(root, keys));
    }
    Stream.of(
            LayoutKeys.COLUMNS,
            LayoutKeys.IMAGES,
            LayoutKeys.IMAGE_OPTIONAL,
            LayoutKeys.OPTIONS_HAVE_LETTERS)
        .filter(keys::has)
        .forEach(
            key ->
                keys.problem(key, " and layouts: name " + key.name() + " in each of the layouts"));
    List<DataLayout> layouts = new ArrayList<>();
    yaml.map(several, "layouts")
        .forEach(
            (name, node) -> {
              GivenKeys own = GivenKeys.of(yaml, node, "layouts." + name, LayoutKeys.GROUP);
              layouts.add(layout(node, own).named(name));
            });
    if (layouts.isEmpty()) {
      yaml.problem(several, "layouts names none");
      layouts.add(layout(root, keys));
    }
    return layouts;
  }

  private static Set<String> names(YamlNode node) {
    return node == null || node.map() == null ? Set.of() : node.map().keySet();
  }

  private DataLayout layout(YamlNode parent, GivenKeys keys) {
    List<ColumnUse> uses = new ArrayList<>();
    GivenKeys columns = keys.get(LayoutKeys.COLUMNS);
    if (!asked.isEmpty() && columns.has(ColumnKeys.QUESTION)) {
      yaml.problem(
          columns.node(ColumnKeys.QUESTION),
          "question and " + columns.place(ColumnKeys.QUESTION) + ": name one of them");
    } else if (asked.isEmpty()
        && !columns.has(ColumnKeys.QUESTION)
        && (columns.node() == null || columns.node().map() != null)) {
      yaml.problem(
          columns.node() == null ? parent : columns.node(),
          "the key '"
              + columns.place(ColumnKeys.QUESTION)
              + "' is missing: it names the column of the questions;"
              + " 'question' without a column is one that all rows ask");
    }
    used(keys, LayoutKeys.HAS, uses);
    Optional<String> each = keys.get(LayoutKeys.EACH);
    each.ifPresent(
        one ->
            uses.add(
                new ColumnUse(
                    keys.place(LayoutKeys.EACH), one, keys.node(LayoutKeys.EACH).line())));
    List<String> filled = used(keys, LayoutKeys.ROWS_WITH, uses);
    QuestionColumns all = new Columns(columns, uses).all();
    Map<String, Pattern> parts =
        parts(keys.get(LayoutKeys.PARTS), keys.place(LayoutKeys.PARTS), uses);
    List<LayoutJoin> joins =
        new JoinReader(yaml, keys.has(LayoutKeys.FILES), uses)
            .read(keys.get(LayoutKeys.JOIN), keys.place(LayoutKeys.JOIN));
    parts.values().stream()
        .map(Pattern::namedGroups)
        .forEach(named -> uses.removeIf(use -> named.containsKey(use.column())));
    return new DataLayout(
        "",
        new LayoutFiles(
            files(keys), keys.place().isEmpty() ? Optional.empty() : keys.get(LayoutKeys.SPLIT)),
        keys.get(LayoutKeys.IMAGES),
        keys.get(LayoutKeys.IMAGE_OPTIONAL),
        keys.get(LayoutKeys.OPTIONS_HAVE_LETTERS),
        new LayoutRows(filled, each, parts, joins, prompted(keys)),
        all,
        uses);
  }

  /** Returns the files that are told by their names. */
  private static Optional<SplitFiles> files(GivenKeys keys) {
    Optional<Matcher> name = keys.get(LayoutKeys.FILES).map(LayoutKeys.FILES_PATTERN::matcher);
    if (name.isPresent() && !name.get().matches()) {
      keys.problem(
          LayoutKeys.FILES,
          " must be a name with one {}, in which the splits are that there are, such as"
              + " data/{train|val}.json, or one *");
      return Optional.empty();
    }
    return name.map(
        of ->
            new SplitFiles(
                of.group(2),
                of.group(3) == null ? SplitFiles.ALL : of.group(3).replace(".", "\\."),
                of.group(4),
                Optional.ofNullable(of.group(1)).orElse(".")));
  }

  /** Returns which prompts the data hold: a wording's, or those of its name and the rows' text. */
  private Optional<RowPrompts> prompted(GivenKeys keys) {
    YamlNode node = keys.get(LayoutKeys.PROMPTED);
    if (node == null) {
      return Optional.empty();
    }
    String place = keys.place(LayoutKeys.PROMPTED);
    if (!asked.isEmpty()) {
      yaml.problem(node, place + " and question: name one of them");
    }
    Optional<String> name =
        node.map() == null ? yaml.text(node, place) : node.map().keySet().stream().findFirst();
    if (node.map() != null && node.map().size() != 1) {
      yaml.problem(node, place + " must name one wording");
    }
    if (name.isPresent() && !prompts.contains(name.get())) {
      yaml.problem(node, place + ": " + Unknown.message("key of prompts", name.get(), prompts));
    }
    return name.map(
        one ->
            new RowPrompts(
                one,
                Optional.ofNullable(node.map())
                    .map(texts -> text(texts.get(one), place + "." + one))));
  }

  private PromptText text(YamlNode node, String place) {
    PromptText text = PromptText.of(yaml.texts(node, place));
    if (text.names().stream().noneMatch(AskedText::hasValue)) {
      yaml.problem(node, place + " has no {question}");
    }
    return text;
  }

  /** Returns the expressions by column; tables need these columns instead of the named parts. */
  private Map<String, Pattern> parts(YamlNode node, String place, List<ColumnUse> uses) {
    Map<String, Pattern> parts = new LinkedHashMap<>();
    if (node == null) {
      return parts;
    }
    Map<String, YamlNode> all = yaml.map(node, place);
    all.forEach(
        (column, regex) ->
            yaml.patterns(regex, place + "." + column).stream()
                .findFirst()
                .ifPresent(
                    pattern -> {
                      if (pattern.namedGroups().isEmpty()) {
                        yaml.problem(regex, place + "." + column + " has no group (?P<name>...)");
                      }
                      parts.put(column, pattern);
                    }));
    yaml.someOf(node, place, all);
    parts.keySet().forEach(one -> uses.add(new ColumnUse(place, one, node.line())));
    return parts;
  }

  /** Returns the columns that a key names, and notes that they are used. */
  private static List<String> used(GivenKeys keys, Key<List<String>> key, List<ColumnUse> uses) {
    List<String> columns = keys.get(key);
    columns.forEach(one -> uses.add(new ColumnUse(keys.place(key), one, keys.node(key).line())));
    return columns;
  }

  /** The columns of one layout. */
  private final class Columns {

    private final GivenKeys keys;
    private final List<ColumnUse> uses;

    Columns(GivenKeys keys, List<ColumnUse> uses) {
      this.keys = keys;
      this.uses = uses;
    }

    QuestionColumns all() {
      YamlNode options = keys.node(ColumnKeys.OPTIONS);
      boolean one = keys.has(ColumnKeys.ANSWER);
      return new QuestionColumns(
          column(ColumnKeys.ID),
          columns(ColumnKeys.IMAGE),
          imageName(),
          video(),
          column(ColumnKeys.QUESTION).orElse(""),
          asked,
          columns(ColumnKeys.OPTIONS),
          options != null && options.list() == null,
          keys.get(ColumnKeys.OPTIONS_IN_QUESTION),
          column(one ? ColumnKeys.ANSWER : ColumnKeys.ANSWERS),
          one,
          columns(ColumnKeys.CATEGORY),
          extra(),
          column(ColumnKeys.UNIT),
          units(),
          column(ColumnKeys.SPLIT));
    }

    private Optional<PromptText> imageName() {
      Optional<PromptText> name =
          keys.get(ColumnKeys.IMAGE_NAME).map(text -> PromptText.of(List.of(text)));
      YamlNode image = keys.node(ColumnKeys.IMAGE);
      if (name.isPresent() && (image == null || image.list() != null)) {
        keys.problem(
            ColumnKeys.IMAGE_NAME,
            " is of one picture: name its column by " + keys.place(ColumnKeys.IMAGE));
      }
      name.ifPresent(text -> text.names().forEach(one -> use(ColumnKeys.IMAGE_NAME, one)));
      return name;
    }

    private Optional<VideoColumns> video() {
      if (!keys.has(ColumnKeys.VIDEO)) {
        ColumnKeys.OF_VIDEOS.stream()
            .filter(keys::has)
            .forEach(
                key -> keys.problem(key, " is of videos: name " + keys.place(ColumnKeys.VIDEO)));
        return Optional.empty();
      }
      List<String> folders = keys.get(ColumnKeys.VIDEO_FOLDER);
      folders.stream()
          .filter(folder -> !texts.contains(folder))
          .forEach(folder -> use(ColumnKeys.VIDEO_FOLDER, folder));
      return column(ColumnKeys.VIDEO)
          .map(
              name ->
                  new VideoColumns(
                      name,
                      column(ColumnKeys.VIDEO_NAME),
                      folders,
                      !folders.isEmpty() && keys.node(ColumnKeys.VIDEO_FOLDER).list() != null,
                      column(ColumnKeys.START),
                      column(ColumnKeys.END),
                      column(ColumnKeys.FPS)));
    }

    private Map<String, List<String>> units() {
      Map<String, List<String>> units = keys.get(ColumnKeys.UNITS);
      units.forEach(
          (kind, columns) ->
              columns.forEach(
                  one ->
                      uses.add(
                          new ColumnUse(
                              keys.place(ColumnKeys.UNITS) + "." + kind,
                              one,
                              keys.node(ColumnKeys.UNITS).map().get(kind).line()))));
      return units;
    }

    private List<String> extra() {
      List<String> columns = columns(ColumnKeys.EXTRA);
      columns.stream()
          .filter(BenchmarkQuestion.OWN_VALUES::contains)
          .forEach(
              one ->
                  keys.problem(
                      ColumnKeys.EXTRA,
                      ": '" + one + "' is a value that questions have of their own"));
      return columns;
    }

    private Optional<String> column(Key<Optional<String>> key) {
      Optional<String> column = keys.get(key);
      column.ifPresent(one -> use(key, one));
      return column;
    }

    private List<String> columns(Key<List<String>> key) {
      return used(keys, key, uses);
    }

    private void use(Key<?> key, String column) {
      uses.add(new ColumnUse(keys.place(key), column, keys.node(key).line()));
    }
  }
}
