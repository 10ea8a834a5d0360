package io.prumerge.view;

import io.prumerge.report.page.PictureCopy;

/**
 * A frame of a {@link SampledVideo}.
 *
 * @param number its place among the chosen frames, from 0
 * @param seconds from the video's beginning; null if unknown
 */
record SampledFrame(int number, Double seconds, PictureCopy copy) {}
