package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Letters;
import io.prumerge.benchmark.UnitRows;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.FrameList;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.RowAccount;
import io.prumerge.source.table.DataRow;
import io.prumerge.source.table.DataTable;
import io.prumerge.video.FrameRate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes questions of rows. */
final class RowQuestions {

  private static final String DEFAULT_CATEGORY = "default";

  /** Names of splits in a message, at most. */
  private static final int MOST_SPLITS = 20;

  /** Characters of a prompt in a message. */
  private static final int MOST_OF_PROMPT = 500;

  private final BenchmarkFile file;
  private final QuestionWording wording;
  private final RowAccount rows;
  private final Predicate<String> folders;
  private final Consumer<BenchmarkQuestion> sink;
  private final String split;
  private final boolean published;
  private final Set<String> otherSplits = new TreeSet<>();
  private final Set<String> ids = new LinkedHashSet<>();

  /**
   * The forms of the data that name pictures: those with a question that has one, or has none. Each
   * question asks for its form, whose hash would be computed anew of all that it says.
   */
  private final Set<DataLayout> pictured = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Set<DataLayout> unpictured = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Likewise those whose questions' texts have options, or have none. */
  private final Set<DataLayout> optioned = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Set<DataLayout> unoptioned = Collections.newSetFromMap(new IdentityHashMap<>());

  private final UnitRows units = new UnitRows();
  private final UnmetKeys keys = new UnmetKeys();
  private final Set<String> groupsOfFigures;
  private final Map<String, Integer> numbers = new HashMap<>();
  private int number;

  /**
   * @param split whose rows are questions, where a table has rows of several
   * @param rows learns of rows that are no questions
   * @param folders tells whether there is a folder of videos
   * @param published whether the file is one of this program's
   */
  RowQuestions(
      BenchmarkFile file,
      QuestionWording wording,
      String split,
      RowAccount rows,
      Predicate<String> folders,
      boolean published,
      Consumer<BenchmarkQuestion> sink) {
    this.file = file;
    this.wording = wording;
    this.split = split;
    this.rows = rows;
    this.folders = folders;
    this.published = published;
    groupsOfFigures = file.scoring().groups();
    this.sink = sink;
  }

  /** Returns the number of questions that were made. */
  int count() {
    return ids.size();
  }

  /**
   * Returns whether a form of the data names pictures, and has questions, but none with a picture.
   */
  boolean lackPictures(DataLayout layout) {
    return unpictured.contains(layout) && !pictured.contains(layout);
  }

  /**
   * Returns what the file says that no row has: keys, though one has almost the same, and options
   * in questions.
   */
  List<String> unmet() {
    List<String> notes = new ArrayList<>(keys.notes(file.called()));
    if (unoptioned.stream().anyMatch(layout -> !optioned.contains(layout))) {
      notes.add(file.called() + ": columns.options_in_question finds options in no question");
    }
    return notes;
  }

  /** Returns the splits of rows that were none of the asked one, as far as they are few. */
  Set<String> otherSplits() {
    return otherSplits;
  }

  /**
   * Counts a row in its units: all rows of the asked split, before questions are made. Files may
   * number their units anew in each split.
   */
  void countUnits(DataRow row, DataLayout layout, String table) {
    if (isOfSplit(row, layout) && layout.rows().filled().stream().allMatch(row::has)) {
      layout
          .rows()
          .questions(row)
          .forEach(one -> new LaidOutRow(one, layout, table).unit().ifPresent(units::add));
    }
  }

  /** Notes that there is a row whose units cannot be read. */
  void loseUnits() {
    units.lose();
  }

  /**
   * Makes a question of the next row, or several, unless it lacks what the layout wants in one, or
   * is of another split.
   *
   * @param table the name of the row's file or split
   */
  void add(DataRow row, DataLayout layout, String table) {
    if (!isOfSplit(row, layout)) {
      rows.isOfOtherSplit();
      return;
    }
    if (!layout.rows().filled().stream().allMatch(row::has)) {
      rows.isLacking();
      return;
    }
    number++;
    layout.rows().questions(row).forEach(one -> add(one, new LaidOutRow(one, layout, table)));
  }

