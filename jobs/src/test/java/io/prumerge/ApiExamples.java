package io.prumerge;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The code examples of the page {@code jobs/API.md}.
 *
 * @param spark session with a catalog {@code lake}
 * @param questions folder with POPE's files
 * @param llava folder with a model
 * @param folder folder for results
 */
record ApiExamples(SparkSession spark, String questions, String llava, String folder) {

  Dataset<Row> evaluate() throws Exception {
    PreparationResult prepared =
        Preparation.of(spark)
            .benchmark("pope")
            .sources(questions)
            .output(folder + "/examples")
            .run();
    EvaluationResult evaluated =
        Evaluation.of(spark)
            .model(llava)
            .examples(prepared.output())
            .methods("none", "prumerge", "uniform:tokens=@prumerge")
            .output(folder + "/run")
            .run();
    Dataset<Row> kept =
        evaluated.summary().select("method", "retention", "visual_tokens_after_mean");
    return kept;
  }

  EvaluationResult resume() throws Exception {
    EvaluationResult again =
        Evaluation.of(spark)
            .model(llava)
            .examples(folder + "/examples")
            .methods("none", "prumerge", "uniform:tokens=@prumerge")
            .output(folder + "/run")
            .resume()
            .run();
    return again;
  }

  EvaluationResult ask() throws Exception {
    Dataset<Row> circles =
        spark
            .read()
            .parquet(folder + "/examples")
            .where("exists(questions, q -> q.prompt LIKE '%circle%')");
    EvaluationResult aboutCircles =
        Evaluation.of(spark)
            .model(llava)
            .examples(circles)
            .methods("none", "prumerge")
            .output(folder + "/circles")
            .run();
    return aboutCircles;
  }

  Dataset<Row> publish() throws Exception {
    EvaluationResult published =
        Evaluation.of(spark)
            .model(llava)
            .examples(folder + "/examples")
            .methods("none", "prumerge")
            .output(folder + "/published")
            .tables("lake.runs")
            .run();
    Dataset<Row> all = spark.table("lake.runs.summary");
    return all;
  }

  ReportingResult report() throws Exception {
    ReportingResult report =
        Reporting.of(spark)
            .runs(folder + "/run")
            .baseline("prumerge")
            .output(folder + "/report")
            .run();
    return report;
  }

  Dataset<Row> score() throws Exception {
    ScoringResult scored =
        Scoring.of(spark).benchmark("pope").answers(folder + "/run").sources(questions).run();
    Dataset<Row> f1 = scored.metrics().where("metric = 'f1'").select("method", "category", "value");
    return f1;
  }
}
