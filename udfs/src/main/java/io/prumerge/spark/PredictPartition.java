package io.prumerge.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.engine.ModelLease.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.script.ScriptFile;
import io.prumerge.script.ScriptLibrary;
import io.prumerge.spark.Endpoints.EndpointModel;
import io.prumerge.spark.version.Sequences;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/**
 * Answers a partition's rows lazily, a few images in memory at a time, and appends the predictions
 * to each row. Rows with the same images that follow each other are asked together. {@link
 * LlavaPredictor} sends nothing else to the executors.
 *
 * @param model the model to ask
 * @param requests requests that a task may have under way at an endpoint
 * @param methods canonical method specs
 * @param reduceBy the questions of a row that methods look at
 * @param scripts the users' scripts that these name
 * @param input where a row's images and questions stand
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
record PredictPartition(
    ModelSettings model,
    int requests,
    List<String> methods,
    ReduceBy reduceBy,
    List<ScriptFile> scripts,
    Input input)
    implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  /** The answers to no question. */
  private static final AskedModel.Pending NOTHING =
      new AskedModel.Pending() {
        @Override
        public List<Row> rows(List<String> prompts) {
          return List.of();
        }

        @Override
        public void cancel() {
          // Nothing was asked.
        }
      };

  PredictPartition {
    methods = List.copyOf(methods);
    scripts = List.copyOf(scripts);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return Collections.emptyIterator(); // an empty partition loads no model
    }
    scripts.forEach(ScriptLibrary::add);
    List<TokenReducer> reducers = TokenReducers.of(methods.stream().map(MethodSpec::read).toList());
    AskedModel asked =
        Endpoint.isNamedBy(model.model())
            ? EndpointModel.open(Endpoint.parse(model.model()), requests)
            : TaskModel.acquire(model).serving(reducers);
    return new AnsweredRows(
        new JoinedRows(rows, input, joinsRows()), asked, joined -> ask(joined, asked, reducers));
  }

  /**
   * Returns whether rows with the same images may be one request. A service would only have fewer
   * requests under way. Where a row's first question decides what the others see, it does so for
   * that row alone.
   */
  private boolean joinsRows() {
    return reduceBy == ReduceBy.EACH && !Endpoint.isNamedBy(model.model());
  }

  private AskedModel.Pending ask(Joined joined, AskedModel asked, List<TokenReducer> reducers) {
    return joined.questions().isEmpty()
        ? NOTHING
        : asked.ask(new ImageRequest(joined.images(), joined.questions(), reducers, reduceBy));
  }

  /**
   * Reads the images and questions of rows.
   *
   * @param image index of the column of an image, or of a prompt's images
   * @param prompt index of the prompt column
   * @param budget index of the column with the most new tokens, or {@link #NO_COLUMN}
   * @param letters index of the column with the letters of which one is the answer, or {@link
   *     #NO_COLUMN}
   * @param maxNewTokens used if the budgets' column is absent or null; 0 = the checkpoint's own
   *     setting
   */
  record Input(int image, int prompt, int budget, int letters, int maxNewTokens)
      implements Serializable {

    /** The {@code budget} or {@code letters} index if there is no such column. */
    static final int NO_COLUMN = -1;

    private static final long serialVersionUID = 1L;

    /** Returns the images of the row's prompts; a missing one among several has no bytes. */
    List<byte[]> images(Row row) {
      if (row.isNullAt(image)) {
        return List.of();
      }
      if (row.schema().apply(image).dataType().equals(DataTypes.BinaryType)) {
        return List.of(row.<byte[]>getAs(image));
      }
      return row.<byte[]>getList(image).stream()
          .map(bytes -> bytes == null ? new byte[0] : bytes)
          .toList();
    }

    /**
     * Returns the row's prompts, including null ones; none if the array of prompts is null itself.
     */
    List<String> prompts(Row row) {
      if (row.schema().apply(prompt).dataType().typeName().equals("string")) {
        return Collections.singletonList(row.getString(prompt));
      }
      return row.isNullAt(prompt) ? List.of() : row.getList(prompt);
    }

    /** Returns the row's questions; none if the array of prompts is null itself. */
    List<Question> questions(Row row) {
      List<String> prompts = prompts(row);
      List<Question> questions = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        String text = prompts.get(i) == null ? "" : prompts.get(i);
        questions.add(
            new Question(text, budget(row, i, prompts.size()), letters(row, i, prompts.size())));
      }
      return questions;
    }

    /** Returns the most new tokens of the i-th of {@code prompts} prompts. */
    private int budget(Row row, int i, int prompts) {
      if (budget == NO_COLUMN || row.isNullAt(budget)) {
        return maxNewTokens;
      }
      Integer value;
      if (row.get(budget) instanceof Integer single) {
        value = single;
      } else {
        value = this.<Integer>each(row, budget, prompts).get(i);
      }
      return value == null ? maxNewTokens : value;
    }

    /** Returns the letters of the i-th of {@code prompts} prompts; none if a text answers it. */
    private List<String> letters(Row row, int i, int prompts) {
      if (letters == NO_COLUMN || row.isNullAt(letters)) {
        return List.of();
      }
      if (row.schema().apply(letters).dataType().catalogString().equals("array<string>")) {
        return row.getList(letters);
      }
      Seq<String> values = this.<Seq<String>>each(row, letters, prompts).get(i);
      return values == null ? List.of() : Sequences.list(values);
    }

    private <T> List<T> each(Row row, int column, int prompts) {
      List<T> values = row.getList(column);
      if (values.size() != prompts) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Cannot predict a row with %d prompts and %d values in %s: one for each prompt is needed",
                prompts,
                values.size(),
                row.schema().apply(column).name()));
      }
      return values;
    }
  }

  /**
   * Rows with the same images, which are encoded once for the questions of all.
   *
   * @param images the images of each row
   * @param prompts the prompts of all rows in their order, which may be null
   * @param questions what is asked with them
   * @param bytes bytes of the images of all rows
   */
  record Joined(
      List<Row> rows,
      List<byte[]> images,
      List<List<String>> prompts,
      List<Question> questions,
      long bytes) {

    /** Returns the rows with their answers appended. */
    List<Row> answered(AskedModel.Pending pending) {
      List<Row> answers = pending.rows(prompts.stream().flatMap(List::stream).toList());
      int each = questions.isEmpty() ? 0 : answers.size() / questions.size();
      List<Row> answered = new ArrayList<>();
      int from = 0;
      for (int i = 0; i < rows.size(); i++) {
        int to = from + each * prompts.get(i).size();
        answered.add(extended(rows.get(i), answers.subList(from, to).toArray(Row[]::new)));
        from = to;
      }
      return answered;
    }

    // The row with its predictions appended.
    private static Row extended(Row row, Row[] predictions) {
      Object[] values = new Object[row.size() + 1];
      for (int i = 0; i < row.size(); i++) {
        values[i] = row.get(i);
      }
      values[row.size()] = predictions;
      return RowFactory.create(values);
    }
  }

  /** Reads rows, and joins those with the same images that follow each other. */
  static final class JoinedRows implements Iterator<Joined> {

    // From so many questions or bytes on, no row is added: all wait for the last one's answers.
    private static final int MANY_QUESTIONS = 256;
    private static final long MANY_BYTES = 8L << 20;

    private final Iterator<Row> rows;
    private final Input input;
    private final boolean joins;
    private Row ahead; // was read, but is of the next ones; null if there is none

    /**
     * @param joins whether rows may be joined
     */
    JoinedRows(Iterator<Row> rows, Input input, boolean joins) {
      this.rows = rows;
      this.input = input;
      this.joins = joins;
    }

    @Override
    public boolean hasNext() {
      return ahead != null || rows.hasNext();
    }

    @Override
    public Joined next() {
      Row row = ahead == null ? rows.next() : ahead;
      List<byte[]> images = input.images(row);
      List<Row> joined = new ArrayList<>();
      List<List<String>> prompts = new ArrayList<>();
      List<Question> questions = new ArrayList<>();
      long bytes = 0;
      do {
        joined.add(row);
        prompts.add(input.prompts(row));
        questions.addAll(input.questions(row));
        bytes += images.stream().mapToLong(image -> image.length).sum();
        boolean more =
            joins
                && !images.isEmpty()
                && questions.size() < MANY_QUESTIONS
                && bytes < MANY_BYTES
                && rows.hasNext();
        ahead = more ? rows.next() : null;
        row = ahead;
      } while (row != null && same(images, input.images(row)));
      return new Joined(joined, images, prompts, questions, bytes);
    }

    private static boolean same(List<byte[]> some, List<byte[]> others) {
      return Arrays.deepEquals(some.toArray(), others.toArray());
    }
  }

  /**
   * A partition's rows with their answers, in order. Rows are read and submitted ahead of those
   * that are waited for, so that the device finds the next images ready. Their number and bytes are
   * bounded.
   */
  private static final class AnsweredRows implements Iterator<Row> {

    // Most bytes of one task's waiting encoded images; the first image is always read.
    private static final long MAX_BYTES = 64L << 20;

    /** Rows whose questions were submitted. */
    private record Asked(Joined joined, AskedModel.Pending pending) {}

    private final JoinedRows rows;
    private final AskedModel model;
    private final Function<Joined, AskedModel.Pending> ask;
    private final Queue<Asked> asked = new ArrayDeque<>();
    private final Queue<Row> answered = new ArrayDeque<>();
    private long bytes;

    /**
     * @param ask submits the questions of rows
     */
    AnsweredRows(JoinedRows rows, AskedModel model, Function<Joined, AskedModel.Pending> ask) {
      this.rows = rows;
      this.model = model;
      this.ask = ask;
      model.atEnd(this::cancel);
    }

    @Override
    public boolean hasNext() {
      return !answered.isEmpty() || !asked.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The partition has no more rows");
      }
      if (answered.isEmpty()) {
        submit();
        Asked first = asked.element();
        answered.addAll(first.joined().answered(first.pending()));
        asked.remove();
        bytes -= first.joined().bytes();
      }
      return answered.remove();
    }

    private void submit() {
      while (rows.hasNext()
          && (asked.isEmpty() || (asked.size() < model.ahead() && bytes < MAX_BYTES))) {
        Joined next = rows.next();
        asked.add(new Asked(next, ask.apply(next)));
        bytes += next.bytes();
      }
    }

    // A task that ends early leaves requests whose answers nobody will read.
    private void cancel() {
      asked.forEach(one -> one.pending().cancel());
    }
  }

  /**
   * A model as one task asks it: a checkpoint that this process has loaded ({@link TaskModel}), or
   * one behind a service ({@link Endpoints.EndpointModel}).
   */
  interface AskedModel {

    /** The answers of one request, which may still be on their way. */
    interface Pending {

      /**
       * Waits for the answers.
       *
       * @param prompts the questions' prompts, which may be null
       * @return rows of {@link PredictionRows#PREDICTION}: questions in their order, under each the
       *     methods in theirs
       * @throws org.apache.spark.TaskKilledException if Spark has killed the task
       */
      List<Row> rows(List<String> prompts);

      /** Gives the request up. */
      void cancel();
    }

    /**
     * Asks every question about an image under every method.
     *
     * @throws org.apache.spark.TaskKilledException if Spark has killed the task
     */
    Pending ask(ImageRequest request);

    /** Returns how many images a task should have asked about to keep the model busy. */
    int ahead();

    /** Runs an action when the task ends, however it ends. */
    void atEnd(Runnable action);
  }
}
