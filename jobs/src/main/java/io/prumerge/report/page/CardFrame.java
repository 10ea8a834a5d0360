package io.prumerge.report.page;

/**
 * A frame of a video, for the templates.
 *
 * @param picture id of the image's element; empty if it cannot be shown
 * @param name its place and its time, if that is known
 */
record CardFrame(String picture, String name) {}
