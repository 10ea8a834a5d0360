package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Addend;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Corpus;
import io.prumerge.benchmark.Drawing;
import io.prumerge.benchmark.HubData;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.Letters;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.TableAnswers;
import io.prumerge.benchmark.rule.AddedRule;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.location.HubName;
import io.prumerge.location.Location;
import io.prumerge.service.Unknown;
import io.prumerge.source.DataException;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.SplitFiles;
import io.prumerge.source.table.DataTable;
import io.prumerge.store.Folders;
import io.prumerge.store.RowSources;
import io.prumerge.store.SparkData;
import io.prumerge.store.SparkFolders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/** A benchmark that a {@link BenchmarkFile} defines. */
public final class FileBenchmark implements Benchmark {

  private final BenchmarkFile file;
  private final Optional<Path> folder;
  private final boolean published;
  private final Optional<String> note;

  /**
   * @param folder that the file's relative paths start at; empty for one that came with questions
   */
  public FileBenchmark(BenchmarkFile file, Optional<Path> folder) {
    this(file, folder, false, Optional.empty());
  }

  private FileBenchmark(
      BenchmarkFile file, Optional<Path> folder, boolean published, Optional<String> note) {
    this.file = file;
    this.folder = folder;
    this.published = published;
    this.note = note;
  }

  /** Returns the benchmark of a file among this program's resources. */
  static FileBenchmark published(BenchmarkFile file) {
    return new FileBenchmark(file, Optional.empty(), true, Optional.empty());
  }

  /**
   * Returns the benchmark of a user's file, whose text is that with its parsers named.
   *
   * @param file without faults
   */
  static FileBenchmark named(BenchmarkFile file, Path folder) {
    NamedParsers parsers = NamedParsers.in(file.text(), file.called());
    Optional<String> note = parsers.note(file.called());
    return new FileBenchmark(
        note.isPresent() ? file.scoredBy(BenchmarkFile.parse(parsers.text(), file.called())) : file,
        Optional.of(folder),
        false,
        note);
  }