  private void add(DataRow row, LaidOutRow laidOut) {
    DataLayout layout = laidOut.layout;
    QuestionColumns columns = layout.columns();
    Optional<String> place = laidOut.place();
    JsonNode fileId = columns.id().map(row::id).orElse(IntNode.valueOf(number));
    String id = place.orElseGet(() -> fileId.asText() + layout.rows().ending(row));
    if (!ids.add(id)) {
      throw row.error(
              columns.id().orElse("row"),
              Text.format(
                  "'%s' is the id of an earlier question, too; without columns.id in %s, rows are"
                      + " numbered",
                  id, file.called()))
          .ofFile();
    }
    rows.isOf(id);
    BenchmarkQuestion question = question(laidOut, id, fileId, place.orElseGet(fileId::asText));
    if (place.isPresent()) {
      String key = columns.placedAnswers().orElseThrow().key(id, question.question());
      question = question.with(PlacedAnswers.KEY, key);
    }
    if (question.image().isPresent()) {
      pictured.add(layout);
    } else if (columns.haveImages()) {
      unpictured.add(layout);
    }
    sink.accept(units.counted(question));
  }

  private boolean isOfSplit(DataRow row, DataLayout layout) {
    Optional<String> own = layout.columns().split().flatMap(row::text);
    boolean other = layout.columns().split().isPresent() && !own.equals(Optional.of(split));
    if (other && otherSplits.size() < MOST_SPLITS) {
      own.ifPresent(otherSplits::add);
    }
    return !other;
  }

  /**
   * @param pictures how other rows refer to this one's pictures
   */
  private BenchmarkQuestion question(LaidOutRow row, String id, JsonNode fileId, String pictures) {
    AskedText asked = row.asked();
    if (!row.columns.optionsInQuestion().isEmpty()) {
      (asked.options().isEmpty() ? unoptioned : optioned).add(row.layout);
    }
    List<Optional<ImagePlace>> images = row.images(pictures);
    List<ImagePlace> present = MarkedImages.present(images);
    Map<String, String> extra = new HashMap<>();
    extra.put(
        BenchmarkQuestion.FILE_ID, fileId.isIntegralNumber() ? fileId.asText() : fileId.toString());
    row.addExtra(extra);
    List<String> groups = row.groups();
    groups.forEach(group -> keys.look("values of figures", groupsOfFigures, group));
    if (groups.size() > 1) {
      extra.put(BenchmarkQuestion.GROUPS, String.join("\n", groups.subList(1, groups.size())));
    }
    row.unit().ifPresent(unit -> extra.put(BenchmarkQuestion.UNIT, unit));
    Reference reference =
        row.reference(
            answers ->
                new Reference(asked.question(), groups.get(0), answers, asked.options(), extra));
    row.requireAnswers(reference);
    OptionalInt most = wording.maxNewTokens();
    String prompt = row.prompt(asked);
    MarkedImages marked =
        switch (wording.pictures()) {
          case FIRST -> new MarkedImages(prompt, present);
          case AT_MARKERS -> row.marked(prompt, images);
          case ONE -> new MarkedImages(prompt, present.stream().limit(1).toList());
        };
    return new BenchmarkQuestion(
        id,
        ImagePlace.of(marked.images()),
        marked.prompt(),
        most.isPresent() ? most : file.asking().maxNewTokens(),
        reference);
  }

  /** A row whose columns have the meanings of a layout. */
  private final class LaidOutRow {

    private final DataRow row;
    private final DataLayout layout;
    private final QuestionColumns columns;
    private final String table;

    LaidOutRow(DataRow row, DataLayout layout, String table) {
      this.row = layout.rows().whole(row);
      this.layout = layout;
      columns = layout.columns();
      this.table = table;
    }

    AskedText asked() {
      String whole = columns.asked().isEmpty() ? question() : columns.asked();
      return columns.options().isEmpty()
          ? AskedText.of(whole, columns.optionsInQuestion())
          : new AskedText(whole, shownOptions().texts(), Optional.empty());
    }

    private String ownText() {
      return row.text(columns.question())
          .orElseThrow(() -> row.error(columns.question(), "is empty: there is no question"));
    }

