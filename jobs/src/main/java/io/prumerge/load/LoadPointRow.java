package io.prumerge.load;

import io.prumerge.store.Table;
import java.util.Optional;

/**
 * What one server did under one load; a row of {@link #TABLE}.
 *
 * @param repeats how often the point was asked
 * @param shares how many processes sent its requests
 * @param goodput null without limits
 * @param ratios null for the baseline, and where it has no such point
 */
public record LoadPointRow(
    LoadSubject subject,
    LoadPoint point,
    int repeats,
    int shares,
    PointCounts counts,
    PointRates rates,
    PointTimes times,
    Optional<PointGoodput> goodput,
    PointTokens tokens,
    PointScore score,
    Optional<PointRatios> ratios,
    PointMarks marks) {

  /**
   * One row per server and point. Times are of the measured answers, in milliseconds. From when a
   * request was sent: {@code ttft} to the first text that is not empty; {@code e2el} (end-to-end
   * latency) until the reply is whole; {@code tpot} (time per output token) is ({@code e2el} -
   * {@code ttft}) / (tokens - 1) of each answer of two and more; {@code itl} (inter-token latency)
   * are all gaps between chunks of text, pooled, and a chunk may have several tokens: all as vLLM's
   * {@code bench serve} has them, whose clock stops at the last chunk with a choice. {@code
   * planned_ttft} and {@code planned_e2el} begin when the request was due. {@code
   * guidellm_time_per_output_token} is (last text - sent) / tokens, so the first token's time is in
   * it; {@code guidellm_inter_token_latency} is (last text - first text) / (tokens - 1): guidellm
   * weights both by these tokens. Of answers that are not streamed, {@code e2el} alone is known.
   */
  public static final Table<LoadPointRow> TABLE = Table.of("load", LoadPointRow.class);
}
