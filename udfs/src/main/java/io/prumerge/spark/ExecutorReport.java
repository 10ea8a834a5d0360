package io.prumerge.spark;

import java.io.Serializable;
import java.util.Map;

/**
 * The metrics of one executor so far.
 *
 * @param counts what only grows, and stays counted after the executor's end
 * @param levels what is so at the moment; negative if it is not known
 */
record ExecutorReport(String executor, Map<String, Long> counts, Map<String, Long> levels)
    implements Serializable {}
