package io.prumerge.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Submission;
import io.prumerge.lang.Optionals;
import io.prumerge.prepare.StagedQuestion;
import io.prumerge.store.FileNames;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Writes sets of answers in the form of a submission. */
final class SubmissionExport {

  /** What submissions may say of answers, beside what scoring needs; columns of predictions. */
  static final List<String> COLUMNS = List.of("prompt", "generated_tokens", "logged_score");

  private final Folders folders;
  private final QuestionSet asked;
  private final Function<AnswerSet, Submission> form;

  /**
   * @param form gets the form of a set
   */
  SubmissionExport(SparkSession spark, QuestionSet asked, Function<AnswerSet, Submission> form) {
    this.folders = new Folders(spark);
    this.asked = asked;
    this.form = form;
  }

  /**
   * Writes a folder per set of answers. Its name is the method; with several runs it lies in a
   * folder of its run, with several models in one of its model. The driver holds one part of the
   * questions at a time.
   *
   * @param given columns of {@link AnswerSet}, {@code question_id}, {@code answer}, {@code error}
   *     and {@link #COLUMNS}
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
      form.apply(result).write(merged, folder, folders.hadoop());
      written.add(
          new SubmissionFolder(folder(result, results, root), asked.count(), merged.missing));
    }
    return written;
  }

  private static Path folder(AnswerSet result, List<AnswerSet> results, Path root) {
    Path folder = below(root, result, results, AnswerSet::runId);
    Map<String, String> methods = names(results, AnswerSet::method);
    return new Path(below(folder, result, results, AnswerSet::model), methods.get(result.method()));
  }

  /** Returns the folder of what a set has in common with some of the others, if not with all. */
  private static Path below(
      Path folder, AnswerSet result, List<AnswerSet> results, Function<AnswerSet, String> name) {
    Map<String, String> names = names(results, name);
    return names.size() > 1 ? new Path(folder, names.get(name.apply(result))) : folder;
  }

  private static Map<String, String> names(
      List<AnswerSet> results, Function<AnswerSet, String> name) {
    return FileNames.safe(results.stream().map(name).distinct().toList());
  }

  /** Returns the questions in their order, each with its answer or error if it has one. */
  private Iterator<Row> answered(Dataset<Row> given, AnswerSet result) {
    Dataset<Row> own = given;
    for (Map.Entry<String, Object> column : AnswerSet.COLUMNS.values(result).entrySet()) {
      own = own.where(own.col(column.getKey()).eqNullSafe(lit(column.getValue())));
    }
    return asked
        .rows()
        .join(
            own.select(
                Stream.concat(Stream.of("question_id", "answer", "error"), COLUMNS.stream())
                    .map(functions::col)
                    .toArray(Column[]::new)),
            col("question.question_id").equalTo(col("question_id")),
            "left")
        .drop("question_id")
        .orderBy(QuestionSet.POSITION)
        .toLocalIterator();
  }

  /** Every question with its answer. */
  private static final class Merged implements Iterator<AnsweredQuestion> {

    private final Iterator<Row> rows;
    private long missing;

    /**
     * @param rows of {@link StagedQuestion#SCHEMA}, {@code answer}, {@code error} and {@link
     *     #COLUMNS}, in the order of the questions
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
      Optional<String> error = Optional.ofNullable(row.getAs("error"));
      Optional<String> said =
          error.isPresent() ? Optional.empty() : Optional.ofNullable(row.getAs("answer"));
      missing += said.isEmpty() ? 1 : 0;
      Integer generated = row.getAs("generated_tokens");
      Double score = row.getAs("logged_score");
      return new AnsweredQuestion(
          StagedQuestion.question(row),
          said,
          Optional.ofNullable(row.getAs("prompt")),
          new AnswerFacts(error, Optionals.ofNullable(generated), Optionals.ofNullable(score)));
    }
  }
}
