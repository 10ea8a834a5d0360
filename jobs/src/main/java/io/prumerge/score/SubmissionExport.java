package io.prumerge.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Submission;
import io.prumerge.prepare.StagedQuestion;
import io.prumerge.store.FileNames;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes sets of answers in their benchmark's submission format. */
final class SubmissionExport {

  private final Folders folders;
  private final QuestionSet asked;
  private final Submission submission;

  SubmissionExport(SparkSession spark, QuestionSet asked, Submission submission) {
    this.folders = new Folders(spark);
    this.asked = asked;
    this.submission = submission;
  }

  /**
   * Writes a folder per set of answers. Its name is the method; with several runs it lies in a
   * folder of its run. The driver holds one part of the questions at a time.
   *
   * @param given columns of {@link AnswerSet}, {@code question_id}, {@code answer}, {@code error}
   * @param results the sets of answers
   * @param partial a folder that does not exist yet
   * @param root the name that it gets when it is whole
   * @return the folders below {@code root}, with counts of missing answers
   */
  List<SubmissionFolder> write(Dataset<Row> given, List<AnswerSet> results, Path partial, Path root)
      throws IOException {
    folders.fileSystem(partial).mkdirs(partial);
    List<SubmissionFolder> written = new ArrayList<>();
    for (AnswerSet result : results) {
      Path folder = folder(result, results, partial);
      folders.fileSystem(folder).mkdirs(folder);
      Merged merged = new Merged(answered(given, result));
      submission.write(merged, folder, folders.hadoop());
      written.add(
          new SubmissionFolder(folder(result, results, root), asked.count(), merged.missing));
    }
    return written;
  }

  private static Path folder(AnswerSet result, List<AnswerSet> results, Path root) {
    Map<String, String> runs =
        FileNames.safe(results.stream().map(AnswerSet::runId).distinct().toList());
    Map<String, String> methods =
        FileNames.safe(results.stream().map(AnswerSet::method).distinct().toList());
    return new Path(
        runs.size() > 1 ? new Path(root, runs.get(result.runId())) : root,
        methods.get(result.method()));
  }

  /** Returns the questions in their order, each with its answer if that has no error. */
  private Iterator<Row> answered(Dataset<Row> given, AnswerSet result) {
    Dataset<Row> own = given.where("answer IS NOT NULL AND error IS NULL");
    for (Map.Entry<String, Object> column : AnswerSet.COLUMNS.values(result).entrySet()) {
      own = own.where(own.col(column.getKey()).eqNullSafe(lit(column.getValue())));
    }
    return asked
        .rows()
        .join(
            own.select(col("question_id"), col("answer")),
            col("question.question_id").equalTo(col("question_id")),
            "left")
        .drop("question_id")
        .orderBy(QuestionSet.POSITION)
        .toLocalIterator();
  }

  /** Every question with its answer; a missing answer is empty. */
  private static final class Merged implements Iterator<AnsweredQuestion> {

    private final Iterator<Row> rows;
    private long missing;

    /**
     * @param rows of {@link StagedQuestion#SCHEMA} and {@code answer}, in the order of the
     *     questions
     */
    Merged(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public AnsweredQuestion next() {
      Row row = rows.next();
      String text = row.getAs("answer");
      missing += text == null ? 1 : 0;
      return new AnsweredQuestion(StagedQuestion.question(row), text == null ? "" : text);
    }
  }
}
