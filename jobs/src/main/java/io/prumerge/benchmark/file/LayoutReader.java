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

/**
 * Reads the {@link DataLayout}s of a file: its {@code columns}, or several under {@code layouts}.
 */
final class LayoutReader {

  /** Whether pictures may be missing altogether. */
  static final String IMAGE_OPTIONAL = "image_optional";

  /** Whether options may begin with their letters. */
  static final String OPTIONS_HAVE_LETTERS = "options_have_letters";

  /** How the place of the pictures' columns ends. */
  static final String IMAGE_COLUMN = "columns.image";

  /** How the place of the videos' column ends. */
  static final String VIDEO_COLUMN = "columns.video";

  private static final String IMAGE_NAME = "image_name";
  private static final String VIDEO = "video";
  private static final String VIDEO_NAME = "video_name";
  private static final String VIDEO_FOLDER = "video_folder";

  private static final String PROMPTED = "prompted";

  /** A column, or at the file's top what all rows ask. */
  private static final String QUESTION = "question";

  static final List<String> COLUMNS =
      List.of(
          "id",
          "image",
          IMAGE_NAME,
          VIDEO,
          VIDEO_NAME,
          VIDEO_FOLDER,
          "start",
          "end",
          "fps",
          QUESTION,
          "options",
          "options_in_question",
          "answers",
          "answer",
          "category",
          "extra",
          "unit",
          "units",
          "split");

  static final List<String> LAYOUT =
      List.of(
          "files",
          "split",
          PROMPTED,
          "images",
          IMAGE_OPTIONAL,
          OPTIONS_HAVE_LETTERS,
          "columns",
          "has",
          "rows_with",
          "parts",
          "join");

  private static final String OPTIONS = "options";
  private static final String ANSWER = "answer";
  private static final String ANSWERS = "answers";

  /** A folder, and a name with the splits that there are in their place, or * for anything. */
  private static final Pattern FILES =
      Pattern.compile("(?:([^{}*]+)/)?([^/{}*]*)(?:\\{([\\w.-]+(?:\\|[\\w.-]+)*)}|\\*)([^/{}*]*)");

  private final CheckedYaml yaml;
  private String asked = "";
  private Set<String> texts = Set.of();
  private Set<String> prompts = Set.of();

  LayoutReader(CheckedYaml yaml) {
    this.yaml = yaml;
  }

  /** Returns the file's layouts; at least one, which may be faulty. */
  List<DataLayout> read(YamlNode root, Map<String, YamlNode> keys) {
    asked = yaml.text(keys, "", QUESTION).orElse("");
    texts = names(keys.get("texts"));
    prompts = names(keys.get("prompts"));
    YamlNode several = keys.get("layouts");
    if (several == null) {
      return List.of(layout(root, "", keys));
    }
    for (String key : List.of("columns", "images", IMAGE_OPTIONAL, OPTIONS_HAVE_LETTERS)) {
      if (keys.containsKey(key)) {
        yaml.problem(keys.get(key), key + " and layouts: name " + key + " in each of the layouts");
      }
    }
    List<DataLayout> layouts = new ArrayList<>();
    yaml.map(several, "layouts")
        .forEach(
            (name, node) -> {
              String above = "layouts." + name + ".";
              Map<String, YamlNode> own = yaml.map(node, "layouts." + name);
              yaml.requireKnown(above, own, LAYOUT);
              layouts.add(layout(node, above, own).named(name));
            });
    if (layouts.isEmpty()) {
      yaml.problem(several, "layouts names none");
      layouts.add(layout(root, "", keys));
    }
    return layouts;
  }

  private static Set<String> names(YamlNode node) {
    return node == null || node.map() == null ? Set.of() : node.map().keySet();
  }

  private DataLayout layout(YamlNode parent, String above, Map<String, YamlNode> keys) {
    List<ColumnUse> uses = new ArrayList<>();
    String place = above + "columns";
    YamlNode node = keys.get("columns");
    Map<String, YamlNode> columns = node == null ? Map.of() : yaml.map(node, place);
    yaml.requireKnown(place + ".", columns, COLUMNS);
    if (!asked.isEmpty() && columns.containsKey(QUESTION)) {
      yaml.problem(
          columns.get(QUESTION), QUESTION + " and " + place + ".question: name one of them");
    } else if (asked.isEmpty()
        && !columns.containsKey(QUESTION)
        && (node == null || node.map() != null)) {
      yaml.problem(
          node == null ? parent : node,
          "the key '"
              + place
              + ".question' is missing: it names the column of the questions;"
              + " 'question' without a column is one that all rows ask");
    }
    used(keys.get("has"), above + "has", uses);
    List<String> filled = used(keys.get("rows_with"), above + "rows_with", uses);
    QuestionColumns all = new Columns(place + ".", columns, uses).all();
    Map<String, Pattern> parts = parts(keys.get("parts"), above + "parts", uses);
    List<LayoutJoin> joins =
        new JoinReader(yaml, keys.containsKey("files"), uses)
            .read(keys.get("join"), above + "join");
    parts.values().stream()
        .map(Pattern::namedGroups)
        .forEach(named -> uses.removeIf(use -> named.containsKey(use.column())));
    return new DataLayout(
        "",
        new LayoutFiles(
            files(keys, above),
            above.isEmpty() ? Optional.empty() : yaml.text(keys, above, "split")),
        yaml.located(keys, above, "images"),
        yaml.flag(keys, above, IMAGE_OPTIONAL),
        yaml.flag(keys, above, OPTIONS_HAVE_LETTERS),
        new LayoutRows(filled, parts, joins, prompted(keys, above)),
        all,
        uses);
  }

