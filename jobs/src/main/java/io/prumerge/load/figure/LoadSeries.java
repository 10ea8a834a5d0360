package io.prumerge.load.figure;

/**
 * The requests of one point that one process sent, by one clock.
 *
 * @param repeat from 1
 * @param share which of how many processes sent it, such as {@code 1/1}
 */
public record LoadSeries(LoadSubject subject, LoadPoint point, int repeat, String share) {}
