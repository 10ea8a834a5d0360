package io.prumerge.reduction;

/**
 * One summand of a {@link Blend}.
 *
 * @param patch index, or {@link Blend#CLASS_TOKEN}
 */
public record BlendPart(int patch, float weight) {}
