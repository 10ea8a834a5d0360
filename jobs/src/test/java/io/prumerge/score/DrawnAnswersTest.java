package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.CountedWork;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Rows;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.ScoreRow;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Letters of MMMU's undecided answers against those of Python's {@code random.seed(42)}. */
@Tag("spark")
class DrawnAnswersTest {

  private static final String RANDOM = "official-random";
  private static final String UNDECIDED = "I cannot say";

  /** The questions in the order in which letters are drawn. */
  private static final List<String> IDS =
      List.of(
          "Accounting_2",
          "Accounting_10",
          "Art_9",
          "Art_Theory_1",
          "Art_Theory_23",
          "Computer_Science_7",
          "Sociology_30",
          "Sociology_31");

  private static final int[] OPTIONS = {4, 3, 4, 2, 5, 4, 7, 4};

  /** {@code random.choice} of the first of {@code "ABCDEFG"}, one by one. */
  private static final List<String> LETTERS = List.of("A", "A", "C", "A", "B", "B", "F", "A");

  private final SparkSession spark = LocalSpark.session();
  private final List<Row> answers = new ArrayList<>();

  private void answer(String method, int question, Object answer, Object error) {
    answers.add(
        Rows.prediction(
            "benchmark",
            "mmmu",
            "split",
            "validation",
            "method",
            method,
            "question_id",
            "validation_" + IDS.get(question),
            "answer",
            answer,
            "error",
            error));
  }

  /** Returns the questions, the right answer to each of which is A. */
  private Dataset<Row> questions() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IDS.size(); i++) {
      rows.add(
          RowFactory.create(
              "mmmu",
              "validation",
              "validation_" + IDS.get(i),
              "i",
              "?",
              "c",
              new String[] {"A"},
              Collections.nCopies(OPTIONS[i], "an option").toArray(String[]::new),
              null));
    }
    rows.add(
        RowFactory.create(
            "mmmu",
            "validation",
            "validation_Art_1",
            "i",
            "?",
            "c",
            new String[] {"7"},
            new String[0],
            null));
    return spark.createDataFrame(rows, QuestionTable.SCHEMA);
  }

  private List<ScoreRow> scores(String... profile) {
    Collections.shuffle(answers, new Random(3));
    Scores scores = new Scores(Benchmarks.KNOWN, List.of("mmmu"));
    Dataset<Row> predictions = Rows.predictions(answers);
    return Table.SCORES.records(
        profile.length == 0
            ? scores.of(predictions, questions())
            : scores.of(predictions, questions(), profile[0]));
  }

  /** Returns the letters of a method by the questions. */
  private static Map<String, String> letters(List<ScoreRow> rows, String method, String profile) {
    Map<String, String> letters = new TreeMap<>();
    rows.stream()
        .filter(row -> row.method().equals(method) && row.profile().equals(profile))
        .forEach(row -> letters.put(row.questionId().substring(11), String.valueOf(row.parsed())));
    return letters;
  }

  @Test
  void eachMethodsLettersAreDrawnFromTheStart() {
    for (int i = 0; i < IDS.size(); i++) {
      answer("none", i, UNDECIDED, null);
      answer("prumerge", i, i < 2 ? "(B)" : UNDECIDED, null);
    }

    List<ScoreRow> rows = scores();

    Map<String, String> all = new TreeMap<>();
    for (int i = 0; i < IDS.size(); i++) {
      all.put(IDS.get(i), LETTERS.get(i));
    }
    assertThat(letters(rows, "none", RANDOM)).isEqualTo(all);
    assertThat(letters(rows, "prumerge", RANDOM))
        .as("Python's choices of 4, 2, 5, 4, 7 and 4")
        .isEqualTo(
            Map.of(
                "Accounting_2", "B",
                "Accounting_10", "B",
                "Art_9", "A",
                "Art_Theory_1", "A",
                "Art_Theory_23", "C",
                "Computer_Science_7", "B",
                "Sociology_30", "B",
                "Sociology_31", "B"));
    assertThat(rows)
        .filteredOn(row -> row.profile().equals(RANDOM) && row.method().equals("none"))
        .allSatisfy(
            row -> {
              assertThat(row.unparsed()).isTrue();
              assertThat(row.score()).hasValue(row.parsed().equals("A") ? 1 : 0);
            });
    assertThat(letters(rows, "none", "official").values()).as("off by default").containsOnly("");
    assertThat(scores(RANDOM))
        .containsExactlyInAnyOrderElementsOf(
            rows.stream().filter(row -> row.profile().equals(RANDOM)).toList());
  }

  @Test
  void nothingIsDrawnForErrorsMissingAnswersAndOpenQuestions() {
    answer("none", 0, null, "timeout");
    answer("none", 1, null, null);
    answer("none", 2, UNDECIDED, null);
    answers.add(
        Rows.prediction(
            "benchmark", "mmmu", "split", "validation", "question_id", "validation_Art_1"));

    List<ScoreRow> rows = scores(RANDOM);

    assertThat(letters(rows, "none", RANDOM))
        .containsEntry("Accounting_2", "null")
        .containsEntry("Accounting_10", "null")
        .as("the first letter")
        .containsEntry("Art_9", "A")
        .containsEntry("Art_1", "yes");
    assertThat(rows)
        .filteredOn(ScoreRow::unparsed)
        .extracting(ScoreRow::questionId)
        .containsExactly("validation_Art_9");
  }

  /** In jobs that start before scores are asked for. */
  @Test
  void undecidedAnswersAreLookedForWhereLettersAreDrawn() throws TimeoutException {
    answer("none", 0, UNDECIDED, null);
    Dataset<Row> predictions = Rows.predictions(answers);
    Dataset<Row> questions = questions();
    try (CountedWork work = new CountedWork()) {
      new Scores(Benchmarks.KNOWN, List.of("pope", "mmstar")).of(predictions, questions);
      new Scores(Benchmarks.KNOWN, List.of("mmmu")).of(predictions, questions, "official");
      assertThat(work.jobs()).isZero();
      new Scores(Benchmarks.KNOWN, List.of("mmmu")).of(predictions, questions, RANDOM);
      assertThat(work.jobs()).isPositive();
    }
  }
}