  /** Returns what was decided where the file says nothing; empty if it says all. */
  Optional<String> note() {
    return note;
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String defaultSplit() {
    return file.data().split();
  }

  @Override
  public List<String> profiles() {
    return List.copyOf(file.scoring().profiles().keySet());
  }

  /** Returns the kind that the file says, or the column of the values if several have groups. */
  @Override
  public String kindOf(String category) {
    return file.values()
        .kindOf(category)
        .or(() -> columnOf(category))
        .orElseGet(() -> Benchmark.super.kindOf(category));
  }

  private Optional<String> columnOf(String category) {
    return file.data().layouts().stream()
        .map(layout -> layout.columns().categories())
        .filter(columns -> columns.size() > 1)
        .flatMap(List::stream)
        .filter(column -> category.startsWith(CategoryName.start(column)))
        .findFirst();
  }

  @Override
  public List<String> layouts() {
    return published
        ? file.data().layouts().stream().map(DataLayout::name).toList()
        : List.of(String.join(", ", data()));
  }

  @Override
  public Optional<String> definition() {
    return published ? Optional.empty() : Optional.of(file.text());
  }

  /** Returns the text of the file that defines it, of this program's files, too. */
  public String text() {
    return file.text();
  }

  /** Returns the data set that a file of this program names; users' files are read by source. */
  @Override
  public Optional<HubData> hubData() {
    return published
        ? Optional.of(hubData(splitOfTables(file.data().layouts())))
        : Optional.empty();
  }

  private HubData hubData(String split) {
    List<String> configs = file.data().configs(split);
    List<HubData> all =
        configs.isEmpty()
            ? List.of(HubData.of(data(), Optional.empty(), split))
            : configs.stream().map(one -> HubData.of(data(), Optional.of(one), split)).toList();
    return new HubData(
        all.get(0).names(), all.stream().map(HubData::files).collect(Collectors.joining(" ")));
  }

  /** Returns the data and the folders of pictures; none if the file came with questions. */
  @Override
  public List<String> sources() {
    return folder
        .map(start -> file.data().places().map(place -> source(place, start)).distinct().toList())
        .orElse(List.of());
  }

  private List<String> data() {
    return file.data().named().stream().map(LocatedText::text).toList();
  }

  private static String source(LocatedText place, Path start) {
    return SparkData.isNamedBy(place.text())
        ? SparkData.of(place.text()).at(path -> new Path(start, path).toString()).toString()
        : isName(place) ? place.text() : new Path(start, place.text()).toString();
  }

  /** Returns whether a place is none of a file system. */
  private static boolean isName(LocatedText place) {
    return HubName.isNamedBy(place.text()) || RowSources.isNamedBy(place.text());
  }

  /** Returns the paths of a place, and other texts that may be addresses. */
  private static List<String> addresses(LocatedText place) {
    if (!SparkData.isNamedBy(place.text())) {
      return isName(place) ? List.of() : List.of(place.text());
    }
    SparkData data = SparkData.of(place.text());
    return Stream.concat(
            data.paths().stream(),
            data.options().values().stream().filter(value -> value.contains("://")))
        .toList();
  }

  /**
   * Returns {@link #sources} without folders of pictures that {@link #mayLack may be absent}.
   * Refuses the file if other data or folders do not exist that it names, or if it names another
   * file system than its own and those of the command: a file may be a stranger's, and must not
   * make this host ask any address that it names.
   *
   * @param own paths that the command names
   * @throws UsageException with all of them, each with its line
   */
  List<String> knownSources(Folders folders, List<String> own) throws IOException {
    if (folder.isEmpty()) {
      return List.of();
    }
    requireOwnFileSystems(FileSystemName.all(folders, folder.get(), own));
    List<String> problems = new ArrayList<>();
    Set<String> known = new LinkedHashSet<>();
    for (LocatedText place : file.data().places().toList()) {
      String source = source(place, folder.get());
      List<Path> absent = new ArrayList<>();
      for (String path : paths(place, source)) {
        if (!exists(new Path(path), folders)) {
          absent.add(new Path(path));
        }
      }
      if (absent.isEmpty()) {
        known.add(source);
      } else if (!mayLack(place)) {
        Path path = absent.get(0);
        problems.add(
            Text.format(
                "%s:%d: %s: %s does not exist; a relative path starts at the file's folder%s",
                file.called(),
                place.line(),
                place.key(),
                path.toUri().getPath(),
                folders.like(path)));
      }
    }
    List<LocatedText> data = file.data().named().stream().filter(one -> !isName(one)).toList();
    DataPlaces.problem(
            data.stream().map(place -> new Path(source(place, folder.get()))).toList(), folders)
        .ifPresent(
            problem ->
                problems.add(
                    Text.format("%s:%d: data: %s", file.called(), data.get(0).line(), problem)));
    if (!problems.isEmpty()) {
      throw BenchmarkFile.refusal(file.called(), problems);
    }
    return List.copyOf(known);
  }

  private static List<String> paths(LocatedText place, String source) {
    return SparkData.isNamedBy(source)
        ? SparkData.of(source).paths()
        : isName(place) ? List.of() : List.of(source);
  }

  private static boolean exists(Path path, Folders folders) throws IOException {
    return folders.fileSystem(path).exists(path);
  }

  /**
   * Returns whether a folder of pictures may be absent: where the data are the hub's, one of the
   * file's forms has its pictures there, and the folders of others go with {@code --source}.
   */
  private boolean mayLack(LocatedText place) {
    return !file.data().named().contains(place)
        && file.data().named().stream().allMatch(one -> HubName.isNamedBy(one.text()))
        && file.data().layouts().stream().anyMatch(layout -> layout.images().isEmpty());
  }

  private void requireOwnFileSystems(Set<String> known) {
    List<String> others =
        file.data()
            .places()
            .filter(
                place ->
                    addresses(place).stream()
                        .anyMatch(
                            one ->
                                FileSystemName.of(one)
                                    .filter(name -> !known.contains(name))
                                    .isPresent()))
            .map(
                place ->
                    Text.format(
                        "%s:%d: %s: %s",
                        file.called(), place.line(), place.key(), Location.shown(place.text())))
            .toList();
    if (!others.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "Cannot use the benchmark %s: %s: a benchmark file may name only file systems that"
                  + " the command's own paths are on (%s), or hf:ORG/NAME or table:NAME; download"
                  + " it, or give it by %s; a file's name with a colon begins with ./",
              file.called(), String.join("; ", others), String.join(", ", known), Setting.SOURCE));
    }
  }

  /** Returns what messages call the file; of this program's, users know the benchmark alone. */
  String called() {
    return published ? file.name() : file.called();
  }

  @Override
  public PromptProfile prompts(Optional<String> name) {
    String asked = name.orElseGet(() -> promptNames().iterator().next());
    if (!promptNames().contains(asked)) {
      throw new IllegalArgumentException(
          Unknown.message("prompts of " + file.name(), asked, promptNames()));
    }
    return PromptProfile.own(asked);
  }

  /** Returns the file. */
  BenchmarkFile file() {
    return file;
  }

  /** Returns the rules of jars that score answers. */
  List<AddedRule> addedRules() {
    return file.scoring().profiles().values().stream()
        .flatMap(profile -> profile.rule().added().stream())
        .toList();
  }

  /** Returns the names of its wordings, the default one first. */
  public Set<String> promptNames() {
    return file.asking().prompts().keySet();
  }

  @Override
  public boolean joinsImages() {
    return file.data().layouts().stream()
        .map(DataLayout::columns)
        .anyMatch(columns -> columns.unit().isPresent() || !columns.units().isEmpty());
  }

  @Override
  public boolean showsVideos() {
    return file.data().layouts().stream().anyMatch(layout -> layout.columns().video().isPresent());
  }

  @Override
  public boolean turnsPictures() {
    return file.asking().turned();
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return file.scoring().profiles().get(profile).figures(file.scoring().figures());
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Map<DataTable, DataLayout> tables = new LinkedHashMap<>();
    List<String> problems = problems(source, tables::put);
    if (!problems.isEmpty()) {
      throw refusal(problems);
    }
    QuestionWording wording =
        Optional.ofNullable(file.asking().prompts().get(prompts.name()))
            .orElseGet(() -> file.asking().prompts().values().iterator().next());
    requireValues(wording, tables);
    String split = source.split().orElse(file.data().split());
    RowQuestions questions =
        new RowQuestions(
            file,
            wording,
            split,
            source.leftOut().account(),
            new KnownFolders(source),
            published,
            sink);
    if (joinsImages()) {
      countUnits(source.unread(), questions);
    }
    for (Map.Entry<DataTable, DataLayout> one : tables.entrySet()) {
      DataTable table = one.getKey();
      DataLayout layout = one.getValue();
      Set<String> wanted = columns(layout);
      wanted.addAll(wording.names());
      wanted.addAll(layout.rows().namesInPrompts(file.asking().prompts()));
      wanted.addAll(textColumns());
      joined(table, layout, source).read(wanted, row -> questions.add(row, layout, table.name()));
      if (layout.columns().split().isPresent()) {
        source.reads(split);
      }
    }
    requirePictures(tables.values(), questions);
    if (!published) {
      questions.unmet().forEach(source::note);
    }
    if (questions.count() == 0 && !questions.otherSplits().isEmpty()) {
      throw new DataException(
          Wording.of(
              "There are no questions of the split %s in %s; it has rows of %s; name one by %s",
              split,
              source.described(),
              String.join(", ", questions.otherSplits()),
              Setting.SPLIT));
    }
  }

  /** Reads the files once before: a question says how many rows its units have. */
  private void countUnits(SourceFiles source, RowQuestions questions) throws IOException {
    Map<DataTable, DataLayout> tables = new LinkedHashMap<>();
    problems(source, tables::put);
    for (Map.Entry<DataTable, DataLayout> one : tables.entrySet()) {
      DataTable table = one.getKey();
      DataLayout layout = one.getValue();
      joined(table, layout, source)
          .read(columns(layout), row -> questions.countUnits(row, layout, table.name()));
    }
    if (source.leftOut().count() > 0) {
      questions.loseUnits();
    }
  }

  private JoinedTable joined(DataTable table, DataLayout layout, SourceFiles source)
      throws IOException {
    Optional<QuestionFile> named =
        layout.rows().joins().isEmpty() ? Optional.empty() : named(source);
    String split =
        named
            .map(QuestionFile::split)
            .or(source::split)
            .orElseGet(() -> splitOfTables(List.of(layout)));
    return new JoinedTable(table, layout, source, split, file.data().encoding());
  }

  /** Returns all columns that a table may be asked for. */
  Set<String> columns() {
    Set<String> columns = textColumns();
    for (DataLayout layout : file.data().layouts()) {
      columns.addAll(columns(layout));
      columns.addAll(layout.rows().namesInPrompts(file.asking().prompts()));
    }
    file.asking().prompts().values().forEach(wording -> columns.addAll(wording.names()));
    return columns;
  }

  private Set<String> textColumns() {
    Set<String> columns = new LinkedHashSet<>();
    file.values().texts().values().forEach(text -> columns.addAll(text.columns()));
    return columns;
  }

  private static Set<String> columns(DataLayout layout) {
    Set<String> columns = new LinkedHashSet<>();
    layout.uses().forEach(use -> columns.add(use.column()));
    return columns;
  }

  /**
   * Refuses a form of the data that names pictures of which no question has one, unless it says so.
   */
  private void requirePictures(Collection<DataLayout> layouts, RowQuestions questions) {
    List<String> problems =
        layouts.stream()
            .filter(layout -> !layout.imageOptional() && questions.lackPictures(layout))
            .flatMap(layout -> layout.imageUses().stream())
            .map(
                use ->
                    use.problem(
                        called(),
                        "no question has a picture in '"
                            + use.column()
                            + "'; name the column or the field of structs that has them, or set"
                            + " image_optional: true to ask without pictures"))
            .distinct()
            .toList();
    if (!problems.isEmpty()) {
      throw refusal(problems);
    }
  }

  /** Returns the refusal of the data: a file of this program is not its user's fault. */
  RuntimeException refusal(List<String> problems) {
    UsageException refusal = BenchmarkFile.refusal(called(), problems);
    return published ? new DataException(refusal.getMessage()) : refusal;
  }

  /**
   * Refuses a wording that names no column of the data, but almost a value of questions, or a text
   * that is chosen by such a column. Of several forms of data some may lack a column, so that its
   * piece is left out.
   */
  private void requireValues(QuestionWording wording, Map<DataTable, DataLayout> tables)
      throws IOException {
    List<String> values = new ArrayList<>(AskedText.NAMES);
    values.addAll(file.values().texts().keySet());
    Set<String> meant = new LinkedHashSet<>();
    for (String name : wording.names()) {
      ChosenText text = file.values().texts().get(name);
      if (text != null) {
        meant.addAll(text.columns());
      } else if (!AskedText.hasValue(name) && !Unknown.suggestion(name, values).isEmpty()) {
        meant.add(name);
      }
    }
    meant.remove(QuestionColumns.FILE);
    for (Map.Entry<DataTable, DataLayout> one : tables.entrySet()) {
      if (!meant.isEmpty()) {
        meant.removeAll(one.getValue().rows().added());
        meant.removeAll(one.getKey().fields());
        meant.removeAll(one.getKey().later(meant));
      }
    }
    if (!meant.isEmpty()) {
      throw refusal(
          meant.stream()
              .map(name -> "prompts, texts: " + Unknown.message("value or column", name, values))
              .toList());
    }
  }

  /** Opens the tables; of several in folders those that fit, of the right configuration first. */
  private List<DataTable> tables(SourceFiles source, List<DataLayout> layouts) throws IOException {
    tellPictures(source);
    LayoutTables wanted = new LayoutTables(layouts);
    Optional<String> asked = wanted.ofAllSplits() ? Optional.empty() : source.split();
    String split = asked.orElse(splitOfTables(layouts));
    return DataTable.open(
        source,
        split,
        file.data().config().map(config -> QuestionData.folder(config, split)),
        file.data().encoding(),
        wanted);
  }

  private void tellPictures(SourceFiles source) throws IOException {
    if (folder.isPresent()) {
      source.picturesIn(
          places(file.data().layouts().stream().flatMap(layout -> layout.images().stream())),
          places(file.data().named().stream()));
    }
  }

  /**
   * Returns what Spark wrote among a source's folders, if tables are looked for in them, or as all
   * files that are given by name.
   */
  Optional<SparkData> writtenBySpark(SourceFiles source) throws IOException {
    tellPictures(source);
    if (file.data().layouts().stream().anyMatch(layout -> !layout.files().named().isEmpty())) {
      return Optional.empty();
    }
    return source.files().isEmpty()
        ? SparkFolders.of(source.tableFolders(), source.hadoop())
        : SparkFolders.ofAll(source.files(), source.hadoop());
  }

  private List<Path> places(Stream<LocatedText> located) {
    return located
        .filter(place -> !isName(place))
        .map(place -> new Path(source(place, folder.get())))
        .toList();
  }

  private String splitOfTables(List<DataLayout> layouts) {
    return layouts.stream()
        .flatMap(layout -> layout.files().split().stream())
        .filter(split -> !split.equals(LayoutFiles.ALL))
        .findFirst()
        .orElse(file.data().split());
  }

  /** Returns the first form of the data that a table with these fields has, whatever its name. */
  Optional<DataLayout> layout(Collection<String> fields) {
    return first(
        file.data().layouts().stream().filter(layout -> layout.files().named().isEmpty()).toList(),
        fields);
  }

  private static Optional<DataLayout> first(List<DataLayout> layouts, Collection<String> fields) {
    return layouts.stream().filter(layout -> layout.fits(fields)).findFirst();
  }

  /** Returns the faults of columns that the data lack. */
  List<String> columnProblems(SourceFiles source) throws IOException {
    return problems(source, (table, layout) -> {});
  }

  /**
   * Looks at the columns of each table once: of JSON, they are read from its first rows, and of all
   * only if those lack some.
   *
   * @param fitting gets the tables that have one of the layouts
   * @return the faults of columns that the others lack
   */
  private List<String> problems(SourceFiles source, BiConsumer<DataTable, DataLayout> fitting)
      throws IOException {
    List<String> problems = new ArrayList<>();
    List<DataLayout> all = file.data().layouts();
    Optional<QuestionFile> named = named(source);
    List<DataLayout> layouts =
        all.stream()
            .filter(layout -> layout.files().named().equals(named.map(QuestionFile::kind)))
            .toList();
    if (layouts.isEmpty()) {
      throw QuestionFile.absent(kinds(), source);
    }
    List<DataTable> tables = new ArrayList<>();
    if (named.isPresent()) {
      String split = source.split().orElse(splitOfTables(layouts));
      for (Path path : named.get().files(source)) {
        tables.add(DataTable.open(path, split, source, file.data().encoding(), new HashMap<>()));
      }
    } else {
      tables.addAll(tables(source, layouts));
    }
    for (DataTable table : tables) {
      Set<String> fields = new LinkedHashSet<>(table.fields());
      if (first(layouts, fields).isEmpty()) {
        fields.addAll(table.later(lacking(layouts, fields)));
      }
      Optional<DataLayout> layout = first(layouts, fields);
      if (layout.isPresent()) {
        fitting.accept(table, layout.get());
      } else if (tables.size() == 1 || !new LayoutTables(layouts).areBeside(fields)) {
        problems.addAll(problems(layouts, table, fields));
      }
    }
    return problems;
  }

  private Optional<QuestionFile> named(SourceFiles source) throws IOException {
    return QuestionFile.in(source, kinds(), Set.of());
  }

  private List<SplitFiles> kinds() {
    return file.data().layouts().stream()
        .flatMap(layout -> layout.files().named().stream())
        .toList();
  }

  /** Returns the columns that a table with these fields lacks. */
  Set<String> lacking(Collection<String> fields) {
    return lacking(file.data().layouts(), new LinkedHashSet<>(fields));
  }

  private static Set<String> lacking(List<DataLayout> layouts, Set<String> fields) {
    return layouts.stream()
        .flatMap(layout -> layout.uses().stream())
        .filter(use -> !use.isIn(fields))
        .map(ColumnUse::column)
        .collect(Collectors.toSet());
  }

  /** Returns the faults of columns that a table lacks. */
  private List<String> problems(List<DataLayout> layouts, DataTable table, Set<String> fields)
      throws IOException {
    List<String> columns = table.columns();
    if (layouts.get(0).name().isEmpty()) {
      return layouts.get(0).uses().stream()
          .flatMap(use -> use.problem(called(), table.name(), columns, fields).stream())
          .distinct()
          .toList();
    }
    return List.of(
        Text.format(
            "%s has none of the known forms: %s; its columns: %s",
            table.name(),
            layouts.stream()
                .map(layout -> layout.lacking(fields))
                .collect(Collectors.joining(", ")),
            String.join(", ", columns)));
  }

  /** Returns what the default profile's rule takes for the right answer. */
  @Override
  public Optional<String> gold(Reference reference) {
    return file.scoring().profiles().get(profiles().get(0)).rule().gold(reference);
  }

  /** Returns the form of answers that are matched by the questions' places in their categories. */
  private Optional<PlacedAnswers> placedAnswers() {
    return file.data().layouts().stream()
        .flatMap(layout -> layout.columns().placedAnswers().stream())
        .findFirst();
  }

  @Override
  public String key(BenchmarkQuestion question) {
    if (placedAnswers().isPresent() && question.extra().containsKey(PlacedAnswers.KEY)) {
      return question.extra().get(PlacedAnswers.KEY);
    }
    return file.scoring()
        .answerFile()
        .map(answers -> answers.key(question))
        .orElseGet(() -> Benchmark.super.key(question));
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return file.scoring().profiles().get(profile).rule().score(answer, reference);
  }

  @Override
  public List<String> parsers(String profile) {
    return file.scoring().profiles().get(profile).rule().parsers();
  }

  @Override
  public Optional<Drawing> drawing(String profile) {
    return file.scoring().profiles().get(profile).rule().drawing();
  }

  /** Returns how answers are judged under every profile, if they are under each. */
  @Override
  public Optional<Judging> judging() {
    return file.scoring().profiles().values().stream()
            .allMatch(profile -> profile.judge().isPresent())
        ? file.scoring().profiles().values().iterator().next().judging()
        : Optional.empty();
  }

  @Override
  public Optional<Judging> judging(String profile) {
    return file.scoring().profiles().get(profile).judging();
  }

  @Override
  public Optional<Corpus> corpus(String profile) {
    return file.scoring().profiles().get(profile).rule().corpus();
  }

  @Override
  public Map<Addend, Double> addendsOfError(String profile, Reference reference) {
    return file.scoring().profiles().get(profile).rule().addendsOfError(reference);
  }

  /** Returns the share of the options that are right under the default profile. */
  @Override
  public double chance(Reference reference) {
    int options = Letters.present(reference.options()).size();
    int right = Math.max(1, rightLetters(reference).size());
    return options == 0
        ? file.scoring().profiles().get(profiles().get(0)).rule().chance()
        : (double) right / options;
  }

  @Override
  public List<String> rightLetters(Reference reference) {
    return file.scoring().profiles().get(profiles().get(0)).rule().rightLetters(reference);
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    List<AnswerFormat> formats = new ArrayList<>();
    file.scoring().profiles().values().stream()
        .flatMap(profile -> profile.judge().stream())
        .flatMap(ProfileJudge::formats)
        .distinct()
        .forEach(formats::add);
    file.scoring().answerFile().map(AnswerFile::format).ifPresent(formats::add);
    placedAnswers().ifPresent(formats::add);
    formats.add(keyed(TableAnswers.BY_ID));
    formats.add(LlavaAnswers.BY_ID);
    return formats;
  }

  private AnswerFormat keyed(AnswerFormat format) {
    return file.scoring()
        .answerFile()
        .<AnswerFormat>map(answers -> new KeyedAnswers(format, answers::key))
        .orElse(format);
  }

  @Override
  public Optional<Submission> submission() {
    return file.scoring().answerFile().map(AnswerFile::submission);
  }
}
