package io.prumerge.load.figure;

import io.prumerge.load.generate.LoadPattern;
import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import io.prumerge.store.Table;
import java.util.Optional;

/**
 * What one server did under one load; a row of {@link #TABLE}.
 *
 * @param repeats how often the point was asked
 * @param shares how many processes sent its requests
 * @param goodput null without limits
 * @param ratios null for the baseline, and where it has no such point
 * @param guidellmTimeToFirstOutputToken null in tests of earlier versions
 */
public record LoadPointRow(
    LoadSubject subject,
    LoadPattern pattern,
    int repeats,
    int shares,
    PointCounts counts,
    PointRates rates,
    PointTimes times,
    Optional<PointGoodput> goodput,
    PointTokens tokens,
    PointScore score,
    Optional<PointRatios> ratios,
    PointMarks marks,
    @AddedLater @ColumnNames("guidellm_time_to_first_output_token_ms_*")
        LatencyFigures guidellmTimeToFirstOutputToken) {

  /**
   * One row per server and point. Times are of the measured answers, in milliseconds. From when a
   * request was sent: {@code ttft} to the first text that is not empty, of a thought or of the
   * answer; {@code e2el} (end-to-end latency) until the reply is whole; {@code tpot} (time per
   * output token) is ({@code e2el} - {@code ttft}) / (tokens - 1) of each answer of two and more;
   * {@code itl} (inter-token latency) are all gaps between chunks of text, pooled, and a chunk may
   * have several tokens. These are vLLM's {@code bench serve}'s but for chunks without text: it
   * counts each that has a choice, so its clock begins at the one with the role alone and stops at
   * the last ({@code --export vllm} does so). {@code planned_ttft} and {@code planned_e2el} begin
   * when the request was due. {@code guidellm_time_per_output_token} is (last text - sent) /
   * tokens, so the first token's time is in it; {@code guidellm_inter_token_latency} is (last text
   * - first text) / (tokens - 1): guidellm weights both by these tokens; {@code
   * guidellm_time_to_first_output_token} is {@code ttft} without the thought before the answer,
   * where a server sends thoughts apart. A thought that a server counts and does not send is in no
   * time by tokens but the first of guidellm's. Of answers that are not streamed, the times to the
   * end alone are known: {@code e2el}, {@code planned_e2el} and, with the end for the last text as
   * guidellm has it, {@code guidellm_time_per_output_token}.
   */
  public static final Table<LoadPointRow> TABLE = Table.of("load", LoadPointRow.class);
}