  /** Returns the files that are told by their names. */
  private Optional<SplitFiles> files(Map<String, YamlNode> keys, String above) {
    Optional<Matcher> name = yaml.text(keys, above, "files").map(FILES::matcher);
    if (name.isPresent() && !name.get().matches()) {
      yaml.problem(
          keys.get("files"),
          above
              + "files must be a name with one {}, in which the splits are that there are, such as"
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
  private Optional<RowPrompts> prompted(Map<String, YamlNode> keys, String above) {
    YamlNode node = keys.get(PROMPTED);
    if (node == null) {
      return Optional.empty();
    }
    String place = above + PROMPTED;
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
            yaml.patterns(all, place + ".", column).stream()
                .findFirst()
                .ifPresent(
                    pattern -> {
                      if (pattern.namedGroups().isEmpty()) {
                        yaml.problem(regex, place + "." + column + " has no group (?P<name>...)");
                      }
                      parts.put(column, pattern);
                    }));
    yaml.requireSome(node, place, all);
    parts.keySet().forEach(one -> uses.add(new ColumnUse(place, one, node.line())));
    return parts;
  }

  /** Returns the columns that a value names, and notes that they are used. */
  private List<String> used(YamlNode node, String place, List<ColumnUse> uses) {
    List<String> columns = yaml.texts(node, place);
    columns.forEach(one -> uses.add(new ColumnUse(place, one, node.line())));
    return columns;
  }

  /** The columns of one layout. */
  private final class Columns {

    private final String above;
    private final Map<String, YamlNode> keys;
    private final List<ColumnUse> uses;

    Columns(String above, Map<String, YamlNode> keys, List<ColumnUse> uses) {
      this.above = above;
      this.keys = keys;
      this.uses = uses;
    }

    QuestionColumns all() {
      if (keys.containsKey(ANSWER) && keys.containsKey(ANSWERS)) {
        yaml.problem(keys.get(ANSWER), above + "answer and " + above + "answers: name one of them");
      }
      YamlNode options = keys.get(OPTIONS);
      boolean one = keys.containsKey(ANSWER);
      return new QuestionColumns(
          column("id"),
          columns("image"),
          imageName(),
          video(),
          column(QUESTION).orElse(""),
          asked,
          columns(OPTIONS),
          options != null && options.list() == null,
          yaml.patterns(keys, above, "options_in_question"),
          column(one ? ANSWER : ANSWERS),
          one,
          columns("category"),
          extra(),
          column("unit"),
          units(),
          column("split"));
    }

    private Optional<PromptText> imageName() {
      Optional<PromptText> name =
          yaml.text(keys, above, IMAGE_NAME).map(text -> PromptText.of(List.of(text)));
      YamlNode image = keys.get("image");
      if (name.isPresent() && (image == null || image.list() != null)) {
        yaml.problem(
            keys.get(IMAGE_NAME),
            above + IMAGE_NAME + " is of one picture: name its column by " + above + "image");
      }
      name.map(PromptText::names)
          .ifPresent(
              columns ->
                  columns.forEach(
                      one ->
                          uses.add(
                              new ColumnUse(
                                  above + IMAGE_NAME, one, keys.get(IMAGE_NAME).line()))));
      return name;
    }

    private Optional<VideoColumns> video() {
      if (!keys.containsKey(VIDEO)) {
        for (String key : List.of(VIDEO_NAME, VIDEO_FOLDER, "start", "end", "fps")) {
          if (keys.containsKey(key)) {
            yaml.problem(keys.get(key), above + key + " is of videos: name " + above + VIDEO);
          }
        }
        return Optional.empty();
      }
      if (keys.containsKey("image")) {
        yaml.problem(keys.get(VIDEO), above + "image and " + above + "video: name one of them");
      }
      List<String> folders = yaml.texts(keys.get(VIDEO_FOLDER), above + VIDEO_FOLDER);
      folders.stream()
          .filter(folder -> !texts.contains(folder))
          .forEach(
              folder ->
                  uses.add(
                      new ColumnUse(above + VIDEO_FOLDER, folder, keys.get(VIDEO_FOLDER).line())));
      return column(VIDEO)
          .map(
              name ->
                  new VideoColumns(
                      name,
                      column(VIDEO_NAME),
                      folders,
                      !folders.isEmpty() && keys.get(VIDEO_FOLDER).list() != null,
                      column("start"),
                      column("end"),
                      column("fps")));
    }

    private Map<String, List<String>> units() {
      Map<String, List<String>> units = new LinkedHashMap<>();
      YamlNode node = keys.get("units");
      if (node != null) {
        if (keys.containsKey("unit")) {
          yaml.problem(node, above + "unit and " + above + "units: name one of them");
        }
        yaml.map(node, above + "units")
            .forEach(
                (kind, columns) -> {
                  yaml.requireName(columns, above + "units." + kind, kind);
                  units.put(kind, used(columns, above + "units." + kind, uses));
                });
        yaml.requireSome(node, above + "units", units);
      }
      return units;
    }

    private List<String> extra() {
      List<String> columns = columns("extra");
      columns.stream()
          .filter(BenchmarkQuestion.OWN_VALUES::contains)
          .forEach(
              one ->
                  yaml.problem(
                      keys.get("extra"),
                      above + "extra: '" + one + "' is a value that questions have of their own"));
      return columns;
    }

    private Optional<String> column(String key) {
      Optional<String> column = yaml.text(keys, above, key);
      column.ifPresent(one -> uses.add(new ColumnUse(above + key, one, keys.get(key).line())));
      return column;
    }

    private List<String> columns(String key) {
      return used(keys.get(key), above + key, uses);
    }
  }
}
