package io.prumerge.load.generate;

import java.util.OptionalDouble;

/**
 * One request of a point, as it was planned, sent and answered. Times are in milliseconds from the
 * point's start.
 *
 * @param number in the order in which requests were due, from 0
 * @param question its number among those of the test
 * @param planned when it was due: at its arrival in an open loop; in a closed loop when the one
 *     before on its connection had ended, or the point stopped if none had
 * @param sent when it was sent; empty if it never was
 * @param chunks none of an answer that is not streamed
 * @param end when the reply was whole, or broke off; empty if it is unfinished
 * @param reply of an unfinished one, what stands for it
 */
public record LoadRequest(
    int number,
    int question,
    double planned,
    OptionalDouble sent,
    LoadChunks chunks,
    OptionalDouble end,
    LoadOutcome outcome,
    LoadReply reply) {}
