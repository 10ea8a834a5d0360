package io.prumerge.config;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Positions of a sequence.
 *
 * @param trained {@code max_position_embeddings}: positions the model was trained for, before a
 *     rope's scaling or after it
 * @param rope rotary embedding's type with its base; empty for OPT, whose positions are learned
 * @param window positions that a token attends to, itself included, if not all before it
 */
public record PositionConfig(int trained, Optional<RopeScaling> rope, OptionalInt window) {}
