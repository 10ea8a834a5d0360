package io.prumerge.benchmark.mmbench;

import com.fasterxml.jackson.databind.node.LongNode;
import io.prumerge.benchmark.AnswerColumns;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.HubData;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.TableAnswers;
import io.prumerge.benchmark.UnitRows;
import io.prumerge.benchmark.rule.LmmsEvalLetters;
import io.prumerge.benchmark.rule.VlmEvalKitLetters;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.TsvTable;
import io.prumerge.source.XlsxWriter;
import io.prumerge.store.OutputFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * MMBench (Liu et al., 2023): multiple choice. Every question is asked once per rotation of its
 * options and is right only if all of its rows are right. Read from the TSV files of any generation
 * or from Hugging Face Parquet. The profile {@code official} reads letters like VLMEvalKit.
 */
public class MmBench extends PublishedBenchmark {

  /** The group of rows with the options in their own order. */
  static final String ORIGINAL = "original";

  /** The values of {@code l2-category}, in all languages. */
  private static final Set<String> ABILITIES =
      Set.of(
          "attribute_reasoning",
          "coarse_perception",
          "finegrained_perception (cross-instance)",
          "finegrained_perception (instance-level)",
          "logic_reasoning",
          "relation_reasoning");

  /** Key in {@link BenchmarkQuestion#extra()}: the file's {@code split} column. */
  static final String SPLIT = "split";

  /** Sheets of predictions, whose indexes are whole numbers. */
  private static final TableAnswers SHEET =
      new TableAnswers(
          List.of(new AnswerColumns(TableAnswers.INDEX, TableAnswers.PREDICTION, MmBench::key)),
          Optional.of("answer"));

  /** How deep below a source folder files are searched. */
  private static final int DEPTH = 1;

  private final MmBenchLanguage language;

  /** Creates MMBench in English. */
  public MmBench() {
    this(MmBenchLanguage.EN);
  }

  MmBench(MmBenchLanguage language) {
    super(language.benchmark(), "dev");
    this.language = language;
  }

  @Override
  public Optional<HubData> hubData() {
    return language == MmBenchLanguage.EN
        ? Optional.of(HubData.ofLmmsLab("MMBench_EN", "data/dev-*"))
        : Optional.empty();
  }

  @Override
  public List<String> layouts() {
    return List.of("a TSV file of any generation", "Hugging Face's Parquet files");
  }