    /** Returns the question in the row's text, which may be a prompt. */
    private String question() {
      String text = ownText();
      Optional<RowPrompts> prompts = layout.rows().prompted();
      if (prompts.isEmpty()) {
        return text;
      }
      Optional<String> question = questionIn(text, prompts.get());
      if (question.isEmpty() && !published) { // the data of a published file are known
        throw noPrompt(text, prompts.get());
      }
      return question.orElse(text);
    }

    private Optional<String> questionIn(String text, RowPrompts prompts) {
      return prompts
          .form(file.asking().prompts())
          .questionIn(
              text,
              name -> AskedText.hasValue(name) && !haveOwnColumns(name),
              name ->
                  haveOwnColumns(name)
                      ? OptionLines.of(name, shownOptions().texts())
                      : other(name));
    }

    private boolean haveOwnColumns(String name) {
      return OptionLines.areNamed(name) && !columns.options().isEmpty();
    }

    private DataException noPrompt(String text, RowPrompts prompts) {
      return row.error(
          columns.question(),
          Text.format(
              "is no prompt of %s, as prompted in %s says: it is %s, and %s; write how the rows"
                  + " read, as prompted: {%s: \"{question}...\"}; prompts.%s may say anything then",
              prompts.wording(),
              file.called(),
              inQuotes(text),
              inQuotes(prompts.form(file.asking().prompts()).shown()),
              prompts.wording(),
              prompts.wording()));
    }

    private static String inQuotes(String text) {
      return TextNode.valueOf(Texts.shown(text, MOST_OF_PROMPT)).toString();
    }

    /**
     * Returns the row's text, if that is a prompt of the wording asked for, and not of another one
     * with the same text.
     */
    private Optional<String> ownPrompt(AskedText asked) {
      return layout
          .rows()
          .prompted()
          .filter(prompts -> file.asking().prompts().get(prompts.wording()) == wording)
          .filter(
              prompts ->
                  prompt(asked::written, asked).equals(ownText())
                      || questionIn(ownText(), prompts).isEmpty())
          .map(prompts -> ownText());
    }

    private String prompt(Function<String, Optional<String>> values, AskedText asked) {
      return wording.prompt(
          !asked.options().isEmpty(), name -> values.apply(name).or(() -> other(name)));
    }

    String prompt(AskedText asked) {
      String prompt = ownPrompt(asked).orElseGet(() -> prompt(asked::value, asked));
      if (prompt.isBlank()) {
        throw row.error(
            columns.questionColumn(), "makes an empty prompt: each of its pieces lacks a value");
      }
      return prompt;
    }

    MarkedImages marked(String prompt, List<Optional<ImagePlace>> images) {
      try {
        return MarkedImages.of(prompt, images);
      } catch (IllegalArgumentException e) {
        throw row.error(columns.questionColumn(), e.getMessage());
      }
    }

    private Optional<String> other(String name) {
      if (AskedText.hasValue(name)) {
        return Optional.empty();
      }
      return chosen(name, row::text);
    }

    /**
     * Returns the reference of the row's answers, empty if they are withheld. One that calls an
     * option becomes what all rules take for that: itself, the option's letter, or its text.
     *
     * @param of makes one of answers
     */
    Reference reference(Function<List<String>, Reference> of) {
      List<String> answers =
          columns.oneAnswer()
              ? columns.answers().flatMap(row::text).map(List::of).orElse(List.of())
              : columns.answers().map(row::texts).orElse(List.of());
      if (answers.stream().allMatch(String::isEmpty)) {
        return of.apply(List.of());
      }
      OptionCells given = options();
      OptionCells shown = shownOptions();
      List<String> meant = new ArrayList<>(answers.size());
      for (String each : answers) {
        keys.look("answer_names", file.values().answerNames().keySet(), each);
        String answer = file.values().answer(each);
        meant.add(meant(answer, given, shown, one -> of.apply(List.of(one))));
      }
      return of.apply(meant);
    }

