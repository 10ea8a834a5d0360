package io.prumerge.load.server;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.spark.RecordColumns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * A question that a load test asks, of one benchmark's split.
 *
 * @param number among the test's, from 0
 */
record DrawnQuestion(String questionId, int number) {

  static final RecordColumns<DrawnQuestion> COLUMNS = RecordColumns.of(DrawnQuestion.class);

  /**
   * A row of examples.
   *
   * @param imageId null for text alone
   * @param questions the ids of its questions
   */
  record ExampleRow(String imageId, boolean video, List<String> questions) {

    static final RecordColumns<ExampleRow> COLUMNS = RecordColumns.of(ExampleRow.class);

    /** Rows have an order of their own, whatever files they lie in. */
    private static final Comparator<ExampleRow> ORDER =
        Comparator.comparing(
                ExampleRow::imageId, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .thenComparing(row -> row.questions().get(0));
  }

  /**
   * Draws questions: the same of the same rows, in any order, and settings.
   *
   * @throws DataException if there are videos among the rows
   */
  static List<DrawnQuestion> draw(List<ExampleRow> rows, ChosenQuestions asked) {
    rows.stream()
        .filter(ExampleRow::video)
        .findFirst()
        .ifPresent(
            row -> {
              throw new DataException(
                  Text.format(
                      "load asks about pictures, and there are videos (%s); give it examples of"
                          + " pictures",
                      row.imageId()));
            });
    Random random = new Random(asked.seed());
    List<DrawnQuestion> all = new ArrayList<>();
    for (ExampleRow row : rows.stream().sorted(ExampleRow.ORDER).toList()) {
      List<String> ids =
          asked.perPicture() == QuestionsPerPicture.ALL || row.imageId() == null
              ? row.questions()
              : List.of(row.questions().get(random.nextInt(row.questions().size())));
      ids.forEach(id -> all.add(new DrawnQuestion(id, 0)));
    }
    Collections.shuffle(all, random);
    List<DrawnQuestion> own = new ArrayList<>();
    int most = Math.min(all.size(), asked.limit().orElse(all.size()));
    for (int i = asked.share().number() - 1; i < most; i += asked.share().of()) {
      own.add(new DrawnQuestion(all.get(i).questionId(), own.size()));
    }
    return own;
  }
}
