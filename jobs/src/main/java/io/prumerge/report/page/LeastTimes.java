package io.prumerge.report.page;

import java.util.OptionalDouble;

/**
 * The minimum times on one device.
 *
 * @param firstToken milliseconds from the image to the first token
 * @param token milliseconds for each further token
 */
record LeastTimes(OptionalDouble firstToken, OptionalDouble token) {}
