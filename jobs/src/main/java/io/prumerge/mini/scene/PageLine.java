package io.prumerge.mini.scene;

/**
 * A label and what stands after it.
 *
 * @param value two to four of A to Z and 0 to 9
 * @param top first row of the line, in pixels
 */
public record PageLine(String label, String value, int top) {}
