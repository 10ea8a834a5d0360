package io.prumerge.report.page;

import io.prumerge.report.Report;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import io.prumerge.store.TableRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A page's contents, and the places of the rest.
 *
 * @param folder where the report's tables are, and the page will be
 * @param report what the page shows
 * @param runs what it is about
 * @param progress how far unfinished runs are, in words; empty if all are finished
 * @param predictions rows of the runs' predictions, read from files
 * @param scores rows of their scores, likewise
 * @param also other pages about the same
 * @param more tables that the report does not make
 * @param latex a new folder for the tables as LaTeX, if they are wanted
 */
public record PageSources(
    String folder,
    Report report,
    List<RunRow> runs,
    Optional<String> progress,
    Dataset<Row> predictions,
    Dataset<Row> scores,
    PictureSources examples,
    ModelShapes models,
    List<PageLink> also,
    List<TableRows<?>> more,
    Optional<Path> latex) {

  public PageSources {
    Objects.requireNonNull(predictions, "predictions is null");
    Objects.requireNonNull(scores, "scores is null");
    runs = List.copyOf(runs);
    also = List.copyOf(also);
    more = List.copyOf(more);
  }

  /**
   * Begins the sources of a page of finished runs, without pictures.
   *
   * @param folder where the report's tables are, and the page will be
   * @param report what the page shows
   */
  public static Builder builder(String folder, Report report) {
    return new Builder(folder, report);
  }

  /** Returns the rows of all tables of the report. */
  public List<TableRows<?>> tables() {
    List<TableRows<?>> tables = new ArrayList<>(report.tables());
    tables.addAll(more);
    tables.add(new TableRows<>(Table.RUNS, runs));
    return tables;
  }

  /** Returns these sources with a folder for the tables as LaTeX. */
  public PageSources withLatex(Path newFolder) {
    return new Builder(this).latex(Optional.of(newFolder)).build();
  }

  /** Sets what a page has besides the report. */
  public static final class Builder {

    private final String folder;
    private final Report report;
    private List<RunRow> runs = List.of();
    private Optional<String> progress = Optional.empty();
    private Dataset<Row> predictions;
    private Dataset<Row> scores;
    private PictureSources examples = new PictureSources(List.of(), Optional.empty());
    private ModelShapes models = new ModelShapes(Map.of(), Map.of());
    private List<PageLink> also = List.of();
    private List<TableRows<?>> more = List.of();
    private Optional<Path> latex = Optional.empty();

    private Builder(String folder, Report report) {
      this.folder = folder;
      this.report = report;
    }

    private Builder(PageSources other) {
      this(other.folder, other.report);
      runs = other.runs;
      progress = other.progress;
      predictions = other.predictions;
      scores = other.scores;
      examples = other.examples;
      models = other.models;
      also = other.also;
      more = other.more;
      latex = other.latex;
    }

    /** Sets what the page is about. */
    public Builder runs(List<RunRow> runs) {
      this.runs = runs;
      return this;
    }

    /** Sets how far unfinished runs are, in words. */
    public Builder progress(Optional<String> progress) {
      this.progress = progress;
      return this;
    }

    /** Sets rows of the runs' predictions, read from files; required. */
    public Builder predictions(Dataset<Row> predictions) {
      this.predictions = predictions;
      return this;
    }

    /** Sets rows of their scores, read from files; required. */
    public Builder scores(Dataset<Row> scores) {
      this.scores = scores;
      return this;
    }

    /** Sets where the pictures of questions are. */
    public Builder examples(PictureSources examples) {
      this.examples = examples;
      return this;
    }

    /** Sets the shapes of the runs' models. */
    public Builder models(ModelShapes models) {
      this.models = models;
      return this;
    }

    /** Sets other pages about the same. */
    public Builder also(List<PageLink> also) {
      this.also = also;
      return this;
    }

    /** Sets tables that the report does not make. */
    public Builder more(List<TableRows<?>> more) {
      this.more = more;
      return this;
    }

    /** Sets a new folder for the tables as LaTeX. */
    public Builder latex(Optional<Path> latex) {
      this.latex = latex;
      return this;
    }

    /** Returns the sources. */
    public PageSources build() {
      return new PageSources(
          folder, report, runs, progress, predictions, scores, examples, models, also, more, latex);
    }
  }
}
