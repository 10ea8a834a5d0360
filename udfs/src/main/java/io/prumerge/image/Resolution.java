package io.prumerge.image;

/** A picture's size in pixels. */
public record Resolution(int height, int width) {}
