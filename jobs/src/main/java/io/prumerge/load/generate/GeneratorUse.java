package io.prumerge.load.generate;

import io.prumerge.spark.ColumnNames;

/**
 * What sending the requests took of this process, by which a point tells that it was the limit, and
 * not the server.
 *
 * @param delays milliseconds that requests were sent after they could have been: the 99th
 *     percentile
 * @param cpuShare of one processor's time that this process used, over the processors it may use
 */
public record GeneratorUse(
    @ColumnNames("ms_generator_delay") double delays,
    @ColumnNames("generator_cpu_share") double cpuShare) {}