    private String meant(
        String answer, OptionCells given, OptionCells shown, Function<String, Reference> of) {
      List<String> texts = shown.texts();
      OptionalInt label = given.labelled(answer);
      if (label.isPresent()) {
        String letter = Letters.of(label.getAsInt());
        return Stream.of(answer, letter, texts.get(label.getAsInt()))
            .filter(one -> areAll(rule -> takes(rule, of.apply(one), letter)))
            .findFirst()
            .orElse(letter);
      }
      OptionalInt item = given.lettered(answer);
      return item.isEmpty()
          ? given.answer(answer, shown)
          : Stream.of(answer, texts.get(item.getAsInt()), Letters.of(item.getAsInt()))
              .filter(one -> areAll(rule -> rule.problem(of.apply(one)).isEmpty()))
              .findFirst()
              .orElse(answer);
    }

    private boolean areAll(Predicate<ProfileRule> such) {
      return file.scoring().profiles().values().stream().map(ScoringProfile::rule).allMatch(such);
    }

    /** Returns whether an answer is to a rule the option of a letter, or the text of one. */
    private static boolean takes(ProfileRule rule, Reference reference, String letter) {
      String answer = reference.answers().get(0);
      List<String> right = rule.rightLetters(reference);
      return rule.problem(reference).isEmpty()
          && (reference.options().contains(answer)
              || right.contains(letter)
              || right.isEmpty() && answer.equals(letter));
    }

    private OptionCells options() {
      if (columns.options().isEmpty()) {
        return OptionCells.NONE;
      }
      return columns.optionsInOne()
          ? OptionCells.in(row, columns.options().get(0))
          : OptionCells.in(row, columns.options());
    }

    private OptionCells shownOptions() {
      return layout.optionsHaveLetters() ? options().plain() : options();
    }

    /** Returns the pictures, with empty ones in the places of nulls. */
    List<Optional<ImagePlace>> images(String id) {
      if (columns.video().isPresent()) {
        return List.of(video(id, columns.video().get()));
      }
      List<Optional<ImagePlace>> images = new ArrayList<>();
      List<String> all = columns.images();
      Optional<String> name =
          columns.imageName().map(text -> text.with(row::text)).filter(text -> !text.isEmpty());
      for (String column : all) {
        boolean files = !layout.images().isEmpty();
        List<Optional<ImagePlace>> held =
            files && name.isPresent() && row.has(column)
                ? List.of(Optional.of(file(column, name.get())))
                : row.images(column, files, all.size() == 1 ? id : id + "/" + column);
        images.addAll(held.isEmpty() ? List.of(Optional.empty()) : called(name, held));
      }
      return images;
    }

    /** Returns pictures that a row holds under a name, if it has one, numbered if they are many. */
    private static List<Optional<ImagePlace>> called(
        Optional<String> name, List<Optional<ImagePlace>> held) {
      if (name.isEmpty()) {
        return held;
      }
      List<Optional<ImagePlace>> named = new ArrayList<>();
      for (Optional<ImagePlace> place : held) {
        String own = held.size() == 1 ? name.get() : name.get() + "/" + named.size();
        named.add(place.map(one -> one.called(own)));
      }
      return named;
    }

    private ImagePlace file(String column, String name) {
      ImageName.problem(name)
          .ifPresent(
              problem -> {
                throw row.error(column, "is no name of a picture: " + problem);
              });
      return new ImagePlace.InFolder(name);
    }

    private Optional<ImagePlace> video(String id, VideoColumns video) {
      Optional<FrameList> frames = row.frames(video.name(), id);
      Optional<String> name = frames.isPresent() ? Optional.empty() : row.text(video.name());
      if (frames.isEmpty() && name.isEmpty()) {
        return Optional.empty();
      }
      Optional<String> called = video.called().flatMap(row::text);
      if (name.isPresent() && called.isPresent()) {
        throw row.error(
            video.name(),
            "names a folder of frames; columns.video_name is of rows that hold frames");
      }
      Double start = number(video.start(), Double::valueOf);
      Double end = number(video.end(), Double::valueOf);
      Double fps = number(video.fps(), FrameRate::of);
      boolean part = name.isPresent() && VideoColumns.isPart(name.get(), start, end);
      try {
        return Optional.of(
            frames.isPresent()
                ? new ImagePlace.Video(called.orElse(id), start, end, fps, frames.get())
                : new ImagePlace.Video(
                    folder(video) + name.get(), part ? null : start, part ? null : end, fps));
      } catch (DataException e) {
        throw row.error(video.name(), e.getMessage());
      }
    }

