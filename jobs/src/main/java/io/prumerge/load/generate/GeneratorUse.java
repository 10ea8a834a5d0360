package io.prumerge.load.generate;

/**
 * What sending the requests took of this process, by which a point tells that it was the limit, and
 * not the server.
 *
 * @param delays milliseconds that requests were sent after they could have been: the 99th
 *     percentile
 * @param cpuShare of one processor's time that this process used, over the processors it may use
 */
public record GeneratorUse(double delays, double cpuShare) {}
