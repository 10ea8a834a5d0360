package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Letters;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PromptText;
import io.prumerge.benchmark.Wordings;
import io.prumerge.location.HubName;
import io.prumerge.service.Unknown;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.table.DataRow;
import io.prumerge.source.table.DataTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/** A benchmark that a {@link BenchmarkFile} defines. */
public final class FileBenchmark implements Benchmark {

  private static final String DEFAULT_CATEGORY = "default";

  private final BenchmarkFile file;
  private final Optional<Path> folder;

  /**
   * @param folder that the file's relative paths start at; empty for one that came with questions
   */
  public FileBenchmark(BenchmarkFile file, Optional<Path> folder) {
    this.file = file;
    this.folder = folder;
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String defaultSplit() {
    return file.split();
  }

  @Override
  public List<String> profiles() {
    return List.copyOf(file.rules().keySet());
  }

  @Override
  public List<String> layouts() {
    return List.of(String.join(", ", file.data()));
  }

  @Override
  public Optional<String> definition() {
    return Optional.of(file.text());
  }

  /** Returns the data and the folders of pictures; none if the file came with questions. */
  @Override
  public List<String> sources() {
    return folder
        .map(
            start ->
                Stream.concat(file.data().stream(), file.images().stream())
                    .map(
                        place ->
                            HubName.isNamedBy(place) ? place : new Path(start, place).toString())
                    .toList())
        .orElse(List.of());
  }

  @Override
  public PromptProfile prompts(Optional<String> name) {
    String asked = name.orElseGet(() -> file.prompts().keySet().iterator().next());
    if (!file.prompts().containsKey(asked)) {
      throw new IllegalArgumentException(
          Unknown.message("prompts of " + file.name(), asked, file.prompts().keySet()));
    }
    return PromptProfile.own(asked);
  }

  @Override
  public boolean turnsPictures() {
    return file.turned();
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return file.figures();
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    List<DataTable> tables = tables(source);
    List<String> problems = columnProblems(tables);
    if (!problems.isEmpty()) {
      throw BenchmarkFile.refusal(file.name(), problems);
    }
    PromptText wording =
        Optional.ofNullable(file.prompts().get(prompts.name()))
            .orElseGet(() -> file.prompts().values().iterator().next());
    Questions questions = new Questions(wording, sink);
    Set<String> wanted = new LinkedHashSet<>();
    file.uses().forEach(use -> wanted.add(use.column()));
    for (DataTable table : tables) {
      table.read(wanted, questions::add);
    }
  }

  private List<DataTable> tables(SourceFiles source) throws IOException {
    return DataTable.open(source, source.split().orElse(file.split()));
  }

  /** Returns the faults of columns that the data lack. */
  List<String> columnProblems(SourceFiles source) throws IOException {
    return columnProblems(tables(source));
  }

  private List<String> columnProblems(List<DataTable> tables) throws IOException {
    List<String> problems = new ArrayList<>();
    for (DataTable table : tables) {
      problems.addAll(problems(table));
    }
    return problems;
  }

  /** Returns the faults of columns that a table lacks. */
  private List<String> problems(DataTable table) throws IOException {
    Collection<String> columns = table.columns();
    return file.uses().stream()
        .flatMap(use -> use.problem(file.name(), table.name(), columns).stream())
        .distinct()
        .toList();
  }

  /** Returns the reference answers, joined; an answer need equal one of them only. */
  @Override
  public Optional<String> gold(Reference reference) {
    return Wordings.anyOf(reference.answers());
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return file.rules().get(profile).score(answer, reference);
  }

  @Override
  public double chance(Reference reference) {
    long options = reference.options().stream().filter(option -> !option.isEmpty()).count();
    return options == 0 ? 0 : 1.0 / options;
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(CsvAnswers.BY_ID, LlavaAnswers.BY_ID);
  }

  /** Makes questions of rows. */
  private final class Questions {

    private final PromptText wording;
    private final Consumer<BenchmarkQuestion> sink;
    private final Set<String> ids = new LinkedHashSet<>();
    private final Map<String, String> units = new HashMap<>();
    private int number;

    Questions(PromptText wording, Consumer<BenchmarkQuestion> sink) {
      this.wording = wording;
      this.sink = sink;
    }

    void add(DataRow row) {
      number++;
      QuestionColumns columns = file.columns();
      JsonNode fileId = columns.id().map(row::id).orElse(IntNode.valueOf(number));
      String id = fileId.asText();
      if (!ids.add(id)) {
        throw row.error(
                columns.id().orElse("row"), "'" + id + "' is the id of an earlier question, too")
            .ofFile();
      }
      sink.accept(question(row, id, fileId));
    }

    private BenchmarkQuestion question(DataRow row, String id, JsonNode fileId) {
      QuestionColumns columns = file.columns();
      String question =
          row.text(columns.question())
              .orElseThrow(() -> row.error(columns.question(), "is empty: there is no question"));
      List<String> options = options(row);
      List<ImagePlace> images = images(row, id);
      Map<String, String> extra = new HashMap<>();
      extra.put(BenchmarkQuestion.FILE_ID, fileId.toString());
      List<String> groups = groups(row);
      if (groups.size() > 1) {
        extra.put(BenchmarkQuestion.GROUPS, String.join("\n", groups.subList(1, groups.size())));
      }
      columns
          .unit()
          .flatMap(row::text)
          .ifPresent(unit -> extra.put(BenchmarkQuestion.UNIT, unit(row, unit, id, images)));
      Reference reference =
          new Reference(
              question,
              groups.get(0),
              columns.answers().map(row::texts).orElse(List.of()),
              options,
              extra);
      requireAnswers(row, reference);
      return new BenchmarkQuestion(
          id,
          ImagePlace.of(images),
          prompt(row, question, options),
          file.maxNewTokens(),
          reference);
    }

    private String prompt(DataRow row, String question, List<String> options) {
      String prompt =
          wording.with(
              name ->
                  switch (name) {
                    case "question" -> Optional.of(question);
                    case "options" -> Optional.of(lines(options)).filter(text -> !text.isEmpty());
                    default -> row.text(name);
                  });
      if (prompt.isBlank()) {
        throw row.error(
            file.columns().question(), "makes an empty prompt: each of its pieces lacks a value");
      }
      return prompt;
    }

    private static String lines(List<String> options) {
      return String.join(
          "\n",
          IntStream.range(0, options.size())
              .filter(i -> !options.get(i).isEmpty())
              .mapToObj(i -> Letters.of(i) + ". " + options.get(i))
              .toList());
    }

    /** Returns the options; one that is missing in between is empty. */
    private List<String> options(DataRow row) {
      QuestionColumns columns = file.columns();
      if (columns.optionsInOne()) {
        return row.texts(columns.options().get(0));
      }
      List<String> options = new ArrayList<>();
      int last = 0;
      for (String column : columns.options()) {
        options.add(row.text(column).orElse(""));
        last = options.get(options.size() - 1).isEmpty() ? last : options.size();
      }
      return options.subList(0, last);
    }

    private List<ImagePlace> images(DataRow row, String id) {
      List<ImagePlace> images = new ArrayList<>();
      List<String> columns = file.columns().images();
      for (String column : columns) {
        String own = columns.size() == 1 ? id : id + "/" + column;
        images.addAll(row.images(column, !file.images().isEmpty(), own));
      }
      return images;
    }

    /** Returns the category, then the further groups. */
    private List<String> groups(DataRow row) {
      List<String> columns = file.columns().categories();
      List<String> groups = new ArrayList<>();
      for (String column : columns) {
        row.text(column)
            .map(CategoryName::of)
            .filter(value -> !value.isEmpty())
            .map(value -> columns.size() == 1 ? value : CategoryName.start(column) + value)
            .ifPresent(groups::add);
      }
      if (groups.contains(BenchmarkQuestion.ALL_CATEGORIES)) {
        throw row.error(
            columns.get(0),
            "is 'all', as the figures over all categories are called; name it otherwise");
      }
      return groups.isEmpty() ? List.of(DEFAULT_CATEGORY) : groups;
    }

    /** Returns a unit, all of whose questions are about one picture: statistics need this. */
    private String unit(DataRow row, String unit, String id, List<ImagePlace> images) {
      boolean named = !images.isEmpty() && images.get(0) instanceof ImagePlace.InFolder;
      String about = images.isEmpty() ? "question " + id : named ? images.get(0).id() : "";
      String before = units.putIfAbsent(unit, about);
      if (before != null && !before.equals(about)) {
        throw row.error(
            file.columns().unit().orElseThrow(),
            "joins questions about several pictures, which have no common figure: '" + unit + "'");
      }
      return unit;
    }

    private void requireAnswers(DataRow row, Reference reference) {
      if (reference.answers().isEmpty()) {
        return; // asked, not scored
      }
      file.rules()
          .values()
          .forEach(
              rule ->
                  rule.problem(reference)
                      .ifPresent(
                          problem -> {
                            throw row.error(file.columns().answers().orElseThrow(), problem);
                          }));
    }
  }
}
