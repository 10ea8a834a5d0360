package io.prumerge.benchmark.pope;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.HubData;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Wordings;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * POPE (Li et al., 2023): yes/no questions about objects in three settings. Read from LLaVA's
 * {@code llava_pope_test.jsonl} with the official label files next to it or in {@code coco/}, from
 * these label files alone, or from Hugging Face Parquet. Scoring follows the official {@code
 * evaluate.py} and LLaVA's {@code eval_pope.py}.
 */
public final class PopeBenchmark extends PublishedBenchmark {

  static final String NAME = "pope";

  private static final Set<String> SETTINGS = Set.copyOf(PopeLabels.SETTINGS);

  static final String QUESTION_FILE = "llava_pope_test.jsonl";

  /**
   * Key in {@link BenchmarkQuestion#extra()}: {@link PopeAnswerKey#text} where ids are not unique.
   */
  static final String KEY = "key";

  private static final ProfileRule OWN = rule("pope");
  private static final ProfileRule HARNESS = rule("lmms-pope");

  private static ProfileRule rule(String parser) {
    return AnswerRules.of("yes-no", Map.of(AnswerRules.PARSER, parser));
  }

  public PopeBenchmark() {
    super(NAME, "test");
  }

  @Override
  public Optional<HubData> hubData() {
    return Optional.of(HubData.ofLmmsLab("POPE", "data/*"));
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "llava_pope_test.jsonl, the official label files next to it or in coco",
        "the official label files",
        "Hugging Face's Parquet files");
  }

  /**
   * The official figures are means over the settings, lmms-eval's are over all questions; both are
   * absent unless all three settings have answers. lmms-eval's yes ratio is left out, because it is
   * that of the labels.
   */
  @Override
  public List<MetricRule> metrics(String profile) {
    return profile.equals(LMMS_EVAL)
        ? List.of(
            MetricRule.pooled("f1", Statistic.F1, SETTINGS),
            MetricRule.pooled("accuracy", Statistic.MEAN, SETTINGS),
            MetricRule.pooled("precision", Statistic.PRECISION, SETTINGS),
            MetricRule.pooled("recall", Statistic.RECALL, SETTINGS))
        : List.of(
            MetricRule.averaged("f1", Statistic.F1, SETTINGS),
            MetricRule.averaged("accuracy", Statistic.MEAN, SETTINGS),
            MetricRule.averaged("precision", Statistic.PRECISION, SETTINGS),
            MetricRule.averaged("recall", Statistic.RECALL, SETTINGS),
            MetricRule.averaged("yes_ratio", Statistic.YES_RATIO, SETTINGS));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    PopeQuestions questions = new PopeQuestions(prompts, sink);
    Optional<Path> llava = source.find(QUESTION_FILE, PopeLabels.FOLDER);
    if (llava.isPresent()) {
      PopeLabels labels = PopeLabels.read(source);
      JsonLines.read(llava.get(), source, "question_id", line -> questions.llava(line, labels));
      return;
    }
    Map<String, Path> official = PopeLabels.files(source);
    if (!official.isEmpty()) {
      for (Map.Entry<String, Path> file : official.entrySet()) {
        JsonLines.read(file.getValue(), source, line -> questions.official(file.getKey(), line));
      }
      return;
    }
    for (HuggingFaceTable table : tables(source)) {
      source
          .leftOut()
          .<HuggingFaceRow>read(
              rows -> table.read(PopeQuestions.COLUMNS, Set.of(), rows), questions::hub);
    }
  }

  /**
   * The hub's split {@code test} has all settings; its configuration {@code Full} has one split per
   * setting.
   */
  private List<HuggingFaceTable> tables(SourceFiles source) throws IOException {
    List<HuggingFaceTable> tables =
        HuggingFaceTable.having(source, PopeQuestions.COLUMNS.toArray(String[]::new));
    if (tables.isEmpty()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "No %s in %s; POPE is read in LLaVA's layout (playground/data/eval/pope), from its"
                  + " label files coco_pope_SETTING.json, or from Parquet files with the columns"
                  + " question_id, question, answer, image_source, category, image",
              QUESTION_FILE,
              source.described()));
    }
    boolean whole = tables.stream().anyMatch(table -> table.split().equals(defaultSplit()));
    return whole ? List.of(HuggingFaceTable.one(tables, defaultSplit())) : tables;
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return (profile.equals(LMMS_EVAL) ? HARNESS : OWN).score(answer, reference);
  }

  /** Returns the chance of one of yes and no. */
  @Override
  public double chance(Reference reference) {
    return 0.5;
  }

  @Override
  public String key(BenchmarkQuestion question) {
    return Optional.ofNullable(question.extra().get(KEY))
        .orElseGet(() -> question.fileId().asText());
  }

  @Override
  public boolean asks(String prompt, BenchmarkQuestion question) {
    return PopeAnswerKey.spelled(Wordings.same(prompt))
        .contains(PopeAnswerKey.spelled(Wordings.same(question.question())));
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(Answers.FORMAT, LlavaAnswers.BY_ID);
  }

  /**
   * The answer files of POPE's own {@code evaluate.py}: one file per setting, with the setting in
   * its name, and lines with {@code question} and {@code answer} in the order of the official
   * questions.
   */
  private enum Answers implements AnswerFormat {
    FORMAT;

    private static final String ANSWER = "answer";

    @Override
    public boolean recognises(Path path, Configuration hadoop) throws IOException {
      return JsonBeginning.hasField(path, hadoop, ANSWER);
    }

    @Override
    public void read(
        Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
        throws IOException {
      String setting = setting(path);
      JsonLines.numbered(
          path,
          hadoop,
          leftOut,
          (line, position) ->
              sink.accept(
                  GivenAnswer.of(
                      PopeAnswerKey.of(setting, position, line.text("question")).text(),
                      line.text(ANSWER),
                      line.where())));
    }

    private static String setting(Path path) {
      String name = path.getName().toLowerCase(Locale.ROOT);
      List<String> named = PopeLabels.SETTINGS.stream().filter(name::contains).toList();
      if (named.size() != 1) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: which setting do these answers belong to? The file's name must have one of %s"
                    + " in it",
                path,
                String.join(", ", PopeLabels.SETTINGS)));
      }
      return named.get(0);
    }
  }
}
