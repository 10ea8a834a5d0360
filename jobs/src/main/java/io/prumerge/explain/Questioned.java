package io.prumerge.explain;

import java.util.Optional;

/**
 * What was looked at and how.
 *
 * @param model last part of the folder's name
 * @param dtype arithmetic in use
 * @param imageAspect how images meet the tower's square
 * @param prompt what was asked about each image
 */
public record Questioned(
    String model, String device, String dtype, String imageAspect, Optional<String> prompt) {}
