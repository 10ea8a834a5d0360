package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A user's questions in the forms that other tools write, asked without writing a line. The files
 * are made by {@code notebooks/goldens/make_question_files.py}.
 */
@Tag("spark")
@Tag("model")
class OwnQuestionsTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path FILES = ROOT.resolve("jobs/src/test/resources/questions");
  private static final Path GOLDENS = ROOT.resolve("udfs/src/test/resources/goldens");

  @TempDir private Path folder;

  private static CommandLineRun done(List<String> arguments) {
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  /**
   * Twelve questions each: a CSV and a folder of pictures, VLMEvalKit's TSV with base64, Parquet of
   * Hugging Face with ten answers, JSONL with several pictures.
   */
  @ParameterizedTest
  @CsvSource({
    "shop.csv, photos, qwen/qwen2_5_vl/tied, exact, 'fastv:layer=1,tokens=2'",
    "choices.tsv, '', layouts/hf, letter, prumerge",
    "people, '', layouts/hf, vqa, prumerge",
    "pairs.jsonl, pairs, qwen/qwen2_5_vl/tied, yes-no, uniform:tokens=2"
  })
  void areAskedAndScored(String data, String images, String model, String rule, String method)
      throws IOException {
    askAndScore(data, images, model, rule, method);
  }

  /**
   * With the other model, what of a file reaches it: letters of options, and several pictures.
   * Guards what only the two together get wrong.
   */
  @ParameterizedTest
  @Tag("slow")
  @CsvSource({
    "choices.tsv, '', qwen/qwen2_5_vl/tied, letter, 'fastv:layer=1,tokens=2'",
    "pairs.jsonl, pairs, layouts/hf, yes-no, prumerge"
  })
  void areAskedOfTheOtherModel(String data, String images, String model, String rule, String method)
      throws IOException {
    askAndScore(data, images, model, rule, method);
  }

  private void askAndScore(String data, String images, String model, String rule, String method)
      throws IOException {
    Path yaml = folder.resolve("own.yaml");
    List<String> init = new ArrayList<>(List.of("init-benchmark", "--output=" + yaml));
    init.add("--data=" + FILES.resolve(data));
    if (!images.isEmpty()) {
      init.add("--images=" + FILES.resolve(images));
    }
    done(init);
    assertThat(Files.readString(yaml)).contains("rule: " + rule);

    done(
        List.of(
            "evaluate",
            "--benchmark=" + yaml,
            "--model=" + GOLDENS.resolve(model),
            "--limit=40",
            "--max-new-tokens=4",
            "--device=cpu",
            "--output=" + folder.resolve("run"),
            "--method",
            "none",
            method));

    Dataset<Row> answers = table(Table.PREDICTIONS);
    assertThat(answers.count()).isEqualTo(24);
    assertThat(answers.where("error IS NOT NULL").select("error").collectAsList()).isEmpty();
    assertThat(answers.where("benchmark = 'own'").count()).isEqualTo(24);
    Dataset<Row> scores = table(Table.SCORES);
    assertThat(scores.count()).isEqualTo(24);
    assertThat(scores.where("score IS NULL OR gold IS NULL").count()).isZero();
    assertThat(folder.resolve("run/report/report.html")).exists();
  }

  private Dataset<Row> table(Table<?> table) {
    return table.read(
        LocalSpark.session(), List.of(folder.resolve("run").resolve(table.folder()).toString()));
  }
}
