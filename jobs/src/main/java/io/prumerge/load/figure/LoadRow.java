package io.prumerge.load.figure;

import io.prumerge.load.generate.GeneratorUse;
import io.prumerge.load.generate.LoadChunks;
import io.prumerge.load.generate.LoadOutcome;
import io.prumerge.load.generate.LoadReply;
import io.prumerge.load.generate.LoadRequest;
import io.prumerge.load.generate.PointRun;
import io.prumerge.load.server.AskedQuestion;
import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * A request of a load test; a row of {@link #TABLE}.
 *
 * @param request its number in the order in which requests were due, from 0
 * @param phase {@code warm_up} and {@code cool_down} are in no time and no rate
 * @param planned when it was due: in closed arrivals when the one before on its connection had
 *     ended
 * @param sent null if it never was
 * @param firstText when the first text came that is not empty, of a thought or of the answer; null
 *     of an answer that is not streamed
 * @param end when the reply was whole, or broke off; null if it is unfinished
 * @param texts when each chunk with text came, of a thought or of the answer: a chunk may have
 *     several tokens; empty if the answer is not streamed
 * @param promptTokens all tokens of the prompt; null where the server states none, as the next
 *     three
 * @param visualTokens those of them that stand for pictures and videos
 * @param cachedTokens those of them that the server had in its cache
 * @param generatedTokens tokens of the answer, thoughts included
 * @param error its kind and what the server said, as in {@code predictions}; null without one
 * @param outcome {@code done}; {@code late}: answered only after the last request of its point was
 *     sent; {@code error}: refused or broken off, and never asked again; {@code unfinished}:
 *     without an answer when the point stopped waiting
 * @param score 0 to 1 under the benchmark's own profile, 0 for an error; null where a judge scores,
 *     and for an unfinished request
 * @param generator of all requests of this point, repeat and share
 * @param firstAnswer when the first text of the answer came that is not empty: after a thought that
 *     stands apart
 * @param chunksWithoutText when each other chunk with a choice came, such as the first with the
 *     role alone; empty if the answer is not streamed
 * @param shownTokens those of {@code generated_tokens} that came as text: without a thought that
 *     the server counts and keeps to itself
 * @param finishReason why the answer ends, as in {@code predictions}
 */
public record LoadRow(
    LoadSeries series,
    int request,
    AskedQuestion question,
    LoadPhase phase,
    @ColumnNames("ms_planned") double planned,
    @ColumnNames("ms_sent") OptionalDouble sent,
    @ColumnNames("ms_first_text") OptionalDouble firstText,
    @ColumnNames("ms_end") OptionalDouble end,
    @ColumnNames("ms_texts") List<Double> texts,
    OptionalInt promptTokens,
    OptionalInt visualTokens,
    OptionalInt cachedTokens,
    OptionalInt generatedTokens,
    LoadOutcome outcome,
    Optional<String> error,
    Optional<String> answer,
    OptionalDouble score,
    GeneratorUse generator,
    @AddedLater @ColumnNames("ms_first_answer") OptionalDouble firstAnswer,
    @AddedLater @ColumnNames("ms_chunks_without_text") Optional<List<Double>> chunksWithoutText,
    @AddedLater OptionalInt shownTokens,
    @AddedLater Optional<String> finishReason) {

  /**
   * One row per request of a load test. Times are in milliseconds from the point's start, by the
   * clock of the process that sent it.
   */
  public static final Table<LoadRow> TABLE = Table.of("load", LoadRow.class);

  /**
   * Returns the rows of a point that was asked, without scores.
   *
   * @param questions by their numbers
   */
  public static List<LoadRow> of(
      LoadSeries series, PointRun run, PhaseShares phases, IntFunction<AskedQuestion> questions) {
    List<LoadRow> rows = new ArrayList<>();
    for (LoadRequest request : run.requests()) {
      LoadChunks chunks = request.chunks();
      LoadReply reply = request.reply();
      rows.add(
          new LoadRow(
              series,
              request.number(),
              questions.apply(request.question()),
              phases.of(request.number(), run.requests().size()),
              request.planned(),
              request.sent(),
              chunks.firstText(),
              request.end(),
              chunks.texts(),
              reply.promptTokens(),
              reply.visualTokens(),
              reply.cachedTokens(),
              reply.generatedTokens(),
              request.outcome(),
              reply.error(),
              reply.text(),
              OptionalDouble.empty(),
              run.generator(),
              chunks.firstAnswer(),
              Optional.of(chunks.withoutText()),
              reply.shownTokens(),
              reply.finishReason()));
    }
    return rows;
  }

  /** Returns this request with the score of its answer. */
  LoadRow withScore(OptionalDouble other) {
    return new LoadRow(
        series,
        request,
        question,
        phase,
        planned,
        sent,
        firstText,
        end,
        texts,
        promptTokens,
        visualTokens,
        cachedTokens,
        generatedTokens,
        outcome,
        error,
        answer,
        other,
        generator,
        firstAnswer,
        chunksWithoutText,
        shownTokens,
        finishReason);
  }

  /** Returns whether there is an answer, in time or late. */
  public boolean isAnswered() {
    return outcome == LoadOutcome.DONE || outcome == LoadOutcome.LATE;
  }

  boolean isMeasured() {
    return phase == LoadPhase.MEASURED;
  }
}
