package io.prumerge.store;

/**
 * A frame of an {@link ExampleVideo}.
 *
 * @param index its place among the video's frames, from 0; among the chosen ones where only these
 *     are known
 * @param seconds from the video's beginning; null if unknown
 * @param image its encoded bytes
 */
public record VideoFrame(int index, Double seconds, byte[] image) {}
