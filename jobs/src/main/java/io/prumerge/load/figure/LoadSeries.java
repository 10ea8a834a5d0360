package io.prumerge.load.figure;

import io.prumerge.load.generate.LoadPattern;

/**
 * The requests of one point that one process sent, by one clock.
 *
 * @param repeat from 1
 * @param share which of how many processes sent it, such as {@code 1/1}
 */
public record LoadSeries(LoadSubject subject, LoadPattern pattern, int repeat, String share) {}
