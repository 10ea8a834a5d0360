package io.prumerge.score;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.Submission.Answered;
import io.prumerge.store.FileNames;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes sets of answers in their benchmark's submission format. */
final class SubmissionExport {

  private final SparkSession spark;
  private final Folders folders;
  private final QuestionSet asked;
  private final Submission submission;

  SubmissionExport(SparkSession spark, QuestionSet asked, Submission submission) {
    this.spark = spark;
    this.folders = new Folders(spark);
    this.asked = asked;
    this.submission = submission;
  }

  /**
   * Writes a folder per set of answers. Its name is the method; with several runs it lies in a
   * folder of its run. The driver holds one part of the answers at a time.
   *
   * @param given {@link Coverage#RESULT}, {@code question_id}, {@code answer}, {@code error}
   * @param results rows of {@link Coverage#RESULT}
   * @param root a folder that does not exist yet
   * @return the folders, with counts of missing answers
   */
  List<Submitted> write(Dataset<Row> given, List<Row> results, Path root) throws IOException {
    List<Submitted> written = new ArrayList<>();
    for (Row result : results) {
      Path folder = folder(result, results, root);
      folders.fileSystem(folder).mkdirs(folder);
      Merged merged = new Merged(asked.list().iterator(), answers(given, result));
      submission.write(merged, folder, folders.hadoop());
      written.add(new Submitted(folder, asked.list().size(), merged.missing));
    }
    return written;
  }

  private static Path folder(Row result, List<Row> results, Path root) {
    Stream<String> runs = results.stream().map(other -> other.getAs("run_id"));
    Path folder =
        runs.distinct().count() > 1 ? new Path(root, FileNames.safe(result.getAs("run_id"))) : root;
    return new Path(folder, FileNames.safe(result.getAs("method")));
  }

  /** Returns position and text of the answers without an error, in the order of the questions. */
  private Iterator<Row> answers(Dataset<Row> given, Row result) {
    Dataset<Row> own = given.where("answer IS NOT NULL AND error IS NULL");
    for (String name : Coverage.RESULT) {
      own = own.where(own.col(name).eqNullSafe(lit(result.<String>getAs(name))));
    }
    return own.join(broadcast(asked.positions(spark)), "question_id")
        .select(QuestionSet.POSITION, "answer")
        .orderBy(QuestionSet.POSITION)
        .toLocalIterator();
  }

  /** Every question with its answer; a missing answer is empty. */
  private static final class Merged implements Iterator<Answered> {

    private final Iterator<BenchmarkQuestion> questions;
    private final Iterator<Row> answers;
    private long position;
    private long missing;
    private Row next;

    /**
     * @param answers position and text, in the order of the questions
     */
    Merged(Iterator<BenchmarkQuestion> questions, Iterator<Row> answers) {
      this.questions = questions;
      this.answers = answers;
      advance();
    }

    private void advance() {
      next = answers.hasNext() ? answers.next() : null;
    }

    @Override
    public boolean hasNext() {
      return questions.hasNext();
    }

    @Override
    public Answered next() {
      String text = "";
      if (next != null && next.getLong(0) == position) {
        text = next.getString(1);
        advance();
      } else {
        missing++;
      }
      position++;
      return new Answered(questions.next(), text);
    }
  }

  /**
   * A folder of submission files that was written.
   *
   * @param questions number of questions in the submission
   * @param missing number of questions with an empty answer, because it is missing or an error
   */
  record Submitted(Path folder, long questions, long missing) {}
}
