package io.prumerge.image.codec;

/**
 * Where a frame's pixels lie on the canvas, and the order of its rows.
 *
 * @param left column of its left edge
 * @param top row of its upper edge
 */
record GifFrame(int left, int top, int width, int height, boolean interlaced) {}