  @Override
  public String kindOf(String category) {
    return category.equals(ORIGINAL)
        ? "order of options"
        : ABILITIES.contains(category) ? "ability" : "category";
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(
        MetricRule.pooled("circular", Statistic.UNITS),
        MetricRule.within("vanilla", Statistic.MEAN, ORIGINAL),
        MetricRule.pooled("accuracy", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    MmBenchTable table = table(source);
    Map<Long, MmBenchRow> originals = originals(table.rows());
    Map<Long, ImagePlace> images = new HashMap<>();
    Map<Long, DataException> invalid = new HashMap<>(table.invalid());
    UnitRows circles = new UnitRows();
    if (source.leftOut().unnamed() > 0) {
      circles.lose();
    }
    for (MmBenchRow row : table.rows()) {
      circles.add(row.unit());
      try {
        MmBenchRow original = original(row, originals);
        images.computeIfAbsent(row.circle(), key -> table.image(original));
      } catch (DataException e) {
        invalid.putIfAbsent(row.circle(), e);
      }
    }
    source
        .leftOut()
        .ofKept()
        .read(
            table.rows()::forEach,
            row -> {
              // The rows of a circle are right together: without one, the others would be easier.
              if (invalid.containsKey(row.circle())) {
                throw invalid.get(row.circle());
              }
              sink.accept(circles.counted(question(row, images.get(row.circle()), prompts)));
            },
            row -> Optional.of(Long.toString(row.index())));
  }

  private static MmBenchRow original(MmBenchRow row, Map<Long, MmBenchRow> originals) {
    MmBenchRow original = originals.get(row.circle());
    if (original == null) {
      throw new DataException(
          Text.format(
              "%s: row %d is a rotation of row %d, which is not there",
              row.where(), row.index(), row.circle()));
    }
    if (!row.asksAs(original)) {
      throw new DataException(
          Text.format(
              "%s: row %d is no rotation of row %d in %s: its question or its options are others",
              row.where(), row.index(), original.index(), original.where()));
    }
    return original;
  }

  private MmBenchTable table(SourceFiles source) throws IOException {
    String split = source.split().orElse(defaultSplit());
    List<Path> files = new ArrayList<>();
    for (Path file : source.within(MmBenchTsv.ENDING, DEPTH)) {
      if (language.fits(file.getName())
          && MmBenchTsv.recognises(TsvTable.open(file, source.hadoop()))) {
        files.add(file);
      }
    }
    if (!files.isEmpty()) {
      Path file = chooseFile(files, split);
      if (isOf(file, split)) {
        source.reads(split);
      }
      return MmBenchTsv.read(TsvTable.open(file, source.hadoop()), source);
    }
    List<HuggingFaceTable> tables =
        MmBenchParquet.tables(source).stream()
            .filter(table -> language.fitsConfiguration(table.folder()))
            .toList();
    if (tables.isEmpty()) {
      throw new DataException(
          Text.format(
              "No %s in %s; expected a TSV or Parquet file with the columns index, question, A, B,"
                  + " C, D, answer, category, image",
              name(), source.described()));
    }
    HuggingFaceTable table = HuggingFaceTable.one(tables, split);
    source.reads(table.split());
    return MmBenchParquet.read(table, source);
  }

  private static boolean isOf(Path file, String split) {
    return file.getName().toLowerCase(Locale.ROOT).contains(split);
  }

  /** Chooses the file; of several, the one with the split's name. */
  private Path chooseFile(List<Path> files, String split) {
    List<Path> named =
        files.size() == 1 ? files : files.stream().filter(file -> isOf(file, split)).toList();
    if (named.size() != 1) {
      throw new DataException(
          Wording.of(
              "%d files could be %s, split %s: %s; give one of them as %s",
              files.size(), name(), split, files, Setting.SOURCE));
    }
    return named.get(0);
  }

  private static Map<Long, MmBenchRow> originals(List<MmBenchRow> rows) {
    Map<Long, MmBenchRow> all = new HashMap<>();
    Map<Long, MmBenchRow> originals = new HashMap<>();
    for (MmBenchRow row : rows) {
      MmBenchRow before = all.putIfAbsent(row.index(), row);
      if (before != null) {
        throw new DataException(
            Text.format(
                "%s: index %d stands in %s already", row.where(), row.index(), before.where()));
      }
      if (row.original()) {
        originals.put(row.index(), row);
      }
    }
    return originals;
  }

  private BenchmarkQuestion question(MmBenchRow row, ImagePlace image, PromptProfile prompts) {
    Stream<String> groups =
        Stream.concat(
            row.ability().stream(), row.original() ? Stream.of(ORIGINAL) : Stream.empty());
    BenchmarkQuestion question =
        BenchmarkQuestion.of(
                LongNode.valueOf(row.index()),
                Optional.of(image),
                prompts.prompt(
                    name(), PromptParts.choice(row.question(), row.hint(), row.shownOptions())),
                row.question(),
                row.category(),
                row.answer().map(List::of).orElse(List.of()),
                BenchmarkQuestion.LONG_ANSWER)
            .withOptions(row.options())
            .with(BenchmarkQuestion.UNIT, row.unit())
            .with(BenchmarkQuestion.GROUPS, String.join("\n", groups.toList()));
    return row.split().map(split -> question.with(SPLIT, split)).orElse(question);
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    Optional<String> letter =
        profile.equals(LMMS_EVAL)
            ? LmmsEvalLetters.read(answer, reference.options())
            : VlmEvalKitLetters.read(answer, reference.options());
    return new Score(
        letter.orElse(""),
        letter.isEmpty(),
        letter.equals(reference.answers().stream().findFirst()) ? 1 : 0);
  }

  private static String key(String index) {
    String key = TableAnswers.whole(index);
    if (!key.matches("-?\\d{1,18}")) {
      throw new IllegalArgumentException(
          "expected a whole number in 'index', found '" + index + "'");
    }
    return key;
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(SHEET, LlavaAnswers.BY_ID);
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(new Export(name()));
  }

  /**
   * The sheet for MMBench's server, as written by LLaVA's {@code
   * convert_mmbench_for_submission.py}: {@code index, question, A, B, C, D, prediction, answer,
   * split}; {@code answer} and {@code split} only if the source has them.
   *
   * @param name of the file, without its ending
   */
  private record Export(String name) implements Submission {

    @Override
    public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
        throws IOException {
      Path file = new Path(folder, name + XlsxWriter.ENDING);
      try (XlsxWriter sheet =
          new XlsxWriter(OutputFile.create(file.getFileSystem(hadoop), file, false))) {
        boolean started = false;
        while (answers.hasNext()) {
          AnsweredQuestion answered = answers.next();
          if (!started) {
            header(answered.question(), sheet);
            started = true;
          }
          row(answered, sheet);
        }
      }
    }

    private static void header(BenchmarkQuestion question, XlsxWriter sheet) throws IOException {
      List<Optional<String>> cells = new ArrayList<>();
      cells.add(Optional.of(TableAnswers.INDEX));
      cells.add(Optional.of("question"));
      MmBenchColumns.OPTIONS.forEach(letter -> cells.add(Optional.of(letter)));
      cells.add(Optional.of(TableAnswers.PREDICTION));
      if (!question.answers().isEmpty()) {
        cells.add(Optional.of("answer"));
      }
      if (question.extra().containsKey(MmBench.SPLIT)) {
        cells.add(Optional.of("split"));
      }
      sheet.row(cells);
    }

    private static void row(AnsweredQuestion answered, XlsxWriter sheet) throws IOException {
      BenchmarkQuestion question = answered.question();
      List<Optional<String>> cells = new ArrayList<>();
      cells.add(Optional.of(question.question()));
      for (int i = 0; i < MmBenchColumns.OPTIONS.size(); i++) {
        String option = i < question.options().size() ? question.options().get(i) : "";
        cells.add(Optional.of(option).filter(text -> !text.isEmpty()));
      }
      cells.add(Optional.of(answered.answer()));
      question.answers().stream().findFirst().map(Optional::of).ifPresent(cells::add);
      Optional.ofNullable(question.extra().get(MmBench.SPLIT))
          .map(Optional::of)
          .ifPresent(cells::add);
      sheet.row(question.fileId().longValue(), cells);
    }
  }
}
