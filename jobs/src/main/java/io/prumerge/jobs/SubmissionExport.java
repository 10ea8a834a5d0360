package io.prumerge.jobs;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.Submission.Answered;
import io.prumerge.explain.FileNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes sets of answers as their benchmark takes them. */
final class SubmissionExport {

  private final SparkSession spark;
  private final Folders folders;
  private final AskedQuestions asked;
  private final Submission submission;

  SubmissionExport(SparkSession spark, AskedQuestions asked, Submission submission) {
    this.spark = spark;
    this.folders = new Folders(spark);
    this.asked = asked;
    this.submission = submission;
  }

  /**
   * Writes a folder per set of answers, named by its method, below the run's and the split's where
   * there are several. The driver holds one part of the answers at a time.
   *
   * @param given {@link Coverage#RESULT}, {@code question_id}, {@code answer}, {@code error}
   * @param results rows of {@link Coverage#RESULT}
   * @param root a folder that is not there yet
   * @return the folders
   */
  List<Path> write(Dataset<Row> given, List<Row> results, Path root) throws IOException {
    List<Path> written = new ArrayList<>();
    for (Row result : results) {
      Path folder = folder(result, results, root);
      folders.fileSystem(folder).mkdirs(folder);
      submission.write(
          merged(asked.list().iterator(), answers(given, result)), folder, folders.hadoop());
      written.add(folder);
    }
    return written;
  }

  private static Path folder(Row result, List<Row> results, Path root) {
    Path folder = root;
    for (String level : List.of("run_id", "split")) {
      Stream<String> names = results.stream().map(other -> other.getAs(level));
      if (names.distinct().count() > 1) {
        folder = new Path(folder, FileNames.safe(result.getAs(level)));
      }
    }
    return new Path(folder, FileNames.safe(result.getAs("method")));
  }

  /** Position and text of the answers without an error, in the order of the questions. */
  private Iterator<Row> answers(Dataset<Row> given, Row result) {
    Dataset<Row> own = given.where("answer IS NOT NULL AND error IS NULL");
    for (String name : Coverage.RESULT) {
      own = own.where(own.col(name).eqNullSafe(lit(result.<String>getAs(name))));
    }
    return own.join(broadcast(asked.positions(spark)), "question_id")
        .select(AskedQuestions.POSITION, "answer")
        .orderBy(AskedQuestions.POSITION)
        .toLocalIterator();
  }

  /** Every question with its answer; without one it is empty. */
  private static Iterator<Answered> merged(
      Iterator<BenchmarkQuestion> questions, Iterator<Row> answers) {
    return new Iterator<>() {
      private long position;
      private Row next = answers.hasNext() ? answers.next() : null;

      @Override
      public boolean hasNext() {
        return questions.hasNext();
      }

      @Override
      public Answered next() {
        String text = "";
        if (next != null && next.getLong(0) == position) {
          text = next.getString(1);
          next = answers.hasNext() ? answers.next() : null;
        }
        position++;
        return new Answered(questions.next(), text);
      }
    };
  }
}