    /** Returns the folder's name with a slash behind it; empty where no folder is there. */
    private String folder(VideoColumns video) {
      return video.folders().stream()
          .flatMap(one -> folder(one).stream())
          .filter(one -> !video.found() || folders.test(one))
          .map(one -> one.endsWith("/") ? one : one + "/")
          .findFirst()
          .orElse("");
    }

    private Optional<String> folder(String name) {
      return chosen(name, this::text);
    }

    private Optional<String> chosen(String name, Function<String, Optional<String>> values) {
      ChosenText chosen = file.values().texts().get(name);
      if (chosen == null) {
        return values.apply(name);
      }
      keys.look("texts." + name + ".values", chosen.texts().keySet(), chosen.key(values));
      return chosen.of(values);
    }

    private Optional<String> text(String column) {
      return column.equals(QuestionColumns.FILE)
          ? values(column).stream().findFirst()
          : row.text(column);
    }

    private Double number(Optional<String> column, Function<String, Double> reader) {
      Optional<String> text = column.flatMap(row::text);
      try {
        return text.map(reader).orElse(null);
      } catch (NumberFormatException e) {
        throw row.error(column.get(), "is no number: '" + text.get() + "'");
      }
    }

    void addExtra(Map<String, String> extra) {
      for (String column : columns.extra()) {
        row.text(column).ifPresent(value -> extra.put(column, value));
      }
    }

    /** Returns the category, then the further groups. */
    List<String> groups() {
      Set<String> groups = new LinkedHashSet<>();
      for (String column : columns.categories()) {
        String start = columns.categories().size() == 1 ? "" : CategoryName.start(column);
        for (String value : values(column)) {
          keys.look("categories", file.values().categories().keySet(), file.values().plain(value));
          file.values()
              .categories(value)
              .forEach(
                  name -> groups.add(file.values().kindOf(name).isPresent() ? name : start + name));
        }
      }
      if (groups.contains(BenchmarkQuestion.ALL_CATEGORIES)) {
        throw row.error(
            columns.categories().get(0),
            "is 'all', as the figures over all categories are called; name it otherwise");
      }
      return groups.isEmpty() ? List.of(DEFAULT_CATEGORY) : List.copyOf(groups);
    }

    /** Returns the category and the row's line or number in it, where these are asked for. */
    Optional<String> place() {
      if (columns.placedAnswers().isEmpty()) {
        return Optional.empty();
      }
      String category = groups().get(0);
      int counted = numbers.merge(category, 1, Integer::sum);
      return Optional.of(
          category + "/" + row.text(DataTable.LINE).orElse(Integer.toString(counted)));
    }

    private List<String> values(String column) {
      return column.equals(QuestionColumns.FILE) && !row.has(column)
          ? List.of(table.replaceFirst("\\.[^.]+$", ""))
          : row.texts(column);
    }

    /** Returns the unit, or those of several kinds; a question that lacks a part is in none. */
    Optional<String> unit() {
      if (columns.units().isEmpty()) {
        return columns.unit().flatMap(row::text);
      }
      List<String> units = new ArrayList<>();
      columns
          .units()
          .forEach(
              (kind, parts) -> {
                if (parts.stream().allMatch(row::has)) {
                  units.add(
                      BenchmarkQuestion.unit(
                          kind,
                          parts.stream()
                              .map(part -> CategoryName.of(row.text(part).orElseThrow()))
                              .collect(Collectors.joining("/"))));
                }
              });
      return Optional.of(String.join("\n", units)).filter(text -> !text.isEmpty());
    }

    void requireAnswers(Reference reference) {
      if (reference.answers().isEmpty()) {
        return; // asked, not scored
      }
      file.scoring()
          .profiles()
          .forEach(
              (name, profile) ->
                  profile
                      .rule()
                      .problem(reference)
                      .ifPresent(
                          problem -> {
                            throw row.error(
                                columns.answers().orElseThrow(),
                                Text.format(
                                    "%s, which score.%s of %s cannot score%s",
                                    problem,
                                    name,
                                    file.called(),
                                    options().labels().isEmpty()
                                        ? ""
                                        : "; right answers call these options by their own keys,"
                                            + " which answers_are: letter reads"));
                          }));
    }
  }
}
