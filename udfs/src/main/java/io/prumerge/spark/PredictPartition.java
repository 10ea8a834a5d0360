package io.prumerge.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.image.Visual;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.script.ScriptFile;
import io.prumerge.script.ScriptLibrary;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;

/**
 * Answers a partition's rows lazily, a few images in memory at a time, and appends the predictions
 * to each row. Rows that show the same and follow each other are asked together. {@link
 * LlavaPredictor} sends nothing else to the executors.
 *
 * @param model the model to ask
 * @param requests requests that a task may have under way at an endpoint
 * @param videoAs how an endpoint is sent videos
 * @param methods canonical method specs
 * @param reduceBy the questions of a row that methods look at
 * @param scripts the users' scripts that these name
 * @param input where what a row shows and its questions stand
 * @param timing how answers are timed
 * @param made counts answers as they are made, before all of a row's are; null: nobody asks
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
record PredictPartition(
    ModelSettings model,
    int requests,
    VideoAs videoAs,
    List<String> methods,
    ReduceBy reduceBy,
    List<ScriptFile> scripts,
    PredictInput input,
    TimingPlan timing,
    LongAccumulator made)
    implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  /** The answers to no question. */
  private static final PendingAnswers NOTHING =
      new PendingAnswers() {
        @Override
        public List<Row> rows() {
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
    AskedModel asked = asked(reducers);
    return new AnsweredRows(
        new JoinedRows(rows, input, joinsRows()),
        asked,
        joined -> ask(joined, asked, reducers),
        methods.size());
  }

  // Several threads of the engine may work for one task.
  private void count(int answers) {
    if (made != null) {
      synchronized (made) {
        made.add(answers);
      }
    }
  }

  private AskedModel asked(List<TokenReducer> reducers) throws IOException {
    if (Endpoint.isNamedBy(model.model())) {
      int atOnce = timing.isAlone() ? timing.batch() : requests;
      EndpointModel endpoint =
          EndpointModel.open(Endpoint.parse(model.model()), videoAs, atOnce, timing);
      return timing.isAlone() ? AloneModel.of(endpoint, timing.batch()) : endpoint;
    }
    TaskModel here = TaskModel.acquire(model, timing).serving(reducers);
    return timing.isAlone() ? AloneModel.of(here, timing.batch()) : here;
  }

  /**
   * Returns whether rows that show the same may be one request. A service would only have fewer
   * requests under way. Where a row's first question decides what the others see, it does so for
   * that row alone.
   */
  private boolean joinsRows() {
    return reduceBy == ReduceBy.EACH && !timing.isAlone() && !Endpoint.isNamedBy(model.model());
  }

  private PendingAnswers ask(Joined joined, AskedModel asked, List<TokenReducer> reducers) {
    return joined.questions().isEmpty()
        ? NOTHING
        : asked.ask(
            new ImageRequest(joined.visuals(), joined.questions(), reducers, reduceBy, this::count),
            joined.prompts().stream().flatMap(List::stream).toList());
  }

  /**
   * Rows that show the same, which is encoded once for the questions of all.
   *
   * @param visuals what each row shows
   * @param prompts the prompts of all rows in their order, which may be null
   * @param questions what is asked with them
   * @param bytes encoded bytes of what all rows show
   */
  record Joined(
      List<Row> rows,
      List<Visual> visuals,
      List<List<String>> prompts,
      List<Question> questions,
      long bytes) {

    /**
     * Returns the rows with their answers appended.
     *
     * @param each answers to a question, one for each method
     * @throws IllegalStateException if there are more or fewer
     */
    List<Row> withAnswers(PendingAnswers pending, int each) {
      List<Row> answers = pending.rows();
      if (answers.size() != each * questions.size()) {
        throw new IllegalStateException(
            Text.format(
                "%d questions have %d answers instead of %d each, which is a fault of this program;"
                    + " please report it",
                questions.size(), answers.size(), each));
      }
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

  /** Reads rows, and joins those that show the same and follow each other. */
  static final class JoinedRows implements Iterator<Joined> {

    // From so many questions or bytes on, no row is added: all wait for the last one's answers.
    private static final int MANY_QUESTIONS = 256;
    private static final long MANY_BYTES = 8L << 20;

    private final Iterator<Row> rows;
    private final PredictInput input;
    private final boolean joins;
    private Row ahead; // was read, but is of the next ones; null if there is none

    /**
     * @param joins whether rows may be joined
     */
    JoinedRows(Iterator<Row> rows, PredictInput input, boolean joins) {
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
      List<Visual> visuals = input.visuals(row);
      List<Row> joined = new ArrayList<>();
      List<List<String>> prompts = new ArrayList<>();
      List<Question> questions = new ArrayList<>();
      long bytes = 0;
      do {
        joined.add(row);
        prompts.add(input.prompts(row));
        questions.addAll(input.questions(row));
        bytes += visuals.stream().mapToLong(Visual::bytes).sum();
        boolean more =
            joins
                && !visuals.isEmpty()
                && questions.size() < MANY_QUESTIONS
                && bytes < MANY_BYTES
                && rows.hasNext();
        ahead = more ? rows.next() : null;
        row = ahead;
      } while (row != null && same(visuals, input.visuals(row)));
      return new Joined(joined, visuals, prompts, questions, bytes);
    }

    private static boolean same(List<Visual> some, List<Visual> others) {
      return some.size() == others.size()
          && IntStream.range(0, some.size()).allMatch(i -> some.get(i).shows(others.get(i)));
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
    private record Asked(Joined joined, PendingAnswers pending) {}

    private final JoinedRows rows;
    private final AskedModel model;
    private final Function<Joined, PendingAnswers> ask;
    private final int each;
    private final Queue<Asked> asked = new ArrayDeque<>();
    private final Queue<Row> answered = new ArrayDeque<>();
    private long bytes;

    /**
     * @param ask submits the questions of rows
     * @param each answers to a question
     */
    AnsweredRows(
        JoinedRows rows, AskedModel model, Function<Joined, PendingAnswers> ask, int each) {
      this.rows = rows;
      this.model = model;
      this.ask = ask;
      this.each = each;
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
        answered.addAll(first.joined().withAnswers(first.pending(), each));
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
}
